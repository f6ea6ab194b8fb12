using A2AConsole.Core.Admission;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Live;
using A2AConsole.Web.Shared;
using A2AConsole.Web.Shared.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace A2AConsole.Web.Pages.Events;

/// <summary>The live list of events. It never moves under the reader: while a row is open, the pointer is in it, or it is paused, new rows wait.</summary>
public sealed partial class Events : IListReader, IAsyncDisposable
{
    private const string AgentKey = "agent", TypeKey = "type", VerdictKey = "verdict", CodeKey = "code", TextKey = "q";

    private static readonly (string, string)[] VerdictOptions = [("admitted", "Admitted"), ("refused", "Refused")];
    private static readonly (string, string)[] CodeOptions = [.. Refusal.All.Select(r => (r.Text, r.Title))];

    private readonly EventTail _tail;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private EventsQuery _query = EventsQuery.Of(null, null, null, null, null, null, null);
    private EventsQuery? _opened;
    private TableLayout _layout = TableLayout.Default;
    private IReadOnlyList<string> _agents = [];
    private IReadOnlyList<string> _types = [];
    private IDisposable? _feed;
    private ListWatch<Events>? _watch;
    private ElementReference _list;
    private Exception? _failure;
    private bool _paused, _pointerIn, _opening = true, _gone;

    /// <summary>Makes the page; it reads the ledger through <paramref name="reader"/>.</summary>
    public Events(ILedgerReader reader) => _tail = new EventTail(reader);

    [Parameter] public long? Leaf { get; set; }

    [SupplyParameterFromQuery(Name = "range")] private string? RangeText { get; set; }
    [SupplyParameterFromQuery(Name = "agent")] private string? AgentText { get; set; }
    [SupplyParameterFromQuery(Name = "type")] private string? TypeText { get; set; }
    [SupplyParameterFromQuery(Name = "verdict")] private string? VerdictText { get; set; }
    [SupplyParameterFromQuery(Name = "code")] private string? CodeText { get; set; }
    [SupplyParameterFromQuery(Name = "q")] private string? IdText { get; set; }
    [SupplyParameterFromQuery(Name = "records")] private string? RecordsText { get; set; }

    /// <summary>The first page of rows, carried over from the server's first render.</summary>
    [PersistentState] public EventsSnapshot? Snapshot { get; set; }

    [Inject] public required LiveFeed Feed { get; init; }
    [Inject] public required EventQueries Queries { get; init; }
    [Inject] public required TablePreferences Preferences { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }
    [Inject] public required IJSRuntime Js { get; init; }

    private bool Held => _paused || _pointerIn || Leaf is not null;

    protected override void OnInitialized()
    {
        // Subscribed before the first snapshot: what is committed between the two is then counted, not lost.
        if (RendererInfo.IsInteractive)
            _feed = Feed.Subscribe(head => InvokeAsync(() => FollowAsync(head)));
    }

    protected override async Task OnParametersSetAsync()
    {
        _query = EventsQuery.Of(RangeText, AgentText, TypeText, VerdictText, CodeText, IdText, RecordsText);
        if (_query == _opened)
            return;
        var first = _opened is null;
        _opened = _query;
        // Only at first: the framework hands the carried-over rows in again with the next change of parameters, when they are of another filter.
        if (first && Snapshot is { } snapshot)
        {
            Snapshot = null;
            _layout = snapshot.Layout;
            _tail.Adopt(_query.Filter(Clock.GetUtcNow()), snapshot.Rows, snapshot.Next, snapshot.Seen);
            _opening = false;
        }
        else
        {
            if (first)
                _layout = await Preferences.OfAsync(EventsTable.Name);
            await OpenAsync();
            if (!RendererInfo.IsInteractive)
                Snapshot = new(_tail.Rows, _tail.Next, _tail.Seen, _layout);
        }
        if (_agents.Count == 0)
            _agents = await Queries.SuggestAgentsAsync(50);
        _types = [.. SchemaRegistry.Default.All.Select(s => s.Type)];
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await (_watch = new ListWatch<Events>(Js, this)).StartAsync("/" + Assets["js/console.js"], _list);
    }

