using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Data.Tests.Reading;

/// <summary>The records that are not events, as an auditor looks for them.</summary>
public sealed class RecordListTests
{
    private const string Admin = "user:admin@acme.example";

    private static RecordQueries Queries(LedgerSite site) => new(site.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>());

    private static Task<LedgerReceipt> RecordAsync(LedgerSite site, string actor, LeafKind kind, string detail, string? subject = null)
        => site.Ledger.RecordAsync(new LedgerLeaf { Kind = kind, Verdict = LeafVerdict.Done, At = site.Time.GetUtcNow(), Actor = actor, Detail = detail, Subject = subject, Code = "some-code" });

    [Fact]
    public async Task Everything_that_somebody_did_in_a_month_is_found_and_nothing_else()
    {
        await using var site = await LedgerSite.StartAsync();
        site.Time.Advance(TimeSpan.FromDays(1));
        await RecordAsync(site, Admin, LeafKind.Administration, "Before the month.");
        site.Time.SetUtcNow(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        await RecordAsync(site, Admin, LeafKind.Administration, "At its first moment.");
        await RecordAsync(site, Admin, LeafKind.SignIn, "Signed in.");
        await RecordAsync(site, "user:other@acme.example", LeafKind.Administration, "Somebody else's.");
        site.Time.SetUtcNow(new DateTimeOffset(2026, 4, 30, 23, 59, 59, TimeSpan.Zero));
        await RecordAsync(site, Admin, LeafKind.Revocation, "Revoked.", "certificate:00AA11");
        site.Time.SetUtcNow(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
        await RecordAsync(site, Admin, LeafKind.Administration, "After it.");
        await site.AdmitAsync(site.Item("m-1"));

        var month = new RecordFilter { From = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), To = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero) };
        var queries = Queries(site);
        async Task<IEnumerable<string?>> FoundAsync(RecordFilter filter) => (await queries.PageAsync(filter, null, 50)).Rows.Select(r => r.Leaf.Detail);
        Assert.Equal(["Revoked.", "Signed in.", "At its first moment."], await FoundAsync(month with { Actor = "ADMIN@" }));
        Assert.Equal(["Revoked."], await FoundAsync(month with { Text = "00aa11" }));
        Assert.Equal(["Signed in."], await FoundAsync(month with { Kinds = [LeafKind.SignIn] }));
        Assert.Equal(["Revoked.", "Somebody else's.", "Signed in.", "At its first moment."], await FoundAsync(month));
        Assert.Empty(await FoundAsync(month with { From = month.From!.Value.AddYears(1), To = null }));
        Assert.Empty(await FoundAsync(month with { Actor = "nobody" }));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_record_twice_or_left_out_also_where_many_were_committed_at_once()
    {
        await using var site = await LedgerSite.StartAsync();
        // Side by side they are committed in groups: several records in one block.
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => RecordAsync(site, Admin, LeafKind.Administration, $"record {i}")));
        var queries = Queries(site);
        var paged = new List<long>();
        long? before = null;
        do
        {
            var page = await queries.PageAsync(new RecordFilter { Actor = Admin }, before, 7);
            paged.AddRange(page.Rows.Select(r => r.Index));
            before = page.Next;
        }
        while (before is not null);
        Assert.Equal(60, paged.Count);
        Assert.Equal(paged.OrderDescending(), paged);
        Assert.Equal(paged.Distinct(), paged);
        Assert.Equal(paged, await queries.ExportAsync(new RecordFilter { Actor = Admin }).Select(r => r.Index).ToListAsync());
    }
}
