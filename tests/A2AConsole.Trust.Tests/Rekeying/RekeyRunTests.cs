using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Testing;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Registration;
using A2AConsole.Trust.Rekeying;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Rekeying;

/// <summary>The emergency playbook on the real authority, ledger and store; agents are keys and certificates in this process.</summary>
public sealed class RekeyRunTests : IDisposable
{
    private const string By = "user:admin";
    private readonly MemoryKeyCustody _keys = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-rekey-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Ten_thousand_agents_are_re_enrolled_at_a_rate_through_a_crash_and_whoever_is_stuck_is_named()
    {
        const int count = 10_000;
        const int perSecond = 500;
        var dead = new HashSet<int> { 17, 4711, 9999 };
        ConcurrentDictionary<string, X509Certificate2> fleet = new(StringComparer.Ordinal);
        int run;
        Microsoft.Extensions.Time.Testing.FakeTimeProvider time;
        await using (var first = await AuthorityHost.StartInAsync(_directory, _keys))
        {
            time = first.Time;
            await RegisterAsync(first);
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) => fleet[Id(i)] = await EnrolAsync(first, Id(i)));
            run = await first.Get<IRekeying>().StartAsync(new RekeyOrder(AuthorityCertificate.Issuing, "the key may be out", perSecond), By);
            await PlayAsync(first, run, fleet, dead, p => p.Done > count / 3);
        }

        await using var host = await AuthorityHost.StartInAsync(_directory, _keys, time: time);
        await PlayAsync(host, run, fleet, dead, p => p.Waiting == 0 && p.Called == dead.Count);
        time.Advance(StuckRule.Patience);
        var progress = await PlayAsync(host, run, fleet, dead, p => p.Stuck == dead.Count);
        Assert.Equal((count, 0, 0, count - dead.Count, RekeyStep.ReEnrolling), (progress.Agents, progress.Waiting, progress.Called, progress.Done, progress.Run.Step));

        var stuck = await host.Get<RekeyQueries>().AgentsAsync(run, RekeyState.Stuck, 0, 10);
        Assert.Equal(dead.Select(Id).Order(), stuck.Select(s => s.SpiffeId).Order());
        Assert.All(stuck, s => Assert.StartsWith("It was not seen since", s.Detail, StringComparison.Ordinal));

        // Never more in a second than was ordered.
        var leaves = await LeavesAsync(host);
        var called = leaves.Where(l => l.Detail!.Contains("agents called", StringComparison.Ordinal)).Select(l => int.Parse(l.Detail!.Split(' ')[3], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(count, called.Sum());
        Assert.All(called, n => Assert.InRange(n, 0, perSecond));

        // One of them wakes up; the others are left behind by decision.
        dead.Remove(17);
        await PlayAsync(host, run, fleet, dead, p => p.Done == count - dead.Count, alsoStuck: true);
        Assert.Equal("authority-in-use", (await Assert.ThrowsAsync<AuthorityStepException>(() => host.Get<IAuthorityKeys>().RevokeAsync("issuing", By, ""))).Code);
        await host.Get<IRekeying>().FinishAsync(run, By, "two stay behind");

        Assert.Equal(RekeyStep.Finished, (await host.Get<IRekeying>().ProgressAsync(run))!.Run.Step);
        var issuers = await host.QueryAsync(db => db.Agents.Join(db.Certificates, a => a.CertificateSerial, c => c.Serial, (a, c) => c.IssuerKeyId).GroupBy(k => k).Select(g => g.Count()).ToListAsync());
        Assert.Equal([dead.Count, count - dead.Count], issuers.Order());
        Assert.True(host.Gate.Check(fleet[Id(17)]).IsAccepted);
        Assert.False(host.Gate.Check(fleet[Id(4711)]).IsAccepted);
    }

    [Fact]
    public async Task A_run_can_be_paused_resumed_and_cancelled_and_there_is_one_at_a_time()
    {
        await using var host = await AuthorityHost.StartInAsync(_directory, _keys);
        ConcurrentDictionary<string, X509Certificate2> fleet = new(StringComparer.Ordinal);
        await RegisterAsync(host);
        for (var i = 0; i < 6; i++)
            fleet[Id(i)] = await EnrolAsync(host, Id(i));
        var rekeying = host.Get<IRekeying>();
        Assert.Equal("rekey-rate", (await Assert.ThrowsAsync<RekeyConflictException>(() => rekeying.StartAsync(new RekeyOrder("issuing", "why", 0), By))).Code);
        Assert.Equal("rekey-reason", (await Assert.ThrowsAsync<RekeyConflictException>(() => rekeying.StartAsync(new RekeyOrder("issuing", " ", 1), By))).Code);
        Assert.Equal("rekey-purpose", (await Assert.ThrowsAsync<RekeyConflictException>(() => rekeying.StartAsync(new RekeyOrder("server", "why", 1), By))).Code);

        var run = await rekeying.StartAsync(new RekeyOrder("issuing", "why", 1), By);
        Assert.Equal("rekey-running", (await Assert.ThrowsAsync<RekeyConflictException>(() => rekeying.StartAsync(new RekeyOrder("issuing", "why", 1), By))).Code);
        await PlayAsync(host, run, fleet, [], p => p.Done == 1);
        await rekeying.PauseAsync(run, By);
        var paused = (await rekeying.ProgressAsync(run))!;
        for (var i = 0; i < 5; i++)
            host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(paused.Waiting, (await rekeying.ProgressAsync(run))!.Waiting);
        Assert.Equal("rekey-under-way", (await Assert.ThrowsAsync<RekeyConflictException>(() => rekeying.FinishAsync(run, By, ""))).Code);

        await rekeying.ResumeAsync(run, By, perSecond: 100);
        await PlayAsync(host, run, fleet, [], p => p.Done >= 3);
        await rekeying.CancelAsync(run, By, "false alarm");
        Assert.Equal("rekey-not-open", (await Assert.ThrowsAsync<RekeyConflictException>(() => rekeying.PauseAsync(run, By))).Code);
        Assert.Equal((RekeyStep.Cancelled, AnchorState.Tainted), ((await rekeying.ProgressAsync(run))!.Run.Step, (await host.Get<IAuthorityKeys>().StatusAsync()).Authorities[1].State));
    }

    [Fact]
    public async Task When_all_have_come_the_old_root_is_revoked_without_anybodys_word()
    {
        await using var host = await AuthorityHost.StartInAsync(_directory, _keys);
        ConcurrentDictionary<string, X509Certificate2> fleet = new(StringComparer.Ordinal);
        await RegisterAsync(host);
        for (var i = 0; i < 3; i++)
            fleet[Id(i)] = await EnrolAsync(host, Id(i));
        var run = await host.Get<IRekeying>().StartAsync(new RekeyOrder(AuthorityCertificate.Root, "the root's key may be out", 100), By);
        await PlayAsync(host, run, fleet, [], p => p.Run.Step == RekeyStep.Finished);
        Assert.Equal("root:Revoked issuing:Revoked root-2:Active issuing-2:Active",
            string.Join(' ', (await host.Get<IAuthorityKeys>().StatusAsync()).Authorities.Select(a => $"{a.Member.Name}:{a.State}")));
        Assert.All(fleet.Values, c => Assert.True(host.Gate.Check(c).IsAccepted));
        // The new root was in the bundle before it signed.
        var leaves = await LeavesAsync(host);
        var (made, used) = (leaves.First(l => l.Detail!.Contains("root-2 prepared", StringComparison.Ordinal)), leaves.First(l => l.Detail!.Contains("root-2 active", StringComparison.Ordinal)));
        Assert.True(used.At - made.At >= RekeyRunner.Propagation);
    }

    [Theory]
    [InlineData(AgentState.Suspended, false, 10, "It is suspended")]
    [InlineData(AgentState.Active, true, 10, "Its renewals are held back: lapsed")]
    [InlineData(AgentState.Active, false, -1, "Its certificate has ended")]
    [InlineData(AgentState.Active, false, 10, "It was not seen since 2026-06-01 07:55:00Z")]
    public void Whoever_is_stuck_is_told_apart(AgentState state, bool held, int minutesLeft, string why)
    {
        var now = new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);
        Assert.StartsWith(why, StuckRule.Why(new SilentAgent(1, state, "lapsed", held, now.AddMinutes(-5), now.AddMinutes(minutesLeft), now.AddMinutes(-3)), now), StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_sends_but_does_not_renew_is_told_apart()
    {
        var now = new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);
        Assert.StartsWith("It sends, but", StuckRule.Why(new SilentAgent(1, AgentState.Active, null, false, now, now.AddHours(1), now.AddMinutes(-3)), now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_whose_evidence_is_not_affirmed_is_stuck_at_once_and_says_what_was_wrong_with_it()
    {
        await using var host = await AuthorityHost.StartInAsync(_directory, _keys);
        ConcurrentDictionary<string, X509Certificate2> fleet = new(StringComparer.Ordinal);
        await RegisterAsync(host);
        for (var i = 0; i < 2; i++)
            fleet[Id(i)] = await EnrolAsync(host, Id(i));
        var run = await host.Get<IRekeying>().StartAsync(new RekeyOrder(AuthorityCertificate.Issuing, "why", 10), By);
        await PlayAsync(host, run, fleet, [1], p => p is { Done: 1, Called: 1 });
        await host.QueryAsync(async db =>
        {
            var agent = await db.Agents.SingleAsync(a => a.SpiffeId == Id(1));
            db.AttestationRecords.Add(new AttestationRecord { Id = 1_000_000, AgentNumber = agent.Number, Kind = EvidenceKind.Image, At = host.Time.GetUtcNow(), Code = "image-digest", Detail = "The image is not on the entry's list.", KeyId = "00", Claims = "[]" });
            return await db.SaveChangesAsync();
        });

        var before = host.Time.GetUtcNow();
        await PlayAsync(host, run, fleet, [1], p => p.Stuck == 1);
        Assert.True(host.Time.GetUtcNow() - before < StuckRule.Patience);
        var stuck = Assert.Single(await host.Get<RekeyQueries>().AgentsAsync(run, RekeyState.Stuck, 0, 10));
        Assert.Equal("Its renewal was refused: The image is not on the entry's list.", stuck.Detail);
    }

    // One entry for the whole fleet. The clock of the test runs faster than the machine: certificates live as long as they may.
    private static async Task RegisterAsync(AuthorityHost host) => await host.Get<IRegistrations>().CreateAsync(new EntryTerms
    {
        Environment = "test", Role = "planner", Name = EntryTerms.EveryName, Organisation = "Acme", Tier = RiskTier.Low,
        Lifetime = TimeSpan.FromHours(24), KeyAlgorithms = [AlgorithmRegistry.Default.Id], Evidence = [new(EvidenceKind.JoinToken, "{}", AtRenewal: false)],
    }, By);

    private static string Id(int i) => $"spiffe://acme.test/env/test/role/planner/agent/p-{i}";

    // Lets seconds pass, and lets every agent that was called and lives come for its certificate.
    private static async Task<RekeyProgress> PlayAsync(AuthorityHost host, int run, ConcurrentDictionary<string, X509Certificate2> fleet, HashSet<int> dead, Func<RekeyProgress, bool> until, bool alsoStuck = false)
    {
        var queries = host.Get<RekeyQueries>();
        var came = new HashSet<string>(StringComparer.Ordinal);
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        while (true)
        {
            bound.Token.ThrowIfCancellationRequested();
            if (await queries.ProgressAsync(run) is { } progress && until(progress))
                return progress;
            host.Time.Advance(TimeSpan.FromSeconds(1));
            List<RekeyAgentRow> called = [.. await queries.AgentsAsync(run, RekeyState.Called, 0, 20_000)];
            if (alsoStuck)
                called.AddRange(await queries.AgentsAsync(run, RekeyState.Stuck, 0, 20_000));
            var coming = called.Where(a => !dead.Contains(int.Parse(a.Name.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture)) && came.Add(a.SpiffeId)).ToList();
            await Parallel.ForEachAsync(coming, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (agent, _) => fleet[agent.SpiffeId] = await RenewAsync(host, fleet[agent.SpiffeId]));
            await Task.Delay(5, bound.Token);
        }
    }

    private static async Task<X509Certificate2> EnrolAsync(AuthorityHost host, string id)
    {
        var token = await host.InviteAsync(id);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return CertificateOf(await host.Authority.EnrollAsync(Csr.Der(key), token, "127.0.0.1"));
    }

    private static async Task<X509Certificate2> RenewAsync(AuthorityHost host, X509Certificate2 current)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return CertificateOf(await host.Authority.RenewAsync(current, Csr.Der(key), "127.0.0.1"));
    }

    private static X509Certificate2 CertificateOf(IssuanceResult result)
        => X509CertificateLoader.LoadCertificate(result.Certificate?.Der ?? throw new InvalidOperationException("refused: " + result.Refusal));

    private static async Task<List<LedgerLeaf>> LeavesAsync(AuthorityHost host)
    {
        var all = new List<LedgerLeaf>();
        while (await host.Get<ILedgerReader>().LeavesAsync(all.Count, 10_000) is { Count: > 0 } some)
            all.AddRange(some.Select(l => LeafReader.Parse(l)));
        return [.. all.Where(l => l.Kind == LeafKind.Administration)];
    }
}
