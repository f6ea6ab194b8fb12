using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.Components;

namespace A2AConsole.Web.Pages.Overview;

/// <summary>What was admitted and refused, by reason, and what changed since this person last looked.</summary>
public sealed partial class Overview : IAsyncDisposable
{
    private const string Admitted = "admitted";
    private const string Refused = "refused";

    // Counters change by the second at most for a reader; the events page is the one that is faster.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private const int AlertsListed = 5;

    private TimeRange _range = TimeRange.Parse(null);
    private LedgerHead _head = new(0, ReadOnlyMemory<byte>.Empty, "", default);
    private Exception? _failure;
    private IDisposable? _feed;
    private int _turn;
    private bool _gone;

    /// <summary>Carried over from the server's first render.</summary>
    [PersistentState] public OverviewModel? Model { get; set; }

    [SupplyParameterFromQuery(Name = "range")] private string? RangeText { get; set; }

    [Inject] public required OverviewReader Reader { get; init; }
    [Inject] public required LiveFeed Feed { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    protected override void OnInitialized()
    {
        _head = Feed.Head;
        if (RendererInfo.IsInteractive)
            _feed = Feed.Subscribe(_ => InvokeAsync(RefreshAsync), Pace);
    }

    protected override async Task OnParametersSetAsync()
    {
        _range = TimeRange.Parse(RangeText);
        if (Model?.Range != _range.Text)
            await LoadAsync();
    }

    private async Task LoadAsync()
    {
        try
        {
            var me = await Me.RecordAsync();
            Model = await Reader.ReadAsync(_range, me?.LastLookedAt);
            _failure = null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _failure = failure;
        }
    }

    private async Task RefreshAsync()
    {
        if (_gone || Model is null)
            return;
        _head = Feed.Head;
        _turn++;
        try
        {
            Model = await Reader.ReadAsync(_range, Model.HasLooked ? Model.Changes.Since : null);
            _failure = null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _failure = failure;
        }
        StateHasChanged();
    }

    private string Says => Model is null
        ? "Reading the counters."
        : Model.Admitted + Model.Refused == 0
            ? $"No agent sent anything in {_range.Words}."
            : $"{Numbers.Of(Model.Admitted, "event")} admitted and {Numbers.Text(Model.Refused)} refused in {_range.Words}.";

    private string AdmittedTitle => Sentence(Model!.Points(true), "admitted");

    private string RefusedTitle => Sentence(Model!.Points(false), "refused");

    private string Sentence(IReadOnlyList<ChartPoint> points, string what)
    {
        var sum = points.Sum(p => p.Value);
        return sum == 0 ? $"Nothing was {what}" : $"{Numbers.Text(sum)} {what}, at most {Numbers.Text(points.Max(p => p.Value))} {Step}";
    }

    private string Step => Model!.Traffic.StepMinutes == 1 ? "a minute" : "in " + Durations.Length(TimeSpan.FromMinutes(Model.Traffic.StepMinutes));

    private string Unit => "events " + Step;

    private IEnumerable<(string Name, int Count, string Href, string? More)> Queues =>
    [
        ("new alerts", Model!.Queues.Alerts, A2AConsole.Web.Pages.Alerts.AlertsView.Path, Model.Queues.Grave > 0 ? $"{Numbers.Text(Model.Queues.Grave)} high or critical" : null),
        ("open incidents", Model.Queues.Incidents, Incidents.IncidentsView.Path, null),
        ("approvals wait", Model.Queues.Approvals, "/approvals?tab=open", null),
        ("in quarantine", Model.Queues.Quarantine, Links.Quarantine, null),
        ("reviews wait", Model.Queues.Reviews, "/reviews", null),
    ];

    private IReadOnlyList<ChartMark> Marks => [.. Model!.Alerts.Select(a => new ChartMark(a.FirstSeenAt < _range.Bounds(Clock.GetUtcNow()).From ? a.LastSeenAt : a.FirstSeenAt,
        new A2AConsole.Web.Pages.Alerts.AlertsView { Work = AlertWork.All, Range = TimeRange.Between(a.FirstSeenAt.AddSeconds(-1), a.LastSeenAt.AddSeconds(1)).Text, Id = a.Id }.Url,
        $"{A2AConsole.Web.Pages.Alerts.AlertWords.Title(a.Kind)}, {a.Severity.ToString().ToLowerInvariant()}: {a.Sentence}", (int)a.Severity))];

    private string? RangeForLinks => _range.Text == "1h" ? null : _range.Text;

    private string SinceRange => TimeRange.Between(Model!.Changes.Since, Clock.GetUtcNow().AddDays(1)).Text;

    private static string Share(long part, long whole) => whole <= 0 ? "0" : (100 * part / whole).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _gone = true;
        _feed?.Dispose();
        if (_feed is not null)
            await Me.RememberLookedAsync(Clock.GetUtcNow());
    }
}
