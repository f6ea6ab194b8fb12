using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using Microsoft.EntityFrameworkCore;
using static A2AConsole.Detection.Tests.TriageSite;

namespace A2AConsole.Detection.Tests.Alerts;

public class AlertDeskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_step_on_each_alert_is_a_leaf_beside_its_row()
    {
        await using var site = await StartAsync();
        var (one, two, three) = (await site.RaiseAsync(), await site.RaiseAsync(), await site.RaiseAsync());
        Assert.All(await site.Alerts.OpenAsync([one, two, one], Ann, Token), r => Assert.True(r.Done, r.Detail));
        Assert.All(await site.Alerts.AssignAsync([two, three], "ben", "you know this partner", Ann, Token), r => Assert.True(r.Done, r.Detail));
        Assert.True((await site.Alerts.NoteAsync([three], "  called the partner  ", Ben, Token))[0].Done);

        Assert.Equal(("ann", AlertState.Open), await Of(site, one));
        Assert.Equal(("ben", AlertState.Open), await Of(site, two));
        Assert.Equal(("ben", AlertState.Open), await Of(site, three));
        var steps = (await site.AlertAsync(three)).Steps.OrderBy(s => s.Leaf).ToList();
        Assert.Equal([TriageMove.Assigned, TriageMove.Noted], steps.Select(s => s.Move));
        Assert.Equal(("ben", "called the partner"), (steps[1].By, steps[1].Note));
        var leaf = LeafReader.Parse((await site.Site.Reader.LeafAsync(steps[1].Leaf, Token))!);
        Assert.Equal((LeafKind.Alert, "alert-noted", "user:ben", (await site.AlertAsync(three)).AgentId), (leaf.Kind, leaf.Code, leaf.Actor, leaf.Subject));
        Assert.Equal($"Alert {three} (FanOut): called the partner", leaf.Detail);
        Assert.Equal(8, (await site.Site.LeavesAsync()).Count(l => l.Kind == LeafKind.Alert));
    }

    [Fact]
    public async Task What_a_step_does_not_fit_stays_and_says_why_and_the_others_go_on()
    {
        await using var site = await StartAsync();
        var (closed, open) = (await site.RaiseAsync(), await site.RaiseAsync());
        await site.Alerts.CloseAsync([closed], AlertVerdict.Duplicate, "same as yesterday", Ann, Token);
        var results = await site.Alerts.AssignAsync([closed, open, 999], "ben", null, Ann, Token);
        Assert.Equal([(closed, "alert-closed"), (open, null), (999, "alert-unknown")], results.OrderBy(r => r.Id).Select(r => (r.Id, r.Code)));
        Assert.Equal("alert-assigned", (await site.Alerts.AssignAsync([open], "ben", null, Ann, Token))[0].Code);
        Assert.Equal("triage-user-unknown", (await site.Alerts.AssignAsync([open], "nobody", null, Ann, Token))[0].Code);
        Assert.Equal("alert-open", (await site.Alerts.OpenAsync([open], Ann, Token))[0].Code);
        Assert.Equal(("ben", AlertState.Open), await Of(site, open));
        // Refused as a whole: nothing was asked, or nobody will know why.
        await RefusedAsync("triage-none", () => site.Alerts.OpenAsync([], Ann, Token));
        await RefusedAsync("triage-many", () => site.Alerts.OpenAsync([.. Enumerable.Range(0, 201).Select(i => (long)i)], Ann, Token));
        await RefusedAsync("triage-note-missing", () => site.Alerts.CloseAsync([open], AlertVerdict.Benign, "ok", Ann, Token));
        await RefusedAsync("triage-note-long", () => site.Alerts.NoteAsync([open], new string('x', 401), Ann, Token));
    }

    [Fact]
    public async Task A_verdict_moves_the_threshold_within_bounds_and_is_undone()
    {
        await using var site = await StartAsync();
        var alert = await site.RaiseAsync();
        var other = await site.RaiseAsync(cause: "another");
        for (var i = 1; i <= 4; i++)
        {
            var result = (await site.Alerts.CloseAsync([alert], AlertVerdict.Benign, "the month's end", Ann, Token))[0];
            Assert.Contains($"1 higher (+{i} from the site's): only something 10 times rarer", result.Detail, StringComparison.Ordinal);
            Assert.Equal(i, await site.ShiftAsync(alert));
            if (i < 4)
                await site.Alerts.ReopenAsync([alert], "let us see once more", Ann, Token);
            Assert.Equal(i < 4 ? i - 1 : 4, await site.ShiftAsync(alert));
            // Another alert of the same cause.
            if (i < 4)
                await site.Alerts.CloseAsync([await site.RaiseAsync()], AlertVerdict.Benign, "the month's end", Ann, Token);
        }
        var fifth = await site.RaiseAsync();
        Assert.Contains("stays as it is", (await site.Alerts.CloseAsync([fifth], AlertVerdict.Benign, "the month's end", Ann, Token))[0].Detail, StringComparison.Ordinal);
        // What did not move it is not taken back either.
        await site.Alerts.ReopenAsync([fifth], "let us see once more", Ann, Token);
        Assert.Equal(4, await site.ShiftAsync(alert));
        Assert.Contains("0.5 lower (+3.5 from the site's)", (await site.Alerts.CloseAsync([fifth], AlertVerdict.TruePositive, "it was an attack", Ann, Token))[0].Detail, StringComparison.Ordinal);
        Assert.Equal(0, await site.ShiftAsync(other));
        Assert.Equal((AlertState.Closed, AlertVerdict.TruePositive), ((await site.AlertAsync(fifth)).State, (await site.AlertAsync(fifth)).Verdict!.Value));
        Assert.Equal("alert-not-closed", (await site.Alerts.ReopenAsync([other], "there is nothing", Ann, Token))[0].Code);
    }

    [Fact]
    public async Task Two_at_once_take_one_alert_once()
    {
        await using var site = await StartAsync();
        var alert = await site.RaiseAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => site.Alerts.CloseAsync([alert], AlertVerdict.Benign, "the month's end", i % 2 == 0 ? Ann : Ben, Token)));
        Assert.Single(results, r => r[0].Done);
        Assert.Equal(1, await site.ShiftAsync(alert));
        Assert.Single((await site.AlertAsync(alert)).Steps);
    }

    [Fact]
    public async Task Containment_is_written_down_whatever_the_state()
    {
        await using var site = await StartAsync();
        var alert = await site.RaiseAsync();
        await site.Alerts.CloseAsync([alert], AlertVerdict.TruePositive, "it was an attack", Ann, Token);
        Assert.True((await site.Alerts.ContainedAsync(alert, "agent suspended", false, Ann, Token)).Done);
        Assert.True((await site.Alerts.ContainedAsync(alert, "agent resumed", true, Ben, Token)).Done);
        Assert.Equal([TriageMove.Closed, TriageMove.Contained, TriageMove.ContainmentUndone], (await site.AlertAsync(alert)).Steps.OrderBy(s => s.Leaf).Select(s => s.Move));
        Assert.Equal("alert-unknown", (await site.Alerts.ContainedAsync(12345, "agent suspended", false, Ann, Token)).Code);
    }

    [Fact]
    public async Task A_suppression_has_an_owner_a_reason_and_an_end()
    {
        await using var site = await StartAsync();
        var now = site.Site.Time.GetUtcNow();
        var fit = new SuppressionRequest("planned load test", now, now.AddHours(2)) { Kind = AlertKind.VolumeBurst };
        await RefusedAsync("suppression-unscoped", () => site.Alerts.SuppressAsync(fit with { Kind = null }, Ann, Token));
        await RefusedAsync("suppression-backwards", () => site.Alerts.SuppressAsync(fit with { Until = now }, Ann, Token));
        await RefusedAsync("suppression-over", () => site.Alerts.SuppressAsync(fit with { From = now.AddHours(-3), Until = now.AddHours(-1) }, Ann, Token));
        await RefusedAsync("suppression-long", () => site.Alerts.SuppressAsync(fit with { Until = now.AddDays(91) }, Ann, Token));
        await RefusedAsync("triage-note-missing", () => site.Alerts.SuppressAsync(fit with { Reason = " " }, Ann, Token));

        var id = await site.Alerts.SuppressAsync(fit, Ann, Token);
        var row = await site.Site.QueryAsync(db => db.AlertSuppressions.AsNoTracking().SingleAsync());
        Assert.Equal((id, "ann", AlertKind.VolumeBurst, fit.Until), (row.Id, row.Owner, row.Kind, row.Until));
        Assert.Equal(("suppression-made", fit.Until), ((await site.Site.LeavesAsync())[^1].Code, (await site.Site.LeavesAsync())[^1].Expires));
        await site.Alerts.EndSuppressionAsync(id, Ben, Token);
        await RefusedAsync("suppression-over", () => site.Alerts.EndSuppressionAsync(id, Ben, Token));
        await RefusedAsync("suppression-unknown", () => site.Alerts.EndSuppressionAsync(77, Ben, Token));
        Assert.Equal("ben", (await site.Site.QueryAsync(db => db.AlertSuppressions.AsNoTracking().SingleAsync())).EndedBy);
    }

    internal static async Task RefusedAsync(string code, Func<Task> step) => Assert.Equal(code, (await Assert.ThrowsAsync<TriageRefusedException>(step)).Code);

    private static async Task<(string?, AlertState)> Of(TriageSite site, long alert)
    {
        var row = await site.AlertAsync(alert);
        return (row.Assignee, row.State);
    }
}
