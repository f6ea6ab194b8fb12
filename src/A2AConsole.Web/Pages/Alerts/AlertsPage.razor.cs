using System.Security.Claims;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Users;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared;
using A2AConsole.Web.Shared.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>
/// The analysts' queue. New alerts flow in while nothing is chosen or open, the pointer is elsewhere and nobody paused; otherwise they wait behind their number, and
/// the rows that are shown only change in place: what another analyst did is seen at once, and nothing moves.
/// </summary>
public sealed partial class AlertsPage : IListReader, IAsyncDisposable
{
    private const int Take = 50;
    private const int CountAtMost = 1_000;
    /// <summary>The most that one note is written for.</summary>
    internal const int MostChosen = TriageRules.MostAtOnce;

    private AlertsView _view = new();
    private TableLayout _layout = TableLayout.Default;
    private Page<AlertRow>? _page;
    private AlertCounts? _counts;
    private QueueLengths? _lengths;
    private readonly Dictionary<long, AlertRow> _chosen = [];
    private AlertDetail? _detail;
    private ClaimsPrincipal _user = new();
    private IReadOnlyList<string> _agents = [], _people = [];
    private Exception? _failure;
    private ElementReference _list;
    private IDisposable? _live;
    private ListWatch<AlertsPage>? _watch;
    private DateTimeOffset? _shift;
    private (int Alerts, int Incidents) _stamp;
    private long _newest = -1;
    private int _new, _turn;
    private bool _held, _paused, _gone;

    /// <summary>The alert that is open beside the list.</summary>
    [Parameter] public long? Id { get; set; }

