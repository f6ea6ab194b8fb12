using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Upkeep;
using A2AConsole.Trust.Algorithms;
using A2AConsole.Trust.Findings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace A2AConsole.Trust.Tests.Algorithms;

public sealed class AlgorithmUsageTests : IAsyncLifetime
{
    private readonly AlgorithmUsage.Mark _mark = new();
    private AuthorityHost _host = null!;
    private AlgorithmUsage _usage = null!;
    private VerifiedSvid _svid = null!;
    private int _agent;

    public async ValueTask InitializeAsync()
    {
        _host = await AuthorityHost.StartAsync();
        using var certificate = await _host.EnrolledAsync();
        var verdict = _host.Gate.Check(certificate);
        (_svid, _agent) = (verdict.Svid!, verdict.AgentNumber);
        // Our own, beside the running one: its rounds end when we say so.
        _usage = new AlgorithmUsage(_host.Get<IUpkeep>(), _host.Time);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Use_is_on_record_after_the_round_and_written_again_only_when_it_is_old()
    {
        Note();
        Note();
        Assert.Equal([AlgorithmUses.AgentKey, AlgorithmUses.Envelope], (await _usage.FlushAsync()).Select(s => s.Use).Order());
        var first = await RowsAsync();
        Assert.Equal([("agent-key", "ecdsa-p256-sha256"), ("envelope", "ecdsa-p256-sha256")], first.Select(r => (r.Use, r.Algorithm)).Order());

        _host.Time.Advance(TimeSpan.FromMinutes(1));
        Note();
        Assert.Equal(2, (await _usage.FlushAsync()).Count);
        Assert.Equal(first.Select(r => r.LastSeenAt), (await RowsAsync()).Select(r => r.LastSeenAt));

        _host.Time.Advance(AlgorithmUsage.Freshness);
        Note();
        await _usage.FlushAsync();
        Assert.All(await RowsAsync(), r => Assert.True(r.LastSeenAt > r.FirstSeenAt));
        Assert.Empty(await _usage.FlushAsync());
    }

    [Fact]
    public async Task What_was_refused_is_no_use()
    {
        _usage.Note(_mark, _agent, _svid, SignedWith.None);
        Assert.Empty(await _usage.FlushAsync());
    }

    [Fact]
    public async Task The_inventory_counts_agents_and_finds_them()
    {
        Note();
        await _usage.FlushAsync();
        var queries = _host.Get<AlgorithmQueries>();
        var now = _host.Time.GetUtcNow();
        var use = Assert.Single(await queries.UsageAsync(now.AddDays(-30)), u => u.Use == "envelope");
        Assert.Equal(("ecdsa-p256-sha256", 1, 1), (use.Algorithm, use.Agents, use.RecentAgents));
        Assert.Equal(0, Assert.Single(await queries.UsageAsync(now.AddSeconds(1)), u => u.Use == "envelope").RecentAgents);
        Assert.Equal(AuthorityHost.AgentId, Assert.Single(await queries.UsersAsync("ecdsa-p256-sha256", "envelope", now.AddDays(-30))).SpiffeId);
        Assert.Equal(new AlgorithmKeys("ecdsa-p256-sha256", 1, 0), Assert.Single(await queries.KeysAsync(now)));
    }

    [Fact]
    public async Task Who_uses_what_is_being_given_up_is_found_and_the_finding_ends_with_the_use_or_the_deprecation()
    {
        var policies = _host.Get<AlgorithmPolicies>();
        var end = _host.Time.GetUtcNow().AddDays(60);
        await policies.SetAsync(new("ecdsa-p256-sha256", AlgorithmUses.Envelope, AlgorithmStatus.Deprecated, end), "Quantum computers.", "user:admin");
        using var upkeep = new AlgorithmUpkeep(policies, _usage, _host.Get<IFindings>(), _host.Time, NullLogger<AlgorithmUpkeep>.Instance);
        Note();
        await upkeep.RoundAsync(default);
        var finding = Assert.Single(await FindingsAsync());
        Assert.Equal((FindingKind.AlgorithmDeprecated, (int?)_agent, null), (finding.Kind, finding.AgentNumber, finding.ClosedAt));
        Assert.Contains("refused from", finding.Detail, StringComparison.Ordinal);
        Assert.Equal("ecdsa-p256-sha256", finding.Measured);
        Assert.Contains("ml-dsa-44", finding.Reference, StringComparison.Ordinal);

        // Still used: it stays. Unused for a day: it ends.
        _host.Time.Advance(TimeSpan.FromHours(20));
        Note();
        await upkeep.RoundAsync(default);
        _host.Time.Advance(TimeSpan.FromHours(20));
        await upkeep.RoundAsync(default);
        Assert.Null(Assert.Single(await FindingsAsync()).ClosedAt);
        _host.Time.Advance(TimeSpan.FromHours(5));
        await upkeep.RoundAsync(default);
        Assert.NotNull(Assert.Single(await FindingsAsync()).ClosedAt);

        Note();
        await upkeep.RoundAsync(default);
        Assert.Single(await FindingsAsync(), f => f.ClosedAt is null);
        await policies.SetAsync(new("ecdsa-p256-sha256", AlgorithmUses.Envelope, AlgorithmStatus.Allowed), "Not yet.", "user:admin");
        await upkeep.RoundAsync(default);
        Assert.DoesNotContain(await FindingsAsync(), f => f.ClosedAt is null);
    }

    private void Note() => _usage.Note(_mark, _agent, _svid, SignedWith.Key);

    private Task<List<AlgorithmUse>> RowsAsync() => _host.QueryAsync(db => db.AlgorithmUses.AsNoTracking().OrderBy(u => u.Use).ToListAsync());

    private Task<List<Finding>> FindingsAsync() => _host.QueryAsync(db => db.Findings.AsNoTracking().Where(f => f.Kind == FindingKind.AlgorithmDeprecated).ToListAsync());
}
