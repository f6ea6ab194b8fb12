using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Records;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Reviews;

/// <summary>Campaigns on a whole site: real store, real ledger, real keys, a clock that the test moves.</summary>
public sealed class ReviewTests : IAsyncLifetime
{
    private static readonly ReviewActor Manager = new("manager@acme.example", true);
    private static readonly ReviewActor Owner = new("owner@acme.example", false);
    private static readonly ReviewActor Other = new("other@acme.example", false);

    private TestSite _site = null!;
    private int _b1, _b2, _b3;

    private IReviews Reviews => _site.Get<IReviews>();
    private ReviewQueries Queries => _site.Get<ReviewQueries>();

    public async ValueTask InitializeAsync()
    {
        // The upkeep would do at a moment of its own what these tests do themselves.
        _site = await TestSite.StartAsync(new() { Services = s => s.Remove(s.Single(d => d.ImplementationType?.Name == "ReviewUpkeep")) });
        (_b1, _b2, _b3) = (await AgentAsync("b1", Owner.UserName), await AgentAsync("b2", Owner.UserName), await AgentAsync("b3", null));
        await _site.QueryAsync(async db =>
        {
            foreach (var name in new[] { Manager.UserName, Owner.UserName, Other.UserName })
                db.Users.Add(new ConsoleUser { UserName = name, NormalizedUserName = name.ToUpperInvariant() });
            return await db.SaveChangesAsync();
        });
    }

    [Fact]
    public async Task A_campaign_asks_the_owners_of_the_chosen_agents_and_each_step_is_a_leaf()
    {
        var campaign = await OpenAsync();
        var row = (await Queries.CampaignAsync(campaign, Owner.UserName))!;
        Assert.Equal((3, 3, 2), (row.Total, row.Pending, row.Mine));
        Assert.Equal("role planner", row.Covers);

        await Reviews.DecideAsync(campaign, _b1, new(ReviewDecision.Confirmed, "still plans the north"), Owner);
        await Reviews.DelegateAsync(campaign, [_b2], Other.UserName, "she runs it now", Owner);
        var moved = new ReviewVerdict(ReviewDecision.Changed, "moved to the other team", Other.UserName,
            new Dictionary<Duty, string> { [Duty.RotatesKeys] = "platform team", [Duty.Audits] = "" }, "propose high");
        // Who stands in for the owner does not make herself the owner.
        await RefusedAsync("review-delegate-reassigns", () => Reviews.DecideAsync(campaign, _b2, moved, Other));
        await Reviews.DecideAsync(campaign, _b2, moved, Owner);
        await Reviews.DecideAsync(campaign, _b3, new(ReviewDecision.Changed, "found its owner", Owner.UserName), Manager);

        var changed = (await Queries.ItemAsync(campaign, _b2))!;
        Assert.Equal((ReviewDecision.Changed, Owner.UserName, Other.UserName), (changed.Decision, changed.DecidedBy, changed.Owner));
        Assert.Equal($"owner from {Owner.UserName} to {Other.UserName}; who rotates its keys from nobody to platform team; tier: propose high", changed.Changes);
        Assert.Equal("platform team", await _site.QueryAsync(db => db.Responsibilities.Where(r => r.AgentNumber == _b2).Select(r => r.Holder).SingleAsync()));

        await Reviews.FinishAsync(campaign, Manager);
        var codes = (await _site.LeavesAsync()).Select(l => l.Code).Where(c => c?.StartsWith("review-", StringComparison.Ordinal) == true);
        Assert.Equal(["review-drafted", "review-covers", "review-opened", "review-confirmed", "review-delegated", "review-changed", "review-changed", "review-finished"], codes);
        // A decision's row names the very leaf that recorded it.
        var leaf = LeafReader.Parse((await _site.Reader.LeafAsync(changed.Leaf!.Value))!);
        Assert.Equal(("review-changed", "user:" + Owner.UserName, _site.Identity("b2")), (leaf.Code, leaf.Actor, leaf.Subject));
    }

