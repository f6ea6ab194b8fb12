using A2AConsole.Core.Alerts;
using A2AConsole.Core.Ledger;
using static A2AConsole.Detection.Tests.Alerts.AlertDeskTests;
using static A2AConsole.Detection.Tests.TriageSite;

namespace A2AConsole.Detection.Tests.Incidents;

public class IncidentDeskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alerts_become_an_incident_in_one_transaction_or_not_at_all()
    {
        await using var site = await StartAsync();
        var (one, two) = (await site.RaiseAsync(severity: AlertSeverity.Low), await site.RaiseAsync(severity: AlertSeverity.High));
        var id = await site.Incidents.CreateAsync(" Rebates pulled ", [one, two], "both by one agent", Ann, Token);
        var incident = await site.IncidentAsync(id);
        Assert.Equal(("Rebates pulled", AlertSeverity.High, "ann", IncidentState.Open, 2), (incident.Title, incident.Severity, incident.Owner, incident.State, incident.Alerts.Count));
        Assert.All(incident.Alerts, a => Assert.Equal(AlertState.InIncident, a.State));
        Assert.Equal(id, Assert.Single((await site.AlertAsync(one)).Steps).Leaf);
        var leaf = LeafReader.Parse((await site.Site.Reader.LeafAsync(id, Token))!);
        Assert.Equal((LeafKind.Incident, "incident-created", "user:ann"), (leaf.Kind, leaf.Code, leaf.Actor));

        var three = await site.RaiseAsync();
        var before = (await site.Site.LeavesAsync()).Count;
        await RefusedAsync("alert-in-incident", () => site.Incidents.CreateAsync("Another one", [three, one], null, Ann, Token));
        await RefusedAsync("alert-unknown", () => site.Incidents.CreateAsync("Another one", [three, 999], null, Ann, Token));
        await RefusedAsync("incident-title-missing", () => site.Incidents.CreateAsync("  ", [three], null, Ann, Token));
        await RefusedAsync("triage-none", () => site.Incidents.CreateAsync("Another one", [], null, Ann, Token));
        Assert.Equal((AlertState.New, before), ((await site.AlertAsync(three)).State, (await site.Site.LeavesAsync()).Count));
        Assert.Equal("alert-in-incident", (await site.Alerts.CloseAsync([one], AlertVerdict.Benign, "it is nothing", Ann, Token))[0].Code);
    }

    [Fact]
    public async Task It_is_worked_on_contained_and_closed_with_a_lesson()
    {
        await using var site = await StartAsync();
        var alert = await site.RaiseAsync();
        var id = await site.Incidents.CreateAsync("Rebates pulled", [alert], null, Ann, Token);
        await site.Incidents.AssignAsync(id, "ben", Ann, Token);
        await site.Incidents.NoteAsync(id, "the partner was called", Ben, Token);
        await site.Incidents.SetSeverityAsync(id, AlertSeverity.Critical, "more agents than one", Ben, Token);
        await RefusedAsync("incident-severity-same", () => site.Incidents.SetSeverityAsync(id, AlertSeverity.Critical, "more agents than one", Ben, Token));
        var task = await site.Incidents.AddTaskAsync(id, "rotate its keys", "ann", Ben, Token);
        await RefusedAsync("triage-user-unknown", () => site.Incidents.AddTaskAsync(id, "rotate its keys", "nobody", Ben, Token));
        await site.Incidents.SetContainedAsync(id, true, "its agent is suspended", Ben, Token);
        await RefusedAsync("incident-contained", () => site.Incidents.SetContainedAsync(id, true, "its agent is suspended", Ben, Token));
        await RefusedAsync("incident-tasks-open", () => site.Incidents.CloseAsync(id, "fields need a scope", null, Ben, Token));
        await site.Incidents.SetTaskAsync(id, task, true, Ann, Token);
        await RefusedAsync("incident-task-done", () => site.Incidents.SetTaskAsync(id, task, true, Ann, Token));
        await RefusedAsync("incident-lesson-missing", () => site.Incidents.CloseAsync(id, "", null, Ben, Token));
        await site.Incidents.CloseAsync(id, "fields need a scope", "forbid rebates to support", Ben, Token);

        var incident = await site.IncidentAsync(id);
        Assert.Equal((IncidentState.Closed, "fields need a scope", "forbid rebates to support", "ben"), (incident.State, incident.Lesson, incident.PolicyChange, incident.Owner));
        Assert.Equal([TriageMove.Created, TriageMove.Assigned, TriageMove.Noted, TriageMove.Severity, TriageMove.TaskAdded, TriageMove.Contained, TriageMove.TaskDone, TriageMove.Closed], incident.Steps.OrderBy(s => s.Leaf).Select(s => s.Move));
        Assert.Equal((AlertState.Closed, AlertVerdict.TruePositive), ((await site.AlertAsync(alert)).State, (await site.AlertAsync(alert)).Verdict!.Value));
        Assert.Equal(-0.5, await site.ShiftAsync(alert));
        await RefusedAsync("incident-closed", () => site.Incidents.SetContainedAsync(id, false, "it is not after all", Ben, Token));

        await site.Incidents.ReopenAsync(id, "there is more of it", Ann, Token);
        Assert.Equal((IncidentState.Open, AlertState.InIncident), ((await site.IncidentAsync(id)).State, (await site.AlertAsync(alert)).State));
        Assert.Equal(0, await site.ShiftAsync(alert));
        await RefusedAsync("incident-open", () => site.Incidents.ReopenAsync(id, "there is more of it", Ann, Token));
        await RefusedAsync("incident-unknown", () => site.Incidents.NoteAsync(4711, "there is none", Ann, Token));
    }

    [Fact]
    public async Task Merged_and_split_nothing_is_lost_or_counted_twice()
    {
        await using var site = await StartAsync();
        var alerts = new List<long>();
        for (var i = 0; i < 4; i++)
            alerts.Add(await site.RaiseAsync(severity: (AlertSeverity)i));
        var first = await site.Incidents.CreateAsync("The first", alerts[..2], null, Ann, Token);
        var second = await site.Incidents.CreateAsync("The second", alerts[2..], null, Ben, Token);
        await site.Incidents.NoteAsync(second, "a note that goes along", Ben, Token);
        await site.Incidents.AddTaskAsync(second, "a task that goes along", null, Ben, Token);
        await RefusedAsync("incident-same", () => site.Incidents.MergeAsync(first, first, "it is the same", Ann, Token));
        await site.Incidents.MergeAsync(second, first, "it is the same", Ann, Token);

        var (gone, merged) = (await site.IncidentAsync(second), await site.IncidentAsync(first));
        Assert.Equal((IncidentState.Closed, first, 0, 0), (gone.State, gone.MergedInto!.Value, gone.Alerts.Count, gone.Tasks.Count));
        Assert.Equal((4, 1, AlertSeverity.Critical), (merged.Alerts.Count, merged.Tasks.Count, merged.Severity));
        Assert.Contains(merged.Steps, s => s.Note == "a note that goes along");
        await RefusedAsync("incident-merged", () => site.Incidents.ReopenAsync(second, "it was another", Ann, Token));

        await RefusedAsync("incident-split-all", () => site.Incidents.SplitAsync(first, alerts, "All of it", "it is two things", Ann, Token));
        var third = await site.Incidents.SplitAsync(first, alerts[2..], "The third", "it is two things", Ann, Token);
        Assert.Equal((2, 2), ((await site.IncidentAsync(first)).Alerts.Count, (await site.IncidentAsync(third)).Alerts.Count));
        Assert.Equal(AlertSeverity.Critical, (await site.IncidentAsync(third)).Severity);
        await site.Incidents.RemoveAsync(third, [alerts[3]], "it is nothing of it", Ann, Token);
        Assert.Equal((AlertState.Open, (long?)null), ((await site.AlertAsync(alerts[3])).State, (await site.AlertAsync(alerts[3])).IncidentId));
        await RefusedAsync("alert-not-in-incident", () => site.Incidents.RemoveAsync(third, [alerts[3]], "it is nothing of it", Ann, Token));
        await site.Incidents.AddAsync(first, [alerts[3]], null, Ann, Token);
        Assert.Equal(3, (await site.IncidentAsync(first)).Alerts.Count);
    }
}
