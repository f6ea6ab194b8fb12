using A2AConsole.Core.Alerts;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Alerts;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace A2AConsole.Web.Pages.Incidents;

/// <summary>Asks what a step on an incident needs, and takes it; closes with the incident that is to be shown then.</summary>
public sealed partial class IncidentDialog
{
    private const int MostOffered = 50;

    private IReadOnlyList<string> _people = [];
    private IReadOnlyList<IncidentRow> _others = [];
    private AlertSeverity _severity;
    private long _into;
    private string _to = "", _title = "", _note = "", _lesson = "", _policy = "", _me = "";
    private string? _failed;
    private bool _busy;

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }
    [Parameter, EditorRequired] public IncidentAsk Ask { get; set; }
    [Parameter, EditorRequired] public IncidentRow Incident { get; set; } = null!;
    /// <summary>The alerts that are split off or taken out.</summary>
    [Parameter] public IReadOnlyList<long> Alerts { get; set; } = [];

    [Inject] public required IncidentActions Actions { get; init; }
    [Inject] public required IncidentQueries Incidents { get; init; }
    [Inject] public required ConsoleUsers Users { get; init; }
    [Inject] public required CurrentUser Me { get; init; }

    private string Chosen => Numbers.Of(Alerts.Count, "alert");

    private string Title => Ask switch
    {
        IncidentAsk.Assign => "Who leads the work",
        IncidentAsk.Severity => "How grave it is",
        IncidentAsk.Contain => "It is contained",
        IncidentAsk.LetGo => "It is not contained after all",
        IncidentAsk.Merge => "Merge into another incident",
        IncidentAsk.Split => $"Split off {Chosen}",
        IncidentAsk.Remove => $"Take out {Chosen}",
        IncidentAsk.Close => "Close the incident",
        IncidentAsk.Reopen => "Reopen the incident",
        _ => "",
    };

    private string Verb => Ask switch
    {
        IncidentAsk.Assign => "Assign the incident",
        IncidentAsk.Severity => "Change the severity",
        IncidentAsk.Contain => "Mark it contained",
        IncidentAsk.LetGo => "Mark it open",
        IncidentAsk.Merge => "Merge the incident",
        _ => Title,
    };

    private string? Consequence => Ask switch
    {
        IncidentAsk.Contain => "It says that what caused it is stopped. The work goes on until it is closed.",
        IncidentAsk.Merge when _others.Count == 0 => "There is no other open incident to merge it into.",
        IncidentAsk.Merge => $"Its {Numbers.Of(Incident.Alerts, "alert")}, tasks and notes go into the other one. This one is closed and says where they went.",
        IncidentAsk.Split => "They become an incident of their own; the history of both says so.",
        IncidentAsk.Remove => "They are open alerts again, by themselves.",
        IncidentAsk.Close => $"Its {Numbers.Of(Incident.Alerts, "alert")} {(Incident.Alerts == 1 ? "ends as a true positive" : "end as true positives")}: the next like them are told of sooner." + (Incident.TasksOpen > 0 ? $" {Numbers.Of(Incident.TasksOpen, "task is", "tasks are")} still to be done." : ""),
        _ => null,
    };

    private bool NeedsNote => Ask is not (IncidentAsk.Assign or IncidentAsk.Close);

    protected override async Task OnInitializedAsync()
    {
        _me = (await Me.PrincipalAsync()).Identity?.Name ?? "";
        _severity = Incident.Severity;
        if (Ask == IncidentAsk.Assign)
        {
            _people = [.. (await Users.ListAsync()).Where(u => !u.IsDisabled && Permission.TriageAlerts.AllowedRoles.Contains(u.Role)).Select(u => u.UserName).OrderByDescending(u => u == _me).ThenBy(u => u, StringComparer.Ordinal)];
            _to = _people.Count > 0 ? _people[0] : "";
        }
        if (Ask == IncidentAsk.Merge)
        {
            _others = [.. (await Incidents.OpenAsync(MostOffered)).Where(i => i.Id != Incident.Id)];
            _into = _others.Count > 0 ? _others[0].Id : 0;
        }
    }

    private async Task DoAsync()
    {
        if (_busy)
            return;
        (_busy, _failed) = (true, null);
        try
        {
            Dialog.Close(DialogResult.Ok(await StepAsync()));
        }
        catch (Exception refusal) when (AlertDecide.Why(refusal) is not null)
        {
            _failed = AlertDecide.Why(refusal);
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task<long> StepAsync()
    {
        var (user, id, note) = (await Me.ActingAsync(), Incident.Id, _note.Trim());
        switch (Ask)
        {
            case IncidentAsk.Assign: await Actions.AssignAsync(user, id, _to.Length == 0 ? null : _to); break;
            case IncidentAsk.Severity: await Actions.SetSeverityAsync(user, id, _severity, note); break;
            case IncidentAsk.Contain: await Actions.SetContainedAsync(user, id, true, note); break;
            case IncidentAsk.LetGo: await Actions.SetContainedAsync(user, id, false, note); break;
            case IncidentAsk.Merge: await Actions.MergeAsync(user, id, _into, note); return _into;
            case IncidentAsk.Split: return await Actions.SplitAsync(user, id, Alerts, _title.Trim(), note);
            case IncidentAsk.Remove: await Actions.RemoveAsync(user, id, Alerts, note); break;
            case IncidentAsk.Close: await Actions.CloseAsync(user, id, _lesson.Trim(), _policy.Trim() is { Length: > 0 } change ? change : null); break;
            case IncidentAsk.Reopen: await Actions.ReopenAsync(user, id, note); break;
        }
        return id;
    }
}