    [Fact]
    public async Task Nobody_decides_or_hands_over_what_is_not_hers()
    {
        var campaign = await OpenAsync();
        var confirm = new ReviewVerdict(ReviewDecision.Confirmed, "looks fine to me");
        await RefusedAsync("review-not-yours", () => Reviews.DecideAsync(campaign, _b1, confirm, Other));
        await RefusedAsync("review-not-yours", () => Reviews.DecideAsync(campaign, _b3, confirm, Owner));
        await RefusedAsync("review-not-yours", () => Reviews.DelegateAsync(campaign, [_b1], Other.UserName, "let me do it", Other));
        await RefusedAsync("review-user-unknown", () => Reviews.DelegateAsync(campaign, [_b1], "ghost@acme.example", "on leave", Owner));
        await RefusedAsync("review-user-unknown", () => Reviews.DecideAsync(campaign, _b1, new(ReviewDecision.Changed, "new owner", "ghost@acme.example"), Owner));
        await RefusedAsync("review-change-missing", () => Reviews.DecideAsync(campaign, _b1, new(ReviewDecision.Changed, "changed it", Owner.UserName), Owner));
        await RefusedAsync("review-reason-missing", () => Reviews.DecideAsync(campaign, _b1, confirm with { Reason = "ok" }, Owner));
        await RefusedAsync("review-unknown", () => Reviews.DecideAsync(campaign, 4711, confirm, Manager));
        await RefusedAsync("review-not-permitted", () => Reviews.FinishAsync(campaign, Owner));
        await RefusedAsync("review-undecided", () => Reviews.FinishAsync(campaign, Manager));
        await RefusedAsync("review-not-permitted", () => Reviews.RemindAsync(campaign, Owner));
        await RefusedAsync("review-not-permitted", () => Reviews.CancelAsync(campaign, "do not want it", Owner));
        Assert.Equal(3, (await Queries.CampaignAsync(campaign, null))!.Pending);
        Assert.DoesNotContain(await _site.LeavesAsync(), l => l.Code is "review-confirmed" or "review-changed" or "review-delegated" or "review-finished" or "review-cancelled");
    }

    [Fact]
    public async Task A_retired_agent_is_out_of_service_for_good()
    {
        var campaign = await OpenAsync();
        await Reviews.DecideAsync(campaign, _b1, new(ReviewDecision.Retired, "replaced by b7"), Owner);
        Assert.Equal(AgentState.Retired, (await FindAsync(_b1)).State);
        Assert.Equal((ReviewDecision.Retired, "replaced by b7"), ((await Queries.ItemAsync(campaign, _b1))!.Decision, (await Queries.ItemAsync(campaign, _b1))!.Reason));
        await RefusedAsync("review-agent-retired", () => Reviews.DecideAsync(campaign, _b1, new(ReviewDecision.Confirmed, "on second thoughts"), Owner));
        // Nobody retires what is not hers through a review either.
        await RefusedAsync("review-not-yours", () => Reviews.DecideAsync(campaign, _b2, new(ReviewDecision.Retired, "not mine, but still"), Other));
        Assert.Equal(AgentState.Active, (await FindAsync(_b2)).State);
    }

    [Fact]
    public async Task Reminders_go_out_at_their_moments_and_are_recorded()
    {
        var campaign = await OpenAsync();
        Assert.Equal(new ReviewRound(1, 0), await Reviews.AdvanceAsync());
        Assert.Equal(new ReviewRound(0, 0), await Reviews.AdvanceAsync());
        var item = (await Queries.ItemAsync(campaign, _b1))!;
        Assert.Equal(_site.Time.GetUtcNow(), item.RemindedAt);
        // Nobody answers for b3, so nobody was reminded of it.
        Assert.Null((await Queries.ItemAsync(campaign, _b3))!.RemindedAt);
        var leaf = (await _site.LeavesAsync()).Single(l => l.Code == "review-reminded");
        Assert.Equal(("system", $"review:{campaign}", 2L), (leaf.Actor, leaf.Subject, leaf.Count));
        Assert.Contains(Owner.UserName, leaf.Detail, StringComparison.Ordinal);
        Assert.Equal(1, await Reviews.RemindAsync(campaign, Manager));
    }

