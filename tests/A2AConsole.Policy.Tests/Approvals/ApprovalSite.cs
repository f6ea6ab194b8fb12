using A2AConsole.Core.Approvals;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Deciding;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Policy.Tests.Approvals;

/// <summary>A store with its ledger, the shipped policies and the service of approvals. What holds messages is played: it says what it was asked to release.</summary>
internal sealed class ApprovalSite : IAsyncDisposable, IHeldMessages
{
    private readonly Authenticator _authenticator = new();
    private TestSite _site = null!;
    private int _asked;

    public static readonly ApprovalActor Mei = new("mei", "Manager", []), Ada = new("ada", "Administrator", []), Max = new("max", "Manager", []);

    public List<ApprovalEvidence> Asked { get; } = [];

    public List<(long Held, string By, string Reason)> Rejected { get; } = [];

    /// <summary>What a release comes to; null: it goes out.</summary>
    public ReleaseOutcome? Answer { get; set; }

    public TestSite Site => _site;

    public IApprovalService Service => _site.Get<IApprovalService>();

    public ApprovalQueries Queries => _site.Get<ApprovalQueries>();

    public ILedger Ledger => _site.Get<ILedger>();

    public DateTimeOffset Now => _site.Time.GetUtcNow();

    public static async Task<ApprovalSite> StartAsync()
    {
        Cedar.Require();
        var played = new ApprovalSite();
        played._site = await TestSite.StartAsync(new TestSiteOptions
        {
            WithoutEdge = true,
            Services = services => services.AddSingleton<IHeldMessages>(played).AddPolicy(o => o.Deadline = TimeSpan.FromSeconds(60)).AddApprovals(),
        });
        await played._site.Get<IActivePolicy>().Ready;
        return played;
    }

    /// <summary>An agent, owned by otto, asks for so much.</summary>
    public async Task<int> AskAsync(string agent = "buyer", decimal euros = 64_000, int quorum = 1, string roles = "Manager", TimeSpan? life = null, string tier = "high")
    {
        var n = ++_asked;
        var id = $"spiffe://{_site.Domain.Name}/env/test/role/buying/agent/{agent}";
        await Ledger.RecordAsync(new LedgerLeaf { Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = Now, Actor = "system", Code = "test" }, (db, leaf) =>
        {
            var row = db.Agents.FirstOrDefault(a => a.SpiffeId == id);
            if (row is null)
                db.Agents.Add(row = new Agent { SpiffeId = id, Environment = "test", Role = "buying", Name = agent, Organisation = "Acme", Owner = "otto", CreatedAt = Now });
            db.SaveChanges();
            var held = new HeldMessage
            {
                Id = leaf, MessageId = $"m-{n}", Digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([(byte)n, (byte)(n >> 8)])), AgentNumber = row.Number, Receiver = "", Type = "purchase.approved",
                Action = "approvePurchase", State = HeldState.Waiting, Needs = "human-approval", HeldAt = Now, ExpiresAt = Now + (life ?? TimeSpan.FromHours(1)), Body = [],
            };
            db.HeldMessages.Add(held);
            var decision = new PolicyDecision(PolicyVerdict.Human, ["p"], ["It is large"], [EvidenceRule.HumanApproval], new BundleId("b", "1", "sha256:0"));
            _site.Get<IApprovalDesk>().Open(db, new ApprovalAsk(held, decision, $"Approve the purchase {n}", euros.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), "EUR", (long)(euros * 100), "EUR", 20, tier)
            {
                Quorum = quorum, ApproverRoles = roles.Split(' '),
            }, Now);
        });
        return await _site.QueryAsync(db => db.Approvals.MaxAsync(a => a.Id));
    }

    public async Task<ApprovalOutcome> SayAsync(int id, ApprovalActor who, ApprovalChoice choice = ApprovalChoice.Approve, string reason = "It is needed", long? limit = null)
    {
        var record = await Service.PrepareAsync(id, new ApprovalSay(choice, reason, limit), who);
        return await Service.DecideAsync(record, choice is ApprovalChoice.Approve or ApprovalChoice.ApproveLimited ? _authenticator.Sign(record.Write()) : null, who);
    }

    public PasskeyAssertion Sign(DecisionRecord record) => _authenticator.Sign(record.Write());

    public async Task<Approval> FindAsync(int id) => (await Queries.FindAsync(id, TestContext.Current.CancellationToken))!.Value.Approval;

    public async Task<IReadOnlyList<string?>> CodesAsync() => [.. (await _site.LeavesAsync()).Where(l => l.Kind == LeafKind.Approval).Select(l => l.Code)];

    async Task<ReleaseOutcome> IHeldMessages.ReleaseAsync(long heldId, ApprovalEvidence evidence, CancellationToken cancellationToken)
    {
        lock (Asked)
            Asked.Add(evidence);
        if (Answer is { } answer)
            return answer;
        try
        {
            await Ledger.RecordAsync(new LedgerLeaf { Kind = LeafKind.Decision, Verdict = LeafVerdict.Done, At = Now, Actor = "system", Code = "released" }, (db, _) => _site.Get<IApprovalDesk>().Use(db, evidence, Now), cancellationToken);
            return new ReleaseOutcome(true, null, "Allowed.");
        }
        catch (ApprovalUnusableException e)
        {
            return new ReleaseOutcome(false, e.Code, e.Message);
        }
    }

    async Task<bool> IHeldMessages.RejectAsync(long heldId, string by, string reason, CancellationToken cancellationToken)
    {
        Rejected.Add((heldId, by, reason));
        await Ledger.RecordAsync(new LedgerLeaf { Kind = LeafKind.Decision, Verdict = LeafVerdict.Refused, At = Now, Actor = by, Code = "held-rejected" }, (db, _) => _site.Get<IApprovalDesk>().Withdraw(db, heldId, reason, Now), cancellationToken);
        return true;
    }

    Task<ReleaseOutcome> IHeldMessages.VerifyAsync(string digest, long byLeaf, string by, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<bool> IHeldMessages.CancelAsync(long heldId, string by, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<ReleaseOutcome> IHeldMessages.ContradictAsync(string digest, long byLeaf, string by, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<int> IHeldMessages.ExpireAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    event Action? IHeldMessages.Released
    {
        add { }
        remove { }
    }

    public async ValueTask DisposeAsync()
    {
        _authenticator.Dispose();
        await _site.DisposeAsync();
    }
}
