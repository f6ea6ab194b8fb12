using A2AConsole.Core.Alerts;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Incidents;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>Asks what a step on alerts needs, and takes it; closes with a <see cref="TriageOutcome"/>.</summary>
public sealed partial class TriageDialog
{
    private const int ShortestNote = TriageRules.ShortestNote;
    private const int MostOffered = 30;

    private static readonly (AlertVerdict Verdict, string Means)[] Verdicts =
    [
        (AlertVerdict.TruePositive, "something is wrong; the next like it is told of sooner"),
        (AlertVerdict.Benign, "unusual and right; the next like it has to be more unusual"),
        (AlertVerdict.Duplicate, "told of elsewhere already; nothing is learned from it"),
    ];

    private IReadOnlyList<string> _people = [];
    private IReadOnlyList<IncidentRow> _open = [];
    private ElementReference? _first;
    private ElementReference _noteField;
    private AlertVerdict _verdict = AlertVerdict.TruePositive;
    private long _incident;
    private string _to = "", _title = "", _note = "", _me = "";
    private string? _failed;
    private bool _busy, _tried;

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }
    [Parameter, EditorRequired] public TriageAsk Ask { get; set; }
    [Parameter, EditorRequired] public IReadOnlyList<AlertRow> Rows { get; set; } = [];

    [Inject] public required AlertActions Actions { get; init; }
    [Inject] public required IncidentActions IncidentSteps { get; init; }
    [Inject] public required IncidentQueries IncidentRows { get; init; }
    [Inject] public required ConsoleUsers Users { get; init; }
    [Inject] public required CurrentUser Me { get; init; }

    private string What => Rows.Count == 1 ? $"alert {Numbers.Text(Rows[0].Id)}" : Numbers.Of(Rows.Count, "alert");

    private string Title => Ask switch
    {
        TriageAsk.Assign => $"Assign {What}",
        TriageAsk.Close => $"Close {What}",
        TriageAsk.Incident => $"Put {What} into an incident",
        TriageAsk.Reopen => $"Reopen {What}",
        _ => $"Note on {What}",
    };

    private string Verb => Ask switch
    {
        TriageAsk.Incident => _incident == 0 ? "Make the incident" : $"Add {What}",
        TriageAsk.Note => "Add the note",
        _ => Title,
    };

    private bool NeedsNote => Ask is TriageAsk.Close or TriageAsk.Reopen or TriageAsk.Note;

    private string NoteLabel => Ask switch { TriageAsk.Close or TriageAsk.Reopen => "Reason", TriageAsk.Note => "Note", _ => "Note (if there is something to say)" };

    private string? NoteFault => _tried && NeedsNote && _note.Trim().Length < ShortestNote ? $"A {(Ask == TriageAsk.Note ? "note" : "reason")} is needed, of {ShortestNote} characters at least: whoever reads this later has nothing else." : null;

    private string? TitleFault => _tried && Ask == TriageAsk.Incident && _incident == 0 && _title.Trim().Length < ShortestNote ? "Say in a few words what happened." : null;

    protected override async Task OnInitializedAsync()
    {
        _me = (await Me.PrincipalAsync()).Identity?.Name ?? "";
        if (Ask == TriageAsk.Assign)
        {
            // Herself first: most often she takes it. Who may not work on alerts is nobody to give them to.
            _people = [.. (await Users.ListAsync()).Where(u => !u.IsDisabled && Permission.TriageAlerts.AllowedRoles.Contains(u.Role)).Select(u => u.UserName).OrderByDescending(u => u == _me).ThenBy(u => u, StringComparer.Ordinal)];
            _to = _people.Count > 0 ? _people[0] : "";
        }
        if (Ask == TriageAsk.Incident)
        {
            _open = await IncidentRows.OpenAsync(MostOffered);
            var worst = Rows.MaxBy(r => r.Severity)!;
            var agents = Rows.Select(r => r.AgentId).Where(a => a.Length > 0).Distinct().ToList();
            _title = AlertWords.Title(worst.Kind) + (agents.Count == 1 ? $" of {(SpiffeId.TryParse(agents[0], out var id, out _) ? id.Name : agents[0])}" : agents.Count > 1 ? $" and others, {Numbers.Of(agents.Count, "agent")}" : "");
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        try
        {
            // MudBlazor puts the focus on the dialog; the keyboard goes on where something is to be said.
            await Task.Yield();
            await (_first ?? _noteField).FocusAsync();
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or OperationCanceledException or InvalidOperationException) { /* The dialog has its own focus then. */ }
    }

    private async Task DoAsync()
    {
        _tried = true;
        if (_busy || NoteFault is not null || TitleFault is not null)
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

    private async Task<TriageOutcome> StepAsync()
    {
        var user = await Me.ActingAsync();
        long[] ids = [.. Rows.Select(r => r.Id)];
        var note = _note.Trim() is { Length: > 0 } said ? said : null;
        switch (Ask)
        {
            case TriageAsk.Assign:
                var before = Rows.ToLookup(r => r.Assignee, r => r.Id);
                return new(await Actions.AssignAsync(user, ids, _to.Length == 0 ? null : _to, note), async () =>
                {
                    var results = new List<TriageResult>();
                    foreach (var whose in before)
                        results.AddRange(await Actions.AssignAsync(await Me.ActingAsync(), [.. whose], whose.Key, null));
                    return results;
                });
            case TriageAsk.Close:
                var closed = await Actions.CloseAsync(user, ids, _verdict, note!);
                return new(closed, async () => await Actions.ReopenAsync(await Me.ActingAsync(), [.. closed.Where(r => r.Done).Select(r => r.Id)], "Taken back at once"));
            case TriageAsk.Reopen:
                return new(await Actions.ReopenAsync(user, ids, note!), null);
            case TriageAsk.Note:
                return new(await Actions.NoteAsync(user, ids, note!), null);
            default:
                var incident = _incident;
                if (incident == 0)
                    incident = await IncidentSteps.CreateAsync(user, _title.Trim(), ids, note);
                else
                    await IncidentSteps.AddAsync(user, incident, ids, note);
                return new([.. ids.Select(id => new TriageResult(id, true, null, $"in incident {Numbers.Text(incident)}."))], async () =>
                {
                    await IncidentSteps.RemoveAsync(await Me.ActingAsync(), incident, ids, "Taken back at once");
                    return [.. ids.Select(id => new TriageResult(id, true, null, $"taken out of incident {Numbers.Text(incident)}."))];
                }, incident);
        }
    }
}
