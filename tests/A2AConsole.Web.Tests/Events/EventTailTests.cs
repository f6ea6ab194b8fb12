using A2AConsole.Data.Ledger;
using A2AConsole.Web.Live;

namespace A2AConsole.Web.Tests.Events;

public sealed class EventTailTests(EventSite site) : IClassFixture<EventSite>
{
    private static readonly EventFilter Everything = new();

    [Fact]
    public async Task What_comes_while_the_list_is_held_is_counted_and_then_shown_once()
    {
        await site.SendAsync(3);
        var tail = new EventTail(site.Site.Reader);
        await tail.OpenAsync(Everything, site.Site.Ledger.Head.Size);
        var before = tail.Rows.Select(r => r.Index).ToArray();

        var sent = await site.SendAsync(4);
        await tail.CountAsync(site.Site.Ledger.Head.Size);
        Assert.Equal(4, tail.Waiting);
        Assert.Equal(before, tail.Rows.Select(r => r.Index));

        await tail.CatchUpAsync(site.Site.Ledger.Head.Size);
        Assert.Equal(0, tail.Waiting);
        Assert.Equal(sent.Reverse().Concat(before), tail.Rows.Select(r => r.Index));
        Assert.Equal(sent[0], tail.Rows.First(r => r.Index >= tail.FreshFrom && r.Index == sent[0]).Index);

        await tail.CatchUpAsync(site.Site.Ledger.Head.Size);
        Assert.Equal(tail.Rows.Select(r => r.Index).Distinct(), tail.Rows.Select(r => r.Index));
    }

    [Fact]
    public async Task A_list_that_is_held_while_it_reads_what_came_does_not_move()
    {
        await site.SendAsync(3);
        var tail = new EventTail(site.Site.Reader);
        await tail.OpenAsync(Everything, site.Site.Ledger.Head.Size);
        var before = tail.Rows.Select(r => r.Index).ToArray();
        var sent = await site.SendAsync(2);

        await tail.CatchUpAsync(site.Site.Ledger.Head.Size, held: () => true);
        Assert.Equal(before, tail.Rows.Select(r => r.Index));
        Assert.Equal(2, tail.Waiting);

        await tail.CatchUpAsync(site.Site.Ledger.Head.Size, held: () => false);
        Assert.Equal(sent.Reverse().Concat(before), tail.Rows.Select(r => r.Index));
        Assert.Equal(0, tail.Waiting);
    }

    [Fact]
    public async Task A_snapshot_that_is_older_than_the_head_loses_nothing()
    {
        await site.SendAsync(1);
        var head = site.Site.Ledger.Head.Size;
        var late = await site.SendAsync(2);
        var tail = new EventTail(site.Site.Reader);
        await tail.OpenAsync(Everything, head);
        await tail.CatchUpAsync(site.Site.Ledger.Head.Size);
        Assert.Equal(late.Reverse(), tail.Rows.Take(2).Select(r => r.Index));
    }

    [Fact]
    public async Task Reading_on_gives_every_event_once_in_order()
    {
        await site.SendAsync(EventTail.FirstPage + EventTail.PageSize + 5);
        var tail = new EventTail(site.Site.Reader);
        await tail.OpenAsync(Everything, site.Site.Ledger.Head.Size);
        Assert.Equal(EventTail.FirstPage, tail.Rows.Count);
        while (await tail.LoadOlderAsync())
        {
        }
        var indexes = tail.Rows.Select(r => r.Index).ToArray();
        Assert.True(indexes.Length >= EventTail.FirstPage + EventTail.PageSize + 5);
        Assert.Equal(indexes.OrderDescending().Distinct(), indexes);
    }

    [Fact]
    public async Task A_filter_that_nothing_new_matches_counts_nothing()
    {
        var tail = new EventTail(site.Site.Reader);
        await tail.OpenAsync(new EventFilter { Type = "shipment.release" }, site.Site.Ledger.Head.Size);
        await site.SendAsync(2);
        await tail.CountAsync(site.Site.Ledger.Head.Size);
        Assert.Equal(0, tail.Waiting);
        Assert.Empty(tail.Rows);
    }

    [Fact]
    public async Task A_moving_range_leaves_old_rows_behind()
    {
        await site.SendAsync(2);
        var tail = new EventTail(site.Site.Reader);
        await tail.OpenAsync(Everything, site.Site.Ledger.Head.Size);
        tail.Forget(site.Site.Clock.GetUtcNow().AddMinutes(1));
        Assert.Empty(tail.Rows);
    }

    [Fact]
    public async Task After_more_than_it_follows_the_list_starts_anew_at_the_top_and_loses_nothing_below()
    {
        var tail = new EventTail(site.Site.Reader);
        await tail.OpenAsync(Everything, site.Site.Ledger.Head.Size);
        var sent = await site.SendAsync(EventTail.MostFollowed + 40);
        await tail.CatchUpAsync(site.Site.Ledger.Head.Size);
        Assert.Equal(EventTail.MostFollowed, tail.Rows.Count);
        Assert.Equal(sent[^1], tail.Rows[0].Index);
        await tail.LoadOlderAsync();
        Assert.Equal(sent.Reverse(), tail.Rows.Take(sent.Count).Select(r => r.Index));
    }
}
