using System.Security.Claims;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Alerts;
using A2AConsole.Web.Shared;
using A2AConsole.Web.Shared.Tables;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace A2AConsole.Web.Pages.Incidents;

/// <summary>An incident: its alerts, what was done, what is to be done, and how it ends.</summary>
public sealed partial class IncidentPage
{
    private sealed record Moment(DateTimeOffset At, string Css, string Title, string? By, string? Text, string Href);

    // Which incident it is stands on the page already.
    private static readonly TableLayout _layout = new() { Columns = [AlertColumns.Agent.Key, AlertColumns.Count.Key, AlertColumns.Last.Key, AlertColumns.Money.Key] };

    private readonly Dictionary<long, AlertRow> _chosen = [];
    private IncidentDetail? _detail;
    private ClaimsPrincipal _user = new();
    private AlertsView _alertsView = new();
    private Exception? _failure;
    private IDisposable? _live;
    private string _task = "", _note = "";
    private string? _fault;
    private int _stamp, _turn;
    private bool _read, _gone;

    [Parameter] public long Id { get; set; }

    [Inject] public required IncidentQueries Incidents { get; init; }
    [Inject] public required IncidentActions Steps { get; init; }
    [Inject] public required TriagePulse Pulse { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required IDialogService Dialogs { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required LiveFeed Live { get; init; }

    private string? WhyNot => Permission.TriageAlerts.Allows(_user) ? null : Permission.TriageAlerts.Refusal(_user);

    private string? Chosen => _chosen.Count == 0 ? null : $" {Numbers.Of(_chosen.Count, "alert")}";

    private IReadOnlyList<string> AgentIds => [.. _detail!.Alerts.Select(a => a.AgentId).Where(a => a.Length > 0).Distinct().Order(StringComparer.Ordinal)];

    // By currency: sums over several would say what nobody can pay.
    private IReadOnlyList<string> Money => [.. _detail!.Alerts.Where(a => a.Currency is not null && a.Money > 0).GroupBy(a => a.Currency!).OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => new EventMoney(g.Aggregate(0L, (sum, a) => EventMoney.Add(sum, a.Money)), g.Key).ToString())];

    protected override async Task OnInitializedAsync()
    {
        _user = await Me.PrincipalAsync();
        if (RendererInfo.IsInteractive)
            _live = Live.Subscribe(head => InvokeAsync(() => RefreshAsync(head)));
    }

    protected override Task OnParametersSetAsync()
    {
        _alertsView = new AlertsView { Work = AlertWork.All, Incident = Id };
        return ReadAsync();
    }

    private async Task ReadAsync()
    {
        var turn = ++_turn;
        try
        {
            var detail = await Incidents.FindAsync(Id);
            if (turn != _turn)
                return;
            (_detail, _read, _failure) = (detail, true, null);
            foreach (var gone in _chosen.Keys.Except(detail?.Alerts.Select(a => a.Id) ?? []).ToArray())
                _chosen.Remove(gone);
        }
        catch (Exception failure) when (turn == _turn && failure is not OperationCanceledException)
        {
            _failure = failure;
        }
    }

    private async Task RefreshAsync(LedgerHead head)
    {
        if (_gone || !_read)
            return;
        var stamp = await Pulse.StampAsync(head);
        // Its alerts' steps count, too: what contained them stands in its timeline.
        if (stamp.Incidents + stamp.Alerts == _stamp || _gone)
            return;
        _stamp = stamp.Incidents + stamp.Alerts;
        await ReadAsync();
        if (!_gone)
            StateHasChanged();
    }

    private IEnumerable<Moment> Timeline()
    {
        var moments = _detail!.Alerts.Select(a => new Moment(a.FirstSeenAt, "alert", AlertWords.Title(a.Kind), null, a.Sentence, new AlertsView { Work = AlertWork.All, Incident = Id, Id = a.Id }.Url))
            .Concat(_detail.Steps.Select(s => new Moment(s.At, s.Move is TriageMove.Contained ? "contained" : "", AlertWords.Of(s.Move), s.By, Text(s.To, s.Note), Links.Event(s.Leaf))))
            .Concat(_detail.AlertSteps.Select(s => new Moment(s.At, s.Move is TriageMove.Contained ? "contained" : "", AlertWords.Of(s.Move), s.By, s.Note, Links.Event(s.Leaf))));
        return moments.OrderByDescending(m => m.At);
    }

    private static string? Text(string? to, string? note) => to is null ? note : note is null ? to : $"{to}: {note}";

    private void Toggle((IReadOnlyList<AlertRow> Rows, bool Chosen) change)
    {
        foreach (var row in change.Rows)
        {
            if (change.Chosen)
                _chosen[row.Id] = row;
            else
                _chosen.Remove(row.Id);
        }
    }

    private async Task AskAsync(IncidentAsk ask)
    {
        if (ask is IncidentAsk.Split or IncidentAsk.Remove && _chosen.Count == 0 || ask == IncidentAsk.Split && _chosen.Count == _detail!.Alerts.Count)
            return;
        var parameters = new DialogParameters<IncidentDialog> { { d => d.Ask, ask }, { d => d.Incident, _detail!.Row }, { d => d.Alerts, [.. _chosen.Keys] } };
        var dialog = await Dialogs.ShowAsync<IncidentDialog>("Incident", parameters, new DialogOptions { BackdropClick = false, CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true });
        if (await dialog.Result is not { Canceled: false, Data: long shown })
            return;
        if (shown != Id)
            Navigation.NavigateTo(IncidentsView.Of(shown));
        else
            await ReadAsync();
    }

    private Task AddTaskAsync() => TryAsync(async () =>
    {
        await Steps.AddTaskAsync(await Me.ActingAsync(), Id, _task.Trim(), null);
        _task = "";
    });

    private Task SetTaskAsync(IncidentTask task, bool done) => TryAsync(async () => await Steps.SetTaskAsync(await Me.ActingAsync(), Id, task.Id, done));

    private Task NoteAsync() => TryAsync(async () =>
    {
        await Steps.NoteAsync(await Me.ActingAsync(), Id, _note.Trim());
        _note = "";
    });

    private async Task TryAsync(Func<Task> act)
    {
        _fault = null;
        try
        {
            await act();
        }
        catch (Exception refusal) when (AlertDecide.Why(refusal) is not null)
        {
            _fault = AlertDecide.Why(refusal);
        }
        await ReadAsync();
    }

    public void Dispose()
    {
        _gone = true;
        _live?.Dispose();
    }
}
