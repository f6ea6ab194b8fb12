using System.Security.Claims;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Live;
using A2AConsole.Web.Shared;
using A2AConsole.Web.Access;
using A2AConsole.Web.Shared.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>
/// The agents, a page at a time. Its state is its URL. Live: the rows on the screen are read anew when the ledger grows, but
/// none moves; agents that were added wait behind a line that counts them.
/// </summary>
public sealed partial class AgentsPage : IDisposable
{
    private const int OwnersOffered = 200;

    /// <summary>The shortest time between two live refreshes.</summary>
    internal static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(1);

    private AgentsView _view = new();
    private TableLayout _layout = TableLayout.Default;
    private Page<AgentRow>? _page;
    private AgentFacets? _facets;
    private IReadOnlyList<string> _owners = [];
    private int _matching, _added, _turn;
    private Exception? _failure;
    private string? _whyNotInvite, _whyNotRevoke;
    private ClaimsPrincipal _user = new();
    private IDisposable? _live;
    private bool _gone;

    [Inject] public required AgentQueries Agents { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required LiveFeed Live { get; init; }
    [Inject] public required IDialogService Dialogs { get; init; }
    [Inject] public required TablePreferences Preferences { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private string Says => _facets is not { Total: > 0 } f ? "Everything that may speak here: who it is, who answers for it, and how its certificate stands."
        : $"{Numbers.Of(f.Total, "agent")}: {Numbers.Text(f.States.GetValueOrDefault(AgentState.Active))} active, "
        + $"{Numbers.Text(f.States.GetValueOrDefault(AgentState.Invited))} invited, {Numbers.Text(f.States.GetValueOrDefault(AgentState.Revoked))} revoked; "
        + (f.WithoutOwner == 0 ? "each has an owner." : f.WithoutOwner == 1 ? "1 has no owner." : $"{Numbers.Text(f.WithoutOwner)} have no owner.");

    private int ActiveFilters
        => new object?[] { _view.Filter.Environment, _view.Filter.Role, _view.Filter.Organisation, _view.Filter.Owner, _view.Filter.State, _view.Filter.Tier, _view.Filter.Life }
            .Count(f => f is not null) + (_view.Filter.WithoutOwner ? 1 : 0);

    private string? PreviousHref => _page is { HasPrevious: true } p ? (_view with { After = null, Before = AgentCursor.Of(p.Rows[0], _view.Sort) }).Url : null;
    private string? NextHref => _page is { HasNext: true } p ? (_view with { After = AgentCursor.Of(p.Rows[^1], _view.Sort), Before = null }).Url : null;

    private IReadOnlyList<(string, string)> OwnerOptions
    {
        get
        {
            List<(string, string)> options = [(AgentsView.NoOwner, $"Nobody ({Numbers.Text(_facets?.WithoutOwner ?? 0)})"), .. _owners.Select(o => (o, o))];
            if (_view.Filter.Owner is { } chosen && !_owners.Contains(chosen))
                options.Add((chosen, chosen));
            return options;
        }
    }

    private IReadOnlyList<(string, string)> StateOptions
        => [.. Enum.GetValues<AgentState>().Select(s => (AgentWords.Key(s), Counted(AgentWords.Of(s), _facets?.States.GetValueOrDefault(s))))];

    private IReadOnlyList<(string, string)> TierOptions
        => [.. Enum.GetValues<RiskTier>().Reverse().Select(t => (AgentWords.Key(t), Counted(AgentWords.Of(t), _facets?.Tiers.GetValueOrDefault(t))))];

    private static readonly IReadOnlyList<(string, string)> LifeOptions =
        [.. CertificateQueries.ZoneOrder.Append(CertificateZone.None).Select(z => (AgentWords.Key(z), AgentWords.Of(z)))];

    protected override async Task OnInitializedAsync()
    {
        _user = await Me.PrincipalAsync();
        _layout = await Preferences.OfAsync(AgentColumns.Table);
        (_whyNotInvite, _whyNotRevoke) = (AgentActions.WhyNotInvite(_user), AgentActions.WhyNotRevokeScope(_user));
        _view = AgentsView.Parse(new Uri(Navigation.Uri).Query);
        Navigation.LocationChanged += Moved;
        if (RendererInfo.IsInteractive)
            _live = Live.Subscribe(_ => InvokeAsync(RefreshAsync));
        await LoadAsync();
    }

    private async void Moved(object? sender, LocationChangedEventArgs e)
    {
        var address = new Uri(e.Location);
        if (address.AbsolutePath != AgentsView.Path)
            return;
        var view = AgentsView.Parse(address.Query);
        var same = view == _view && _page is not null;
        _view = view;
        await InvokeAsync(async () =>
        {
            if (!same)
                await LoadAsync();
            StateHasChanged();
        });
    }

    private async Task LoadAsync()
    {
        var turn = ++_turn;
        try
        {
            var page = await Agents.PageAsync(_view.Request);
            _facets ??= await Agents.FacetsAsync();
            var matching = _view.Filter.IsEmpty ? (await CountAllAsync()) : await Agents.CountAsync(_view.Filter);
            if (_owners.Count == 0)
                _owners = await Agents.OwnersAsync("", OwnersOffered);
            if (turn != _turn)
                return;
            (_page, _matching, _added, _failure) = (page, matching, 0, null);
        }
        catch (Exception failure) when (turn == _turn)
        {
            _failure = failure;
        }
    }

    private async Task<int> CountAllAsync()
    {
        if (_added > 0 || _page is not null)
            _facets = await Agents.FacetsAsync();
        return _facets!.Total;
    }

    /// <summary>Reads the rows on the screen anew. It ends only after a pause, so that the feed coalesces what comes meanwhile.</summary>
    private async Task RefreshAsync()
    {
        if (_gone || _page is not { } page)
            return;
        var fresh = (await Agents.ByNumberAsync([.. page.Rows.Select(r => r.Number)])).ToDictionary(r => r.Number);
        var total = await Agents.CountAsync(_view.Filter);
        if (_gone || _page != page)
            return;
        _page = page with { Rows = [.. page.Rows.Select(r => fresh.GetValueOrDefault(r.Number, r))] };
        _added = Math.Max(0, total - _matching);
        StateHasChanged();
        await Task.Delay(RefreshPause, Clock);
    }

    private void Filter(Func<AgentFilter, AgentFilter> change) => Navigation.NavigateTo(_view.With(change).Url, replace: true);

    private void FilterOwner(string? owner)
        => Filter(f => f with { WithoutOwner = owner == AgentsView.NoOwner, Owner = owner == AgentsView.NoOwner ? null : owner });

    private async Task EnrolAsync()
    {
        var options = new DialogOptions { BackdropClick = false, CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true };
        var parameters = new DialogParameters<EnrolDialog> { { d => d.Facets, _facets } };
        var dialog = await Dialogs.ShowAsync<EnrolDialog>("Enrol an agent", parameters, options);
        await dialog.Result;
        await LoadAsync();
    }

    private async Task RevokeAsync(RevocationTarget scope)
    {
        var dialog = await Dialogs.ShowAsync<RevokeDialog>("Revoke", new DialogParameters<RevokeDialog> { { d => d.Only, scope } }, new DialogOptions { BackdropClick = false, CloseOnEscapeKey = true });
        await dialog.Result;
        await LoadAsync();
    }

    private static List<(string, string)> Options(IReadOnlyList<Facet>? facets)
        => [.. (facets ?? []).Select(f => (f.Value, Counted(f.Value, f.Count)))];

    private static string Counted(string word, int? count) => count is null ? word : $"{word} ({Numbers.Text(count.Value)})";

    public void Dispose()
    {
        _gone = true;
        _live?.Dispose();
        Navigation.LocationChanged -= Moved;
    }
}