    [Fact]
    public async Task A_lapse_holds_renewals_visibly_and_a_late_decision_ends_that()
    {
        var campaign = await OpenAsync();
        await Reviews.DecideAsync(campaign, _b1, new(ReviewDecision.Confirmed, "still plans the north"), Owner);
        _site.Clock.Advance(TimeSpan.FromDays(22));
        await Reviews.AdvanceAsync();
        await Reviews.AdvanceAsync();

        Assert.Null((await FindAsync(_b1)).RenewalHeldAt);
        var held = await FindAsync(_b2);
        Assert.NotNull(held.RenewalHeldAt);
        Assert.Contains("Autumn", held.RenewalHeldReason, StringComparison.Ordinal);
        Assert.Equal(2, (await Queries.CampaignAsync(campaign, null))!.Lapsed);
        Assert.Equal(2, (await _site.LeavesAsync()).Count(l => l.Code == "review-lapsed" && l.Kind == LeafKind.Administration));
        var findings = _site.Get<FindingQueries>();
        Assert.Equal(2, (await findings.CountsAsync(FindingFilter.Open))[FindingKind.ReviewLapsed]);

        await Reviews.DecideAsync(campaign, _b2, new(ReviewDecision.Confirmed, "sorry, was on leave"), Owner);
        Assert.Null((await FindAsync(_b2)).RenewalHeldAt);
        Assert.Equal(1, (await findings.CountsAsync(FindingFilter.Open))[FindingKind.ReviewLapsed]);

        // The campaign may end now; what lapsed in it can still be made up for.
        await Reviews.FinishAsync(campaign, Manager);
        await RefusedAsync("review-closed", () => Reviews.DecideAsync(campaign, _b2, new(ReviewDecision.Confirmed, "once more"), Owner));
        Assert.NotNull((await FindAsync(_b3)).RenewalHeldAt);
        await Reviews.DecideAsync(campaign, _b3, new(ReviewDecision.Confirmed, "kept for the audit"), Manager);
        Assert.Null((await FindAsync(_b3)).RenewalHeldAt);
    }

    [Fact]
    public async Task A_hold_stays_while_another_campaign_waits_and_goes_with_a_campaign_given_up()
    {
        var first = await OpenAsync("First");
        var second = await OpenAsync("Second");
        _site.Clock.Advance(TimeSpan.FromDays(22));
        await Reviews.AdvanceAsync();
        await Reviews.DecideAsync(first, _b1, new(ReviewDecision.Confirmed, "still needed"), Owner);
        var agent = await FindAsync(_b1);
        Assert.Contains("Second", agent.RenewalHeldReason, StringComparison.Ordinal);
        await Reviews.CancelAsync(second, "opened by mistake", Manager);
        Assert.Null((await FindAsync(_b1)).RenewalHeldAt);
        Assert.NotNull((await FindAsync(_b2)).RenewalHeldAt);
        await Reviews.CancelAsync(first, "opened by mistake, too", Manager);
        Assert.Null((await FindAsync(_b2)).RenewalHeldAt);
        Assert.Empty(await _site.Get<Trust.Findings.IFindings>().OpenSubjectsAsync(FindingKind.ReviewLapsed));
    }

    [Fact]
    public async Task The_finished_campaign_is_a_signed_record_whose_digest_is_on_the_ledger()
    {
        var (record, envelope, chain) = await FinishedAsync();
        Assert.Equal(3, record.Agents.Count);
        Assert.All(record.Agents, a => Assert.Equal(("confirmed", Manager.UserName), (a.Outcome, a.DecidedBy)));
        Assert.True(SignedRecord.TryVerify(envelope, chain, _site.Domain.Roots, _site.Domain.Name, record.FinishedAt, out var fault), fault);

        var stored = (await Queries.RecordAsync(record.Campaign))!;
        var leaf = LeafReader.Parse((await _site.Reader.LeafAsync(stored.Leaf))!);
        Assert.Equal(("review-finished", Convert.ToHexStringLower(SHA256.HashData(envelope.Payload.Span))), (leaf.Code, leaf.Digest));
    }

