using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Testing;
using A2AConsole.Trust.Findings;
using A2AConsole.Trust.Findings.Inspection;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Life;
using A2AConsole.Trust.Registration;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Findings;

public sealed class InspectorTests : IAsyncLifetime
{
    private static readonly Dictionary<Duty, string?> EveryDuty = Enum.GetValues<Duty>().ToDictionary(d => d, d => (string?)"olga");

    private TestSite _site = null!;

    private Inspector Inspector => _site.Get<Inspector>();
    private IAgentLife Life => _site.Get<IAgentLife>();

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task An_agent_that_is_answered_for_and_in_time_has_no_findings()
    {
        await EnrolAsync("p-1");
        Assert.Equal(new InspectionResult(0, 0, 0, 0), await Inspector.InspectAsync());
    }

    [Fact]
    public async Task Whom_nobody_answers_for_is_found_until_somebody_does_and_it_stays_in_the_history()
    {
        using var agent = await _site.EnrollAsync("p-1");
        Assert.Equal(1, (await Inspector.InspectAsync()).Opened);
        var found = Assert.Single(await OpenAsync());
        Assert.Equal((FindingKind.NoOwner, agent.SpiffeId, 1), (found.Kind, found.Subject, found.AgentNumber));
        Assert.Contains("who owns it, who issues its identity", found.Measured, StringComparison.Ordinal);

        // Half an answer changes what is said, and opens nothing anew.
        await Life.AssignOwnerAsync(1, "olga", "user:test", "hers");
        await InspectAndFlushAsync();
        var same = Assert.Single(await OpenAsync());
        Assert.Equal(found.Id, same.Id);
        Assert.DoesNotContain("who owns it", same.Measured, StringComparison.Ordinal);

        await Life.SetResponsibilitiesAsync(1, EveryDuty, "user:test", "all hers");
        Assert.Equal(1, (await Inspector.InspectAsync()).Closed);
        var closed = Assert.Single(await AllAsync());
        Assert.Equal(("system", _site.Clock.GetUtcNow()), (closed.ClosedBy, closed.OverAt));
    }

    [Fact]
    public async Task What_is_found_again_is_neither_written_nor_put_on_the_ledger()
    {
        using var agent = await _site.EnrollAsync("p-1");
        await InspectAndFlushAsync();
        var (size, before) = (_site.Ledger.Head.Size, Assert.Single(await AllAsync()));
        for (var i = 0; i < 5; i++)
        {
            _site.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(new InspectionResult(1, 0, 0, 0), await Inspector.InspectAsync());
        }
        await _site.Get<Trust.Findings.Findings>().FlushAsync();
        await _site.RestartAsync();
        Assert.Equal(new InspectionResult(1, 0, 0, 0), await Inspector.InspectAsync());
        Assert.Equal(size, _site.Ledger.Head.Size);
        Assert.Equivalent(before, Assert.Single(await AllAsync()));
    }

