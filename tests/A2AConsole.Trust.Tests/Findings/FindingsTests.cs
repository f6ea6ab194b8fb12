using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Testing;
using A2AConsole.Trust.Findings;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Trust.Tests.Findings;

public sealed class FindingsTests : IAsyncLifetime
{
    private const string Subject = "spiffe://acme.example/env/test/role/planner/agent/p-1";
    private TestSite _site = null!;

    private IFindings Findings => _site.Get<IFindings>();

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync(new() { WithoutEdge = true });
        foreach (var name in new[] { "p-1", "p-2" })
            await _site.Authority.InviteAsync(new AgentInvitation(_site.Identity(name), "Acme", null, RiskTier.Low) { MakesEntry = true }, "user:test");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_finding_opens_with_a_leaf_and_the_row_is_named_after_it()
    {
        await Findings.ReportAsync(Missed("81 % used"));
        var row = Assert.Single(await RowsAsync());
        var leaf = LeafReader.Parse((await _site.Reader.LeafAsync(row.Id))!);
        Assert.Equal((LeafKind.Finding, "renewal-missed", "system", Subject), (leaf.Kind, leaf.Code, leaf.Actor, leaf.Subject));
        Assert.Equal("Found: No newer certificate came.", leaf.Detail);
        Assert.Equal(("81 % used", "at most 80 %", 1L, (DateTimeOffset?)null), (row.Measured, row.Reference, row.Count, row.ClosedAt));
    }

    [Fact]
    public async Task Seen_again_it_is_counted_and_not_doubled_and_written_with_what_was_seen_last()
    {
        await Findings.ReportAsync(Missed("81 % used"));
        var size = _site.Ledger.Head.Size;
        _site.Clock.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 500; i++)
            await Findings.ReportAsync(Missed($"{82 + i / 100} % used"));
        Assert.Equal(size, _site.Ledger.Head.Size);
        Assert.Equal(1, Assert.Single(await RowsAsync()).Count);

        await _site.Get<Trust.Findings.Findings>().FlushAsync();
        var row = Assert.Single(await RowsAsync());
        Assert.Equal((501L, "86 % used", TestSite.Start.AddSeconds(30)), (row.Count, row.Measured, row.LastSeenAt));
        Assert.Equal(size, _site.Ledger.Head.Size);
    }

    [Fact]
    public async Task Reported_by_many_at_once_it_opens_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Findings.ReportAsync(Missed("81 % used")))));
        await _site.Get<Trust.Findings.Findings>().FlushAsync();
        Assert.Equal(64, Assert.Single(await RowsAsync()).Count);
        Assert.Single((await _site.LeavesAsync()), l => l.Kind == LeafKind.Finding);
    }

    [Fact]
    public async Task Closing_is_a_leaf_and_the_next_sighting_opens_a_new_one()
    {
        await Findings.ReportAsync(Missed("81 % used"));
        await Findings.ReportAsync(Missed("82 % used"));
        Assert.True(await Findings.ResolveAsync(FindingKind.RenewalMissed, Subject, "user:ann", "It came."));
        Assert.False(await Findings.ResolveAsync(FindingKind.RenewalMissed, Subject, "user:ann", "Again."));
        var closed = Assert.Single(await RowsAsync());
        Assert.Equal((2L, "user:ann", "It came."), (closed.Count, closed.ClosedBy, closed.ClosedReason));
        Assert.Single(await _site.LeavesAsync(), l => l is { Kind: LeafKind.Finding, Actor: "user:ann", Detail: "Closed: It came." });

        await Findings.ReportAsync(Missed("83 % used"));
        Assert.Equal(2, (await RowsAsync()).Count);
        Assert.Equal([Subject], await Findings.OpenSubjectsAsync(FindingKind.RenewalMissed));
    }

    [Fact]
    public async Task What_never_was_open_closes_without_a_leaf()
    {
        var size = _site.Ledger.Head.Size;
        Assert.False(await Findings.ResolveAsync(FindingKind.NoOwner, "nobody", "system", "nothing"));
        Assert.Equal(size, _site.Ledger.Head.Size);
    }

    [Fact]
    public async Task After_a_restart_it_is_counted_on()
    {
        await Findings.ReportAsync(Missed("81 % used"));
        await Findings.ReportAsync(Missed("82 % used"));
        await _site.RestartAsync();
        Assert.Equal(2, Assert.Single(await RowsAsync()).Count);
        await Findings.ReportAsync(Missed("83 % used"));
        await _site.Get<Trust.Findings.Findings>().FlushAsync();
        Assert.Equal((3L, "83 % used"), (Assert.Single(await RowsAsync()).Count, (await RowsAsync())[0].Measured));
    }

    [Fact]
    public async Task Lists_filter_by_state_kind_agent_and_owner_and_page_over_each_once()
    {
        await _site.QueryAsync(async db => await db.Agents.Where(a => a.Number == 2).ExecuteUpdateAsync(s => s.SetProperty(a => a.Owner, "ann")));
        for (var i = 0; i < 40; i++)
            await Findings.ReportAsync(new FindingReport(i % 2 == 0 ? FindingKind.SharedKey : FindingKind.ClockSkew, $"subject-{i}", i % 4 == 0 ? 2 : 1, "Something."));
        for (var i = 0; i < 10; i++)
            await Findings.ResolveAsync(FindingKind.SharedKey, $"subject-{4 * i}", "system", "over");
        var queries = _site.Get<FindingQueries>();
        (FindingFilter Filter, int Count)[] cases =
        [
            (new(), 40), (FindingFilter.Open, 30), (new() { IsOpen = false }, 10), (new() { Kind = FindingKind.ClockSkew }, 20),
            (new() { AgentNumber = 2 }, 10), (new() { Owner = "ann" }, 10), (new() { Owner = "ann", IsOpen = true }, 0), (new() { Subject = "subject-7" }, 1),
        ];
        foreach (var (filter, count) in cases)
        {
            var page = await queries.PageAsync(filter, null, null, 7);
            var seen = page.Rows.ToList();
            while (page.HasNext)
                seen.AddRange((page = await queries.PageAsync(filter, page.Rows[^1].Id, null, 7)).Rows);
            Assert.Equal(count, seen.Select(f => f.Id).Distinct().Count());
            Assert.Equal(seen.OrderByDescending(f => f.Id), seen);
            Assert.Equal(count, (await queries.CountsAsync(filter)).Values.Sum());
            Assert.Equal(seen, await queries.ExportAsync(filter).ToListAsync());
        }
        Assert.Equal(10, (await queries.CountsAsync(FindingFilter.Open))[FindingKind.SharedKey]);
    }

    private static FindingReport Missed(string measured)
        => new(FindingKind.RenewalMissed, Subject, 1, "No newer certificate came.", measured, "at most 80 %");

    private Task<List<Finding>> RowsAsync() => _site.QueryAsync(db => db.Findings.AsNoTracking().OrderBy(f => f.Id).ToListAsync());
}