    /// <summary>The browser says that the pointer came into the list or left it.</summary>
    [JSInvokable]
    public async Task HoldAsync(bool inside)
    {
        _pointerIn = inside;
        if (!Held)
            await FollowAsync(Feed.Head);
    }

    /// <summary>The browser says that the list's end is near.</summary>
    [JSInvokable]
    public Task NearEndAsync() => OlderAsync();

    private async Task OpenAsync()
    {
        _opening = _tail.Rows.Count == 0;
        await GuardAsync(() => _tail.OpenAsync(_query.Filter(Clock.GetUtcNow()), Feed.Head.Size));
        _opening = false;
    }

    private Task FollowAsync(LedgerHead head) => !_query.Range.IsLive || _gone || _opening ? Task.CompletedTask : GuardAsync(async () =>
    {
        if (Held)
        {
            await _tail.CountAsync(head.Size);
            return;
        }
        await _tail.CatchUpAsync(head.Size, () => Held);
        if (!Held && _query.Range.Last is { } last)
            _tail.Forget(Clock.GetUtcNow() - last);
    });

    private async Task CatchUpAsync()
    {
        await GuardAsync(() => _tail.CatchUpAsync(Feed.Head.Size));
        if (_watch is not null)
            await _watch.ToTopAsync();
    }

    private Task OlderAsync() => GuardAsync(() => _tail.LoadOlderAsync());

    private async Task TogglePauseAsync()
    {
        _paused = !_paused;
        if (!Held)
            await FollowAsync(Feed.Head);
    }

    // One reading at a time: the feed, the pointer and the scroll bar all ask for them.
    private async Task GuardAsync(Func<Task> work)
    {
        await _turn.WaitAsync();
        try
        {
            if (_gone)
                return;
            await work();
            _failure = null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _failure = failure;
        }
        finally
        {
            _turn.Release();
        }
        StateHasChanged();
    }

    private void Set(string name, string? value) => Navigation.Change((name, value));

    // The ledger knows agents by their identity; people know them by name.
    private async Task SetAgentAsync(string? text)
    {
        if (text is not null && !text.StartsWith("spiffe://", StringComparison.Ordinal) && await Queries.AgentsAsync(text, 2) is [var only])
            text = only;
        Set(AgentKey, text);
    }

    private string Export(string format) => Navigation.WithPath($"/events/export.{format}", ("tab", null));

    private int Narrowing => new object?[] { _query.Agent, _query.Type, _query.Verdict, _query.Code, _query.Text }.Count(f => f is not null);

    private string Waiting => _tail.Waiting >= EventTail.MostWaiting ? $"{Numbers.Text(EventTail.MostWaiting)} or more" : Numbers.Text(_tail.Waiting);

    private string Says => !_query.Range.IsLive ? $"Every verdict in {_query.Range.Words}."
        : _paused ? $"Paused for you. {(_tail.Waiting == 0 ? "Nothing new has come." : Waiting + " came since.")}"
        : Leaf is not null ? $"Held while an event is open. {(_tail.Waiting == 0 ? "Nothing new has come." : Waiting + " came since.")}"
        : "Every verdict as it is recorded, newest first.";

    private static string Name(string? actor)
        => actor is null ? "" : SpiffeId.TryParse(actor, out var id, out _) ? id.Name : actor;

    private static string Kind(LedgerLeaf leaf) => leaf.Type ?? (leaf.Kind == LeafKind.Event ? "not readable" : LeafWords.Name(leaf.Kind));

    public async ValueTask DisposeAsync()
    {
        _gone = true;
        _feed?.Dispose();
        if (_watch is not null)
            await _watch.DisposeAsync();
    }
}

/// <summary>A first page of rows. <paramref name="Seen"/> is the tree size that it accounts for.</summary>
public sealed record EventsSnapshot(IReadOnlyList<EventRow> Rows, long? Next, long Seen, TableLayout Layout);