    [Fact]
    public async Task A_missed_renewal_is_found_before_the_agent_stops_and_ends_with_a_newer_certificate()
    {
        await EnrolAsync("p-1");
        var (from, to) = await _site.QueryAsync(db => db.Agents.Select(a => new ValueTuple<DateTimeOffset, DateTimeOffset>(a.CertificateNotBefore!.Value, a.CertificateNotAfter!.Value)).SingleAsync());
        _site.Clock.Advance((to - from) * 0.7);
        Assert.Equal(0, (await Inspector.InspectAsync()).Holding);
        _site.Clock.Advance((to - from) * 0.1);
        await Inspector.InspectAsync();
        Assert.True(_site.Clock.GetUtcNow() < to);
        var found = Assert.Single(await OpenAsync());
        Assert.Equal(FindingKind.RenewalMissed, found.Kind);
        Assert.Contains($"stops at {to:yyyy-MM-dd HH:mm:ss}Z", found.Detail, StringComparison.Ordinal);

        await _site.EnrollAsync("p-1");
        await Inspector.InspectAsync();
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task A_certificate_that_lives_longer_than_its_entry_allows_now_is_found_until_it_ends()
    {
        await EnrolAsync("p-1");
        var entry = Assert.Single(await _site.QueryAsync(db => db.RegistrationEntries.AsNoTracking().Include(e => e.Evidence).ToListAsync()));
        var terms = Data.Stores.EntryChanges.Read(entry).Terms;
        await _site.Get<IRegistrations>().ChangeAsync(entry.Id, terms with { Lifetime = terms.Lifetime / 4 }, "user:test");
        await Inspector.InspectAsync();
        var found = Assert.Single(await OpenAsync());
        Assert.Equal((FindingKind.LifetimeOverPolicy, await _site.QueryAsync(db => db.Certificates.Select(c => c.Serial).SingleAsync())), (found.Kind, found.Subject));
        await Life.RetireAsync(1, "user:test", "over");
        await Inspector.InspectAsync();
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task One_key_in_two_identities_is_found_at_each_of_them_also_when_one_had_it_long_ago()
    {
        await EnrolAsync("p-1");
        await EnrolAsync("p-2");
        await EnrolAsync("p-3", "prod");
        var keys = await _site.QueryAsync(db => db.Certificates.OrderBy(c => c.AgentNumber).Select(c => c.KeyId).ToListAsync());
        await _site.QueryAsync(db => db.Certificates.Where(c => c.AgentNumber == 2).ExecuteUpdateAsync(s => s.SetProperty(c => c.KeyId, keys[0])));
        await Inspector.InspectAsync();
        var found = await OpenAsync();
        Assert.Equal([(FindingKind.SharedKey, 1), (FindingKind.SharedKey, 2)], found.Select(f => (f.Kind, f.AgentNumber!.Value)).Order());
        Assert.All(found, f => Assert.Contains(keys[0], f.Measured, StringComparison.Ordinal));

        // The other one's certificate is long over, its agent in another environment.
        await _site.QueryAsync(db => db.Certificates.Where(c => c.AgentNumber == 2).ExecuteUpdateAsync(s => s.SetProperty(c => c.KeyId, keys[1])));
        await _site.QueryAsync(db => db.Certificates.Where(c => c.AgentNumber == 3).ExecuteUpdateAsync(s => s.SetProperty(c => c.KeyId, keys[0]).SetProperty(c => c.NotAfter, TestSite.Start)));
        _site.Clock.Advance(TimeSpan.FromSeconds(5));
        await Inspector.InspectAsync();
        var left = Assert.Single(await OpenAsync());
        Assert.Equal(1, left.AgentNumber);
        Assert.Equal("one identity, in one environment", (await _site.QueryAsync(async db =>
        {
            await _site.Get<Trust.Findings.Findings>().FlushAsync();
            return await db.Findings.SingleAsync(f => f.Id == left.Id);
        })).Reference);
    }

    [Fact]
    public async Task A_further_signing_key_that_is_anothers_key_is_shared_too()
    {
        await EnrolAsync("p-1");
        await EnrolAsync("p-2");
        var key = await _site.QueryAsync(db => db.Certificates.Where(c => c.AgentNumber == 1).Select(c => c.KeyId).SingleAsync());
        await _site.QueryAsync(db => db.Certificates.Where(c => c.AgentNumber == 2).ExecuteUpdateAsync(s => s.SetProperty(c => c.SigningKeyId, key)));
        await Inspector.InspectAsync();
        Assert.Equal(2, (await OpenAsync()).Count(f => f.Kind == FindingKind.SharedKey));
    }

    [Fact]
    public async Task One_runtime_that_serves_two_identities_is_found_until_one_of_them_attests_from_elsewhere()
    {
        await EnrolAsync("p-1");
        await EnrolAsync("p-2");
        await AttestedAsync(100, 1, "pod:a", true);
        await AttestedAsync(101, 2, "pod:a", false);
        Assert.Equal(0, (await Inspector.InspectAsync()).Holding);
        await AttestedAsync(102, 2, "pod:a", true);
        await Inspector.InspectAsync();
        Assert.Equal([(FindingKind.SharedRuntime, 1), (FindingKind.SharedRuntime, 2)], (await OpenAsync()).Select(f => (f.Kind, f.AgentNumber!.Value)).Order());
        await AttestedAsync(103, 1, "pod:b", true);
        Assert.Equal(2, (await Inspector.InspectAsync()).Closed);
    }

    [Fact]
    public async Task An_entry_that_requires_less_than_its_tier_asks_for_is_found_until_it_is_disabled()
    {
        var entry = await _site.Get<IRegistrations>().CreateAsync(new EntryTerms
        {
            Environment = "test", Role = "buyer", Name = EntryTerms.EveryName, Organisation = "Acme", Tier = RiskTier.High, Lifetime = TimeSpan.FromHours(1),
            KeyAlgorithms = [AlgorithmRegistry.Default.Id], Evidence = [new(EvidenceKind.JoinToken, "{}", false)],
        }, "user:test");
        await Inspector.InspectAsync();
        var found = Assert.Single(await OpenAsync());
        Assert.Equal((FindingKind.TierShortfall, "test/buyer/*", null), (found.Kind, found.Subject, found.AgentNumber));
        await _site.Get<IRegistrations>().SetEnabledAsync(entry.Id, false, "no longer", "user:test");
        Assert.Equal(1, (await Inspector.InspectAsync()).Closed);
    }

    [Fact]
    public async Task Attempts_with_the_certificate_of_a_suspended_agent_are_counted_and_end_when_it_is_resumed()
    {
        var agent = await EnrolAsync("p-1");
        await Life.SuspendAsync(1, "user:test", "for now");
        Assert.Equal(0, (await Inspector.InspectAsync()).Holding);
        for (var i = 0; i < 3; i++)
            Assert.False(_site.Get<SvidGate>().Check(agent.Certificate).IsAccepted);
        await Inspector.InspectAsync();
        var found = Assert.Single(await OpenAsync());
        Assert.Equal((FindingKind.UsedAfterSuspension, agent.Serial, 1, 3L, _site.Clock.GetUtcNow()), (found.Kind, found.Subject, found.AgentNumber, found.Count, found.LastSeenAt));

        _site.Clock.Advance(TimeSpan.FromMinutes(1));
        var last = _site.Clock.GetUtcNow();
        _site.Get<SvidGate>().Check(agent.Certificate);
        _site.Clock.Advance(TimeSpan.FromMinutes(1));
        await InspectAndFlushAsync();
        await InspectAndFlushAsync();
        found = Assert.Single(await OpenAsync());
        Assert.Equal((4L, last), (found.Count, found.LastSeenAt));

        await Life.ResumeAsync(1, "user:test", "again");
        Assert.True(_site.Get<SvidGate>().Check(agent.Certificate).IsAccepted);
        await Inspector.InspectAsync();
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task A_clock_that_the_edge_saw_to_be_off_is_on_record_and_found_and_well_again_under_half_the_limit()
    {
        var agent = await EnrolAsync("p-1");
        var standing = _site.Get<IStandings>().Agent(agent.SpiffeId)!;
        async Task<int?> SeenAsync(params long[] ahead)
        {
            foreach (var ms in ahead)
                standing.NoteClock(ms);
            await Inspector.InspectAsync();
            return await _site.QueryAsync(db => db.Agents.Select(a => a.ClockSkewMs).SingleAsync());
        }
        // What is less than a second is the network's, and not worth a write.
        Assert.Null(await SeenAsync(-400, 300));
        Assert.Equal(45_000, await SeenAsync(-200, 45_000, 12));
        Assert.Equal((FindingKind.ClockSkew, "about 45 s ahead of ours"), (await OpenAsync()).Select(f => (f.Kind, f.Measured)).Single());
        Assert.Equal(20_000, await SeenAsync(20_000));
        Assert.Single(await OpenAsync());
        // No event came: what was seen last still holds.
        Assert.Equal(20_000, await SeenAsync());
        Assert.Single(await OpenAsync());
        Assert.Equal(500, await SeenAsync(500));
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task What_a_person_closed_stays_closed_until_it_changes_or_comes_anew()
    {
        using var agent = await _site.EnrollAsync("p-1");
        await Inspector.InspectAsync();
        await DismissAsync(agent.SpiffeId);
        Assert.Equal(new InspectionResult(1, 0, 0, 0), await Inspector.InspectAsync());
        await _site.RestartAsync();
        Assert.Equal(new InspectionResult(1, 0, 0, 0), await Inspector.InspectAsync());
        Assert.Empty(await OpenAsync());

        // It says something else now.
        await Life.AssignOwnerAsync(1, "olga", "user:test", "hers");
        Assert.Equal(1, (await Inspector.InspectAsync()).Opened);
        Assert.Single(await OpenAsync());

        // It was over meanwhile.
        await DismissAsync(agent.SpiffeId);
        await Life.SetResponsibilitiesAsync(1, EveryDuty, "user:test", "all hers");
        Assert.Equal(new InspectionResult(0, 0, 0, 1), await Inspector.InspectAsync());
        Assert.Equal(new InspectionResult(0, 0, 0, 0), await Inspector.InspectAsync());
        await Life.SetResponsibilitiesAsync(1, EveryDuty.ToDictionary(d => d.Key, _ => (string?)null), "user:test", "left");
        Assert.Equal(1, (await Inspector.InspectAsync()).Opened);
        Assert.Single(await OpenAsync());
        Assert.Equal(3, (await AllAsync()).Count);
    }

    [Fact]
    public async Task Of_a_retired_agent_nothing_is_expected_any_more()
    {
        using var agent = await _site.EnrollAsync("p-1");
        await Inspector.InspectAsync();
        await Life.RetireAsync(1, "user:test", "over");
        await Inspector.InspectAsync();
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task It_inspects_at_start_and_at_each_interval()
    {
        await using var site = await TestSite.StartAsync(new() { Trust = o => o.InspectionInterval = TimeSpan.FromMinutes(1) });
        using var agent = await site.EnrollAsync("p-1");
        Task<int> OpenAsync() => site.QueryAsync(db => db.Findings.CountAsync(f => f.ClosedAt == null));
        await Eventually.TrueAsync(async () =>
        {
            site.Clock.Advance(TimeSpan.FromSeconds(10));
            return await OpenAsync() == 1;
        });
        await site.QueryAsync(db => db.Agents.ExecuteUpdateAsync(s => s.SetProperty(a => a.State, AgentState.Retired)));
        await site.RestartAsync();
        await Eventually.TrueAsync(async () => await OpenAsync() == 0);
    }

    private async Task<TestAgent> EnrolAsync(string name, string environment = "test")
    {
        var agent = await _site.EnrollAsync(name, environment: environment);
        var number = _site.Get<IStandings>().Agent(agent.SpiffeId)!.Number;
        await Life.AssignOwnerAsync(number, "olga", "user:test", "hers");
        await Life.SetResponsibilitiesAsync(number, EveryDuty, "user:test", "all hers");
        return agent;
    }

    private Task<int> AttestedAsync(long leaf, int agent, string runtime, bool isAffirming) => _site.QueryAsync(db =>
    {
        db.AttestationRecords.Add(new AttestationRecord
        {
            Id = leaf, AgentNumber = agent, Kind = EvidenceKind.Kubernetes, At = _site.Clock.GetUtcNow(), IsAffirming = isAffirming, KeyId = "00", Runtime = runtime, Claims = "[]",
        });
        return db.SaveChangesAsync();
    });

    private async Task InspectAndFlushAsync()
    {
        await Inspector.InspectAsync();
        await _site.Get<Trust.Findings.Findings>().FlushAsync();
    }

    private async Task DismissAsync(string subject)
        => Assert.True(await _site.Get<IFindings>().ResolveAsync(FindingKind.NoOwner, subject, "user:ann", "We know."));

    private async Task<List<Finding>> OpenAsync() => [.. (await AllAsync()).Where(f => f.ClosedAt is null)];

    private Task<List<Finding>> AllAsync() => _site.QueryAsync(db => db.Findings.AsNoTracking().OrderBy(f => f.Id).ToListAsync());
}
