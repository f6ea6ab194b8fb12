using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Shared;
using A2AConsole.Web.Access;
using A2AConsole.Web.Shared.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>
/// Each agent's newest certificate, by the share of its life that is used. The strip keeps up by itself; the list stays as it was
/// judged until it is asked for again, so that no row moves.
/// </summary>
public sealed partial class CertificatesPage : IDisposable
{
    /// <summary>Certificates age without anything happening, so the strip also moves without a commit.</summary>
    internal static readonly TimeSpan StripPause = TimeSpan.FromSeconds(5);

    private CertificatesView _view = new();
    private TableLayout _layout = TableLayout.Default;
    private LifeTimeline? _timeline;
    private CertificatePage? _page;
    private IReadOnlyList<(string, string)> _environments = [];
    private OwnerDigest? _digest;
    private IReadOnlyList<FindingRow> _mine = [];
    private (int Count, DateTimeOffset DueAt)? _waiting;
    private int _findings;
    private string? _userName;
    private Exception? _failure;
    private ITimer? _clock;
    private int _turn;
    private bool _gone;

    /// <summary>The certificate that is open beside the list.</summary>
    [Parameter] public string? Serial { get; set; }

    [Inject] public required OwnerQueries Owners { get; init; }
    [Inject] public required FindingQueries Findings { get; init; }
    [Inject] public required ReviewQueries Reviews { get; init; }
    [Inject] public required CertificateQueries Certificates { get; init; }
    [Inject] public required AgentQueries Agents { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required TablePreferences Preferences { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private static readonly IReadOnlyList<(string, string)> ZoneOptions = [.. CertificateQueries.ZoneOrder.Select(z => (AgentWords.Key(z), AgentWords.Of(z)))];

    private int Count(CertificateZone zone) => _timeline?.Zones.GetValueOrDefault(zone) ?? 0;

    private string Says => _timeline is null ? "Each agent's newest certificate, by the share of its life that is used."
        : _timeline.Total == 0 ? _view.Mine ? "None of your agents holds a certificate yet." : "No certificate was issued yet."
        : (Count(CertificateZone.Late), Count(CertificateZone.Expired)) switch
        {
            (0, 0) => "Every agent renews in time.",
            (var late, 0) => $"{Numbers.Of(late, "agent")} missed the renewal and will be cut off when the certificate ends.",
            (0, var over) => $"{Numbers.Of(over, "agent is", "agents are")} cut off: the certificate ended without a successor.",
            var (late, over) => $"{Numbers.Of(late, "agent")} missed the renewal; {Numbers.Of(over, "agent is", "agents are")} cut off already.",
        };

    private string StripTitle => $"{Numbers.Of(Count(CertificateZone.Healthy) + Count(CertificateZone.Due) + Count(CertificateZone.Late), "live certificate")} by share of lifetime used";

    private string EmptyTitle => _view.IsFiltered ? "No certificate passes this filter" : _view.Mine ? "None of your agents holds a certificate" : "No certificate was issued yet";

    private string EmptyAdvice => _view.IsFiltered ? "Loosen the filter, or search for the agent under Agents."
        : _view.Mine ? "An agent is yours when it names you as its owner. Look under Agents for those without one."
        : "Enrol an agent under Agents: its first certificate shows here.";

    private string? PreviousHref => _page is { HasPrevious: true } p ? (_view with { After = null, Before = p.CursorOf(p.Rows[0]) }).Url : null;
    private string? NextHref => _page is { HasNext: true } p ? (_view with { After = p.CursorOf(p.Rows[^1]), Before = null }).Url : null;

    protected override async Task OnInitializedAsync()
    {
        _userName = (await Me.PrincipalAsync()).Identity?.Name;
        _layout = await Preferences.OfAsync(CertificateColumns.Table);
        _view = CertificatesView.Parse(new Uri(Navigation.Uri).Query, Serial);
        Navigation.LocationChanged += Moved;
        if (RendererInfo.IsInteractive)
            _clock = Clock.CreateTimer(_ => _ = InvokeAsync(RefreshAsync), null, StripPause, StripPause);
        await LoadAsync();
    }

    private async void Moved(object? sender, LocationChangedEventArgs e)
    {
        var address = new Uri(e.Location);
        // Another certificate has another path and comes as a parameter; only what changed in the query is left to see here.
        if (address.AbsolutePath != new Uri(new Uri(Navigation.BaseUri), (_view with { Serial = Serial }).Url).AbsolutePath)
            return;
        await InvokeAsync(async () =>
        {
            await ShowAsync(CertificatesView.Parse(address.Query, Serial));
            StateHasChanged();
        });
    }

    protected override Task OnParametersSetAsync()
        => _page is null ? Task.CompletedTask : ShowAsync(CertificatesView.Parse(new Uri(Navigation.Uri).Query, Serial));

    /// <summary>Opening a panel leaves the list as it is.</summary>
    private async Task ShowAsync(CertificatesView view)
    {
        var (mine, same) = (_view.Mine, view with { Serial = null } == _view with { Serial = null });
        _view = view;
        if (mine != view.Mine)
            (_timeline, _digest) = (null, null);
        if (!same)
            await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var turn = ++_turn;
        try
        {
            var filter = _view.FilterFor(_userName);
            var timeline = _timeline ?? await Certificates.TimelineAsync(filter.Owner);
            var page = await Certificates.PageAsync(new CertificatePageRequest { Filter = filter, After = _view.After, Before = _view.Before });
            if (_environments.Count == 0)
                _environments = [.. (await Agents.FacetsAsync()).Environments.Select(f => (f.Value, f.Value))];
            var findings = (await Findings.CountsAsync(FindingFilter.Open)).Values.Sum();
            var digest = _view.Mine ? await Owners.DigestAsync(_userName ?? "") : null;
            var own = _view.Mine ? (await Findings.PageAsync(FindingFilter.Open with { Owner = _userName ?? "" }, null, null, 6)).Rows : [];
            var waiting = _view.Mine && _userName is not null ? await Reviews.WaitingAsync(_userName) : null;
            if (turn == _turn)
                (_timeline, _page, _failure, _findings, _digest, _mine, _waiting) = (timeline, page, null, findings, digest, own, waiting);
        }
        catch (Exception failure) when (turn == _turn)
        {
            _failure = failure;
        }
    }

    private async Task RefreshAsync()
    {
        if (_gone || _failure is not null)
            return;
        var mine = _view.Mine;
        var timeline = await Certificates.TimelineAsync(_view.FilterFor(_userName).Owner);
        if (_gone || mine != _view.Mine)
            return;
        _timeline = timeline;
        if (mine)
        {
            (_digest, _mine) = (await Owners.DigestAsync(_userName ?? ""), (await Findings.PageAsync(FindingFilter.Open with { Owner = _userName ?? "" }, null, null, 6)).Rows);
            _waiting = _userName is null ? null : await Reviews.WaitingAsync(_userName);
        }
        StateHasChanged();
    }

    private void Change(Func<CertificatesView, CertificatesView> change) => Navigation.NavigateTo(change(_view.Restarted).Url, replace: true);

    public void Dispose()
    {
        _gone = true;
        _clock?.Dispose();
        Navigation.LocationChanged -= Moved;
    }
}