    [Inject] public required AlertQueries Alerts { get; init; }
    [Inject] public required AlertDetailQueries Details { get; init; }
    [Inject] public required TriagePulse Pulse { get; init; }
    [Inject] public required VisitStore Visits { get; init; }
    [Inject] public required ConsoleUsers Users { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required LiveFeed Live { get; init; }
    [Inject] public required IJSRuntime Js { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }
    [Inject] public required TablePreferences Preferences { get; init; }

    private static readonly IReadOnlyList<(string, string)> Severities = [("critical", "Critical"), ("high", "High or worse"), ("medium", "Medium or worse")];
    private static readonly IReadOnlyList<(string, string)> Sorts = [("time", "Newest"), ("rank", "Likely true")];

    // A group first, then its kinds: what an analyst sorts by.
    private static readonly IReadOnlyList<(string, string)> _kinds = [.. Enum.GetValues<AlertGroup>().SelectMany(g => (IEnumerable<(string, string)>)
        [("group:" + AgentWords.Key(g), $"{g}: all"), .. Enum.GetValues<AlertKind>().Where(k => AlertKinds.Group(k) == g).Select(k => (AgentWords.Key(k), "  " + AlertWords.Title(k)))])];

    private bool MayTriage => Permission.TriageAlerts.Allows(_user);

    private IReadOnlyList<AlertRow> Targets => _chosen.Count > 0 ? [.. _chosen.Values] : _detail is { } open ? [open.Row] : [];

    private bool MayFlow => !_held && !_paused && _chosen.Count == 0 && _view is { Id: null, Before: null, After: null };

    private bool OffersAll => _page is { Rows.Count: > 0 } page && page.Rows.All(r => _chosen.ContainsKey(r.Id)) && _counts?.Of(_view.Work) > _chosen.Count && _chosen.Count < MostChosen;

    private IReadOnlyList<(string, string)> WhoOptions => [(AlertsView.Mine, "Me"), (AlertsView.Nobody, "Nobody"), .. _people.Where(p => p != _user.Identity?.Name).Select(p => (p, p))];

    private string Says => _counts is null ? "What is unusual, with why."
        : _counts.All == 0 && !_view.IsFiltered ? "What is unusual shows here, with why."
        : $"{Numbers.Of(_counts.New, "new alert")}, {Numbers.Text(_counts.Open)} being worked on" + (_view.IsFiltered ? ", of what passes the filter." : ".") + (_paused ? " Paused: nothing here moves, what comes is counted." : "");

    private string EmptyTitle => _view.IsFiltered ? "No alert passes this filter" : _view.Work switch
    {
        AlertWork.New => "Nothing new",
        AlertWork.Open => "Nobody works on an alert",
        AlertWork.Closed => "No alert was closed yet",
        _ => "No alert was raised yet",
    };

    private string EmptyWords => _view.IsFiltered ? "Loosen the filter or take a longer time." : _view.Work switch
    {
        AlertWork.New => "Every alert has been looked at. What is unusual from now on shows here by itself.",
        AlertWork.Open => "What somebody opens or is given stands here until it is closed.",
        _ => "Detection learns what is usual for each agent first; until then it says less.",
    };

    private string OrderWords => _view.Sort switch { AlertSort.Severity => "gravest first", AlertSort.Rank => "likeliest first", _ => "newest first" };

    protected override void OnInitialized()
    {
        Navigation.LocationChanged += Moved;
        if (RendererInfo.IsInteractive)
            _live = Live.Subscribe(head => InvokeAsync(() => RefreshAsync(head)));
    }

    protected override async Task OnInitializedAsync()
    {
        _user = await Me.PrincipalAsync();
        _layout = await Preferences.OfAsync(AlertColumns.Table);
        _people = [.. (await Users.ListAsync()).Where(u => !u.IsDisabled && Permission.TriageAlerts.AllowedRoles.Contains(u.Role)).Select(u => u.UserName)];
        _shift = _user.Identity?.Name is { } name ? await Visits.SeenAsync(name) : null;
    }

    protected override Task OnParametersSetAsync() => ShowAsync();

    private async void Moved(object? sender, LocationChangedEventArgs e)
    {
        // Another alert has another path and comes as a parameter; only what changed in the query is left to see here.
        if (new Uri(e.Location).AbsolutePath == new Uri(new Uri(Navigation.BaseUri), (_view with { Id = Id }).Url).AbsolutePath)
            await InvokeAsync(async () =>
            {
                await ShowAsync();
                StateHasChanged();
            });
    }

    private async Task ShowAsync()
    {
        var view = AlertsView.Parse(new Uri(Navigation.Uri).Query, Id);
        var sameList = _page is not null && view with { Id = null } == _view with { Id = null };
        _view = view;
        try
        {
            if (_detail?.Row.Id != Id)
                _detail = Id is { } id ? await Details.FindAsync(id) : null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _failure = failure;
        }
        if (!sameList)
        {
            _chosen.Clear();
            await LoadAsync();
        }
    }

    private AlertFilter Filter() => _view.FilterAt(Clock.GetUtcNow(), _user.Identity?.Name, _shift);

    private Task LoadAsync() => LoadIfAsync(() => true);

    // Asked again once it is read: whoever chose, opened or paused meanwhile must not see it move.
    private async Task LoadIfAsync(Func<bool> wanted)
    {
        var turn = ++_turn;
        try
        {
            // Before the rows: what changes while they are read is a change to what was read.
            var stamp = await Pulse.StampAsync(Live.Head);
            var filter = Filter();
            var newest = await Alerts.NewestAsync(filter);
            var page = await Alerts.PageAsync(filter, _view.Sort, _view.Before, _view.After, Take);
            var counts = await Alerts.CountsAsync(filter);
            var lengths = await Pulse.LengthsAsync();
            if (turn != _turn || !wanted())
                return;
            (_page, _counts, _lengths, _newest, _new, _stamp, _failure) = (page, counts, lengths, newest, 0, stamp, null);
            _agents = [.. page.Rows.Select(r => r.AgentId).Where(a => a.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (turn == _turn && failure is not OperationCanceledException)
        {
            _failure = failure;
        }
    }

    private async Task RefreshAsync(LedgerHead head)
    {
        if (_gone || _page is null)
            return;
        var stamp = await Pulse.StampAsync(head);
        if (stamp == _stamp || _gone)
            return;
        _stamp = stamp;
        if (MayFlow)
            await LoadIfAsync(() => MayFlow);
        if (!MayFlow)
            await UpdateInPlaceAsync();
        if (_gone)
            return;
        if (Id is { } id && _detail is not null)
            _detail = await Details.FindAsync(id) ?? _detail;
        StateHasChanged();
    }

    /// <summary>The rows that are shown, as they are now; none comes, none goes, none moves.</summary>
    private async Task UpdateInPlaceAsync()
    {
        var turn = _turn;
        var filter = Filter();
        var rows = (await Alerts.RowsAsync([.. _page!.Rows.Select(r => r.Id).Concat(_chosen.Keys).Distinct()])).ToDictionary(r => r.Id);
        var waiting = await Alerts.CountNewerAsync(filter, _newest, CountAtMost);
        var counts = await Alerts.CountsAsync(filter);
        if (turn != _turn || _page is null)
            return;
        _page = _page with { Rows = [.. _page.Rows.Select(r => rows.GetValueOrDefault(r.Id, r))] };
        foreach (var id in _chosen.Keys.ToArray())
            _chosen[id] = rows.GetValueOrDefault(id, _chosen[id]);
        (_new, _counts) = (waiting, counts);
    }

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

    private async Task ChooseAllAsync()
    {
        foreach (var row in await Alerts.FirstAsync(Filter(), MostChosen))
            _chosen[row.Id] = row;
    }

    /// <summary>What was done leaves what is chosen; what could not be done stays.</summary>
    private async Task DecidedAsync(IReadOnlyList<TriageResult> results)
    {
        foreach (var done in results.Where(r => r.Done))
            _chosen.Remove(done.Id);
        await ReloadAsync();
    }

    private async Task ReloadAsync()
    {
        if (Id is { } id)
            _detail = await Details.FindAsync(id);
        if (_chosen.Count > 0)
            await UpdateInPlaceAsync();
        else
            await LoadAsync();
    }

    private async Task ShowNewAsync()
    {
        if (_view.Before is not null || _view.After is not null)
            Navigation.NavigateTo(_view.Restarted.Url);
        else
            await LoadAsync();
    }

    private async Task PauseAsync()
    {
        _paused = !_paused;
        if (MayFlow)
            await LoadAsync();
    }

    private void ChooseKind(string? word) => Change(v => word?.StartsWith("group:", StringComparison.Ordinal) == true
        ? v with { Kind = null, Group = AlertsView.Word<AlertGroup>(word[6..]) } : v with { Kind = AlertsView.Word<AlertKind>(word), Group = null });

    private void Change(Func<AlertsView, AlertsView> change) => Navigation.NavigateTo(change(_view.Restarted).Url, replace: true);

    /// <summary>The pointer came into the list or left it (called by the browser).</summary>
    [JSInvokable]
    public Task HoldAsync(bool inside)
    {
        _held = inside;
        return Task.CompletedTask;
    }

    /// <summary>The list's end came near (called by the browser); this list has pages instead.</summary>
    [JSInvokable]
    public Task NearEndAsync() => Task.CompletedTask;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // The list is there once it has been read.
        if (_watch is null && _page is not null && _failure is null && !_gone)
            await (_watch = new ListWatch<AlertsPage>(Js, this)).StartAsync("/" + Assets["js/console.js"], _list);
    }

    public async ValueTask DisposeAsync()
    {
        _gone = true;
        _live?.Dispose();
        Navigation.LocationChanged -= Moved;
        if (_watch is not null)
            await _watch.DisposeAsync();
    }
}
