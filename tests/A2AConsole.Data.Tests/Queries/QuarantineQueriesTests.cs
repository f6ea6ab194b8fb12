using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Data.Tests.Queries;

public sealed class QuarantineQueriesTests : IAsyncLifetime
{
    private readonly QueryStore _store = new();
    private readonly List<QuarantineItem> _items = [];
    private QuarantineQueries _queries = null!;

    public async ValueTask InitializeAsync()
    {
        await _store.InitializeAsync();
        _queries = new QuarantineQueries(_store.Contexts);
        var start = _store.Time.GetUtcNow().AddDays(-1);
        string[] codes = ["replayed", "stale", "malformed", QuarantineRow.SummaryCode];
        for (var i = 0; i < 1_000; i++)
            _items.Add(new QuarantineItem
            {
                Id = 10_000 + i * 3, AgentNumber = i % 7 == 0 ? null : 1 + i % 5, RecordedAt = start.AddSeconds(i * 60), Code = codes[i % 4],
                MessageId = i % 4 == 2 ? null : $"order-{i:d4}", Digest = $"{i:x8}" + new string('a', 56), RemoteAddress = $"10.0.0.{i % 9}",
                Count = i % 4 == 3 ? 40 : 1, Size = 100 + i, Bytes = i % 4 == 3 ? null : [(byte)i, 1, 2],
            });
        await using var db = await _store.Contexts.CreateDbContextAsync();
        db.QuarantineItems.AddRange(_items);
        // Work on every ninth; what has no case waits like what has one that nobody ended.
        for (var i = 0; i < 1_000; i += 9)
        {
            var state = (QuarantineState)(i / 9 % 4);
            _items[i].Case = new QuarantineCase { Id = _items[i].Id, State = state, Assignee = i % 2 == 0 ? "ana" : null, EndedAt = state is QuarantineState.Released or QuarantineState.Rejected ? start : null };
        }
        await db.SaveChangesAsync();
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Each_filter_pages_over_each_match_exactly_once()
    {
        var from = _items[200].RecordedAt;
        var to = _items[700].RecordedAt;
        (QuarantineFilter Filter, Func<QuarantineItem, bool> Expected)[] cases =
        [
            (new(), _ => true),
            (new() { Code = "stale" }, i => i.Code == "stale"),
            (new() { AgentNumber = 3 }, i => i.AgentNumber == 3),
            (new() { From = from }, i => i.RecordedAt >= from),
            (new() { To = to }, i => i.RecordedAt < to),
            (new() { From = from.AddSeconds(1), To = to.AddSeconds(-1), Code = "replayed" }, i => i.RecordedAt > from && i.RecordedAt < to && i.Code == "replayed"),
            (new() { Text = "order-00" }, i => i.MessageId?.StartsWith("order-00", StringComparison.Ordinal) == true),
            (new() { Text = "0000000a" }, i => i.Digest!.StartsWith("0000000a", StringComparison.Ordinal)),
            (new() { Text = "10.0.0.4" }, i => i.RemoteAddress == "10.0.0.4"),
            (new() { Work = QuarantineWork.Open }, i => i.Case is null or { State: QuarantineState.Waiting or QuarantineState.Escalated }),
            (new() { Work = QuarantineWork.Escalated }, i => i.Case is { State: QuarantineState.Escalated }),
            (new() { Work = QuarantineWork.Released }, i => i.Case is { State: QuarantineState.Released }),
            (new() { Work = QuarantineWork.Rejected, Code = "stale" }, i => i.Case is { State: QuarantineState.Rejected } && i.Code == "stale"),
            (new() { Assignee = "ana", Work = QuarantineWork.Open }, i => i.Case is { Assignee: "ana", EndedAt: null }),
            (new() { From = to.AddYears(1) }, _ => false),
            (new() { To = from.AddYears(-1) }, _ => false),
        ];
        foreach (var (filter, expected) in cases)
        {
            var ids = _items.Where(expected).Select(i => i.Id).OrderDescending().ToList();
            var page = await _queries.PageAsync(filter, null, null, 37);
            var seen = page.Rows.Select(r => r.Id).ToList();
            while (page.HasNext)
            {
                page = await _queries.PageAsync(filter, page.Rows[^1].Id, null, 37);
                seen.AddRange(page.Rows.Select(r => r.Id));
            }
            Assert.Equal(ids, seen);
            var back = page.Rows.Select(r => r.Id).ToList();
            while (page.HasPrevious)
            {
                page = await _queries.PageAsync(filter, null, page.Rows[0].Id, 37);
                back.InsertRange(0, page.Rows.Select(r => r.Id));
            }
            Assert.Equal(ids, back);
            Assert.Equal(ids, await _queries.ExportAsync(filter).Select(r => r.Id).ToListAsync());
        }
    }

    [Fact]
    public async Task New_items_are_counted_up_to_a_bound()
    {
        Assert.Equal(9, await _queries.CountNewerAsync(new QuarantineFilter(), _items[990].Id, 100));
        Assert.Equal(5, await _queries.CountNewerAsync(new QuarantineFilter(), _items[990].Id, 5));
        Assert.Equal(0, await _queries.CountNewerAsync(new QuarantineFilter { Code = "stale" }, _items[^1].Id, 5));
    }

    [Fact]
    public async Task An_item_comes_with_its_bytes_and_its_agent()
    {
        var found = await _queries.FindAsync(_items[1].Id);
        Assert.Equal([1, 1, 2], found?.Bytes);
        Assert.Equal(_store.Agents[1].SpiffeId, found?.Row.Agent);
        Assert.Null((await _queries.FindAsync(_items[3].Id))?.Bytes);
        Assert.True((await _queries.FindAsync(_items[3].Id))?.Row.IsSummary);
        Assert.Null(await _queries.FindAsync(5));
    }

    [Fact]
    public async Task The_codes_that_occur_are_told_once_each()
        => Assert.Equal(["malformed", "replayed", "stale", "summary"], await _queries.CodesAsync());
}