    [Fact]
    public async Task A_record_that_was_touched_or_signed_by_anybody_else_does_not_hold()
    {
        var (record, envelope, chain) = await FinishedAsync();
        var at = record.FinishedAt;
        string? Fault(UnverifiedEnvelope e, X509Certificate2Collection c, X509Certificate2Collection roots, string domain)
            => SignedRecord.TryVerify(e, c, roots, domain, at, out var fault) ? null : fault;
        UnverifiedEnvelope With(string type, byte[] payload, params (string?, byte[])[] signatures)
        {
            Assert.True(DsseEnvelopeReader.TryRead(DsseEnvelopeWriter.Encode(type, payload, signatures), out var made, out var f), f?.Detail);
            return made;
        }
        var signature = envelope.Signatures[0];
        var keyId = Encoding.ASCII.GetString(signature.KeyId.Span);
        var payload = envelope.Payload.ToArray();

        var touched = payload.ToArray();
        touched[^20] ^= 1;
        Assert.Contains("changed", Fault(With(ReviewRecord.PayloadType, touched, (keyId, signature.Value.ToArray())), chain, _site.Domain.Roots, _site.Domain.Name), StringComparison.Ordinal);
        Assert.Contains("changed", Fault(With("application/json", payload, (keyId, signature.Value.ToArray())), chain, _site.Domain.Roots, _site.Domain.Name), StringComparison.Ordinal);
        Assert.Contains("another key", Fault(With(ReviewRecord.PayloadType, payload, ("00", signature.Value.ToArray())), chain, _site.Domain.Roots, _site.Domain.Name), StringComparison.Ordinal);
        Assert.Contains("exactly one", Fault(With(ReviewRecord.PayloadType, payload, (keyId, signature.Value.ToArray()), (keyId, signature.Value.ToArray())), chain, _site.Domain.Roots, _site.Domain.Name), StringComparison.Ordinal);
        Assert.Contains("not spiffe://other.example", Fault(envelope, chain, _site.Domain.Roots, "other.example"), StringComparison.Ordinal);
        Assert.Contains("no certificate", Fault(envelope, [], _site.Domain.Roots, _site.Domain.Name), StringComparison.Ordinal);
        Assert.Contains("no path", Fault(envelope, [chain[0]], _site.Domain.Roots, _site.Domain.Name), StringComparison.Ordinal);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new CertificateRequest("CN=x", stranger, HashAlgorithmName.SHA256).CreateSelfSigned(at.AddDays(-1), at.AddDays(1));
        Assert.Contains("no path", Fault(envelope, chain, [other], _site.Domain.Name), StringComparison.Ordinal);

        // An agent has a certificate of the very same domain; it signs no records.
        var agent = await _site.EnrollAsync("forger");
        var signed = agent.Key.SignData(Dsse.Pae(Encoding.ASCII.GetBytes(ReviewRecord.PayloadType), payload), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var forged = With(ReviewRecord.PayloadType, payload, (Core.Crypto.VerificationKey.IdOf(agent.Certificate.PublicKey), signed));
        Assert.Contains(_site.Identity("forger"), Fault(forged, [agent.Certificate, .. _site.Domain.Intermediates], _site.Domain.Roots, _site.Domain.Name), StringComparison.Ordinal);
    }

    private async Task<(ReviewRecord Record, UnverifiedEnvelope Envelope, X509Certificate2Collection Chain)> FinishedAsync()
    {
        var campaign = await OpenAsync();
        foreach (var agent in new[] { _b1, _b2, _b3 })
            await Reviews.DecideAsync(campaign, agent, new(ReviewDecision.Confirmed, "still needed"), Manager);
        await Reviews.FinishAsync(campaign, Manager);
        var stored = (await Queries.RecordAsync(campaign))!;
        Assert.True(DsseEnvelopeReader.TryRead(Encoding.UTF8.GetBytes(stored.Envelope), out var envelope, out var fault), fault?.Detail);
        Assert.True(ReviewRecord.TryRead(envelope.Payload, out var record, out var why), why);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(stored.Chain);
        return (record, envelope, chain);
    }

    private Task<int> OpenAsync(string title = "Autumn")
        => Reviews.OpenAsync(new ReviewPlan(title, new AgentFilter { Role = "planner" }, _site.Time.GetUtcNow().AddDays(14), _site.Time.GetUtcNow().AddDays(21)), Manager);

    private async Task<int> AgentAsync(string name, string? owner)
    {
        using var agent = await _site.EnrollAsync(name);
        var id = _site.Identity(name);
        return await _site.QueryAsync(async db =>
        {
            var row = await db.Agents.SingleAsync(a => a.SpiffeId == id);
            row.Owner = owner;
            await db.SaveChangesAsync();
            return row.Number;
        });
    }

    private Task<Agent> FindAsync(int number) => _site.QueryAsync(db => db.Agents.AsNoTracking().SingleAsync(a => a.Number == number));

    private static async Task RefusedAsync(string code, Func<Task> act)
        => Assert.Equal(code, (await Assert.ThrowsAsync<ReviewRefusedException>(act)).Code);

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
