using System.Security.Claims;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared;
using A2AConsole.Web.Shared.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.JSInterop;

namespace A2AConsole.Web.Pages.Quarantine;

/// <summary>
/// What was refused. New items flow in while nothing is open, the first page is shown and the pointer is elsewhere; otherwise
/// they wait behind their number.
/// </summary>
public sealed partial class QuarantinePage : IListReader, IAsyncDisposable
{
    private const int Take = 50;
    private const int CountAtMost = 1_000;

    private QuarantineView _view = new();
    private TableLayout _layout = TableLayout.Default;
    private Page<QuarantineRow>? _page;
    private readonly Dictionary<long, QuarantineRow> _chosen = [];
    private QuarantineDetail? _detail;
    private QuarantineCaseFacts? _facts;
    private ClaimsPrincipal _user = new();
    private int _escalated;
    private IReadOnlyList<string> _codes = [], _agents = [];
    private Exception? _failure;
    private ElementReference _list;
    private IDisposable? _live;
    private ListWatch<QuarantinePage>? _watch;
    private string? _form;
    private int _new, _turn;
    private bool _held, _gone;

    /// <summary>The item that is open beside the list.</summary>
    [Parameter] public long? Leaf { get; set; }

    [Inject] public required QuarantineQueries Quarantine { get; init; }
    [Inject] public required ILedgerReader Reader { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required AgentDetailQueries AgentDetails { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required LiveFeed Live { get; init; }
    [Inject] public required IJSRuntime Js { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }
    [Inject] public required TablePreferences Preferences { get; init; }

    private IReadOnlyList<(string, string)> CodeOptions
        => [.. _codes.Append(_view.Code).OfType<string>().Distinct().OrderBy(c => Refusal.Find(c)?.Check ?? (AdmissionCheck)99).ThenBy(c => c, StringComparer.Ordinal)
            .Select(c => (c, RefusalWords.Title(c)))];

    private static readonly IReadOnlyList<(string, string)> WorkOptions = [.. QuarantineView.Works.Skip(1).Select(w => (w.Key, w.Text))];

    private string Says => "What was refused, kept with its bytes and the reason; nothing in here took effect."
        + (_escalated == 0 ? "" : $" {Numbers.Of(_escalated, "item waits", "items wait")} for a manager.");

    private string? PreviousHref => _page is { HasPrevious: true } p ? (_view with { After = p.Rows[0].Id, Before = null }).Url : null;
    private string? NextHref => _page is { HasNext: true } p ? (_view with { Before = p.Rows[^1].Id, After = null }).Url : null;

    private bool MayFlow => !_held && _chosen.Count == 0 && _view is { Leaf: null, Before: null, After: null };

    private string FormHref(string? form) => Form(_view.Url, form);

    private static string Form(string url, string? form) => form is null ? url : QueryHelpers.AddQueryString(url, "bytes", form);

    protected override void OnInitialized()
    {
        Navigation.LocationChanged += Moved;
        if (RendererInfo.IsInteractive)
            _live = Live.Subscribe(_ => InvokeAsync(RefreshAsync));
    }

    protected override async Task OnInitializedAsync()
    {
        _user = await Me.PrincipalAsync();
        _layout = await Preferences.OfAsync(QuarantineColumns.Table);
    }

    protected override async Task OnParametersSetAsync() => await ShowAsync();

    private async void Moved(object? sender, LocationChangedEventArgs e)
    {
        // Another item has another path and comes as a parameter; only what changed in the query is left to see here.
        if (new Uri(e.Location).AbsolutePath == new Uri(new Uri(Navigation.BaseUri), (_view with { Leaf = Leaf }).Url).AbsolutePath)
            await InvokeAsync(async () =>
            {
                await ShowAsync();
                StateHasChanged();
            });
    }

    private async Task ShowAsync()
    {
        var query = new Uri(Navigation.Uri).Query;
        var view = QuarantineView.Parse(query, Leaf);
        _form = QueryHelpers.ParseQuery(query).TryGetValue("bytes", out var form) && form == "hex" ? "hex" : null;
        var sameList = _page is not null && view with { Leaf = null } == _view with { Leaf = null };
        _view = view;
        try
        {
            if (_detail?.Row.Id != Leaf)
                await OpenAsync();
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
        if (!sameList)
        {
            _chosen.Clear();
            await LoadAsync();
        }
    }

    private async Task OpenAsync()
    {
        var detail = Leaf is { } leaf ? await Quarantine.FindAsync(leaf) : null;
        var facts = detail is null ? null : QuarantineService.FactsOf(detail, await Reader.LeafAsync(detail.Row.Id) is { } bytes ? LeafReader.Parse(bytes) : null);
        // What policy refused is kept with its admission.
        if (detail is { Bytes: null, MessageLeaf: { } at } && await Reader.EventAsync(at) is { } stored)
            detail = detail with { Bytes = stored.Bytes.ToArray() };
        (_detail, _facts) = (detail, facts);
    }

    private void Toggle((IReadOnlyList<QuarantineRow> Rows, bool Chosen) change)
    {
        foreach (var row in change.Rows)
        {
            if (change.Chosen)
                _chosen[row.Id] = row;
            else
                _chosen.Remove(row.Id);
        }
    }

    /// <summary>What was decided leaves what waits; what could not be done stays chosen.</summary>
    private async Task DecidedAsync(IReadOnlyList<QuarantineResult> results)
    {
        foreach (var done in results.Where(r => r.Done))
            _chosen.Remove(done.Id);
        await OpenAsync();
        await LoadAsync();
    }

    private Task LoadAsync() => LoadIfAsync(() => true);

    // Asked again once it is read: whoever came into the list meanwhile must not see it move.
    private async Task LoadIfAsync(Func<bool> wanted)
    {
        var turn = ++_turn;
        try
        {
            var page = await Quarantine.PageAsync(await FilterAsync(), _view.Before, _view.After, Take);
            _escalated = await Quarantine.EscalatedAsync();
            if (_codes.Count == 0)
                _codes = await Quarantine.CodesAsync();
            if (turn != _turn || !wanted())
                return;
            (_page, _new, _failure) = (page, 0, null);
            _agents = [.. page.Rows.Select(r => r.Agent).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (turn == _turn)
        {
            _failure = failure;
        }
    }

    private async Task<QuarantineFilter> FilterAsync()
        => _view.FilterAt(Clock.GetUtcNow(), await QuarantineExports.NumberAsync(_view.Agent, AgentDetails), _user.Identity?.Name);

    /// <summary>Ends only after a pause, so that the feed coalesces what comes meanwhile.</summary>
    private async Task RefreshAsync()
    {
        if (_gone || _page is null || _view.Before is not null || _view.After is not null)
            return;
        var newest = _page.Rows.Count > 0 ? _page.Rows[0].Id : -1;
        var count = await Quarantine.CountNewerAsync(await FilterAsync(), newest, CountAtMost);
        if (_gone)
            return;
        var shown = _new;
        if (count > 0 && MayFlow)
            await LoadIfAsync(() => MayFlow);
        if (newest == (_page.Rows.Count > 0 ? _page.Rows[0].Id : -1))
            _new = count;
        if (count > 0 && MayFlow || _new != shown)
            StateHasChanged();
        await Task.Delay(AgentsPage.RefreshPause, Clock);
    }

    private async Task ShowNewAsync()
    {
        if (_view.Before is not null || _view.After is not null)
            Navigation.NavigateTo(_view.Restarted.Url);
        else
            await LoadAsync();
    }

    private void Change(Func<QuarantineView, QuarantineView> change) => Navigation.NavigateTo(change(_view.Restarted).Url, replace: true);

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
        if (_watch is null && _page is not null && !_gone)
            await (_watch = new ListWatch<QuarantinePage>(Js, this)).StartAsync("/" + Assets["js/console.js"], _list);
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
