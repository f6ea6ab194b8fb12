using System.Diagnostics;
using System.Threading.Channels;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Detection;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Upkeep;
using A2AConsole.Detection.Alerts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Detection.Pipeline;

/// <summary>
/// Reads what is committed and raises alerts, beside admission: woken by each commit, with a share of one core, behind a durable cursor. After a restart it
/// reads again from the last saved state; what it then says once more is there already and is not written twice (<see cref="DetectionChanges"/>).
/// </summary>
public sealed class DetectionService(
    ILedger ledger, ObservationReader reader, DetectionQueries queries, IUpkeep upkeep, DetectionOptions options, TimeProvider time, ILogger<DetectionService> logger) : BackgroundService
{
    // What is committed meanwhile is read together.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(40), Retry = TimeSpan.FromSeconds(2), RulesAge = TimeSpan.FromSeconds(2), TouchEvery = TimeSpan.FromSeconds(1);
    // Pauses as multiples of the work before them, while it is catching up.
    private const int Share = 1;
    // Larger states are saved less often: reading a while again costs less than writing them.
    private const double LargeState = 4 << 20;

    private readonly Channel<bool> _more = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<Signal> _signals = [];
    private DetectionEngine? _engine;
    private AlertBook _book = new(options);
    private AlertRules _rules = new();
    private DateTimeOffset _rulesRead, _stateSaved, _touched;
    private long _next, _stateBytes;

    /// <summary>The first leaf that was not read yet.</summary>
    public long Next => Interlocked.Read(ref _next);

    /// <summary>Reads on until nothing is left.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken = default)
    {
        while (await StepAsync(cancellationToken))
        {
        }
    }

    /// <summary>Lets time go on without anything coming in, as a tick does.</summary>
    public async Task TickAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_engine is not { } engine || Next < ledger.Head.Size)
                return;
            engine.Advance(time.GetUtcNow(), _signals);
            await TellAsync(cancellationToken);
            await SaveAsync(isDue: false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Saves what was learned now.</summary>
    public async Task SaveNowAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await SaveAsync(isDue: true);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        void Wake(LedgerHead head) => _more.Writer.TryWrite(true);
        ledger.Committed += Wake;
        using var ticks = time.CreateTimer(_ => _more.Writer.TryWrite(false), null, options.Tick, options.Tick);
        try
        {
            await Task.Yield();
            _more.Writer.TryWrite(true);
            await foreach (var isCommit in _more.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    if (isCommit)
                        await Task.Delay(Gathering, time, stoppingToken);
                    await ReadOnAsync(stoppingToken);
                    await TickAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogWarning(e, "Detection could not read on; the next try is in {Retry}", Retry);
                    _engine = null;
                    await Task.Delay(Retry, time, stoppingToken);
                    _more.Writer.TryWrite(true);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            ledger.Committed -= Wake;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    private async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (await StepAsync(cancellationToken))
        {
            if (Next < ledger.Head.Size)
                await Task.Delay(Stopwatch.GetElapsedTime(started) * Share, time, cancellationToken);
            started = Stopwatch.GetTimestamp();
        }
    }

    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var engine = _engine ?? await BeginAsync(cancellationToken);
            var head = ledger.Head.Size;
            if (Next >= head)
                return false;
            await ReadRulesAsync(cancellationToken);
            var batch = await reader.ReadAsync(Next, head, cancellationToken);
            if (batch.Next <= Next)
                return false;
            foreach (var observation in batch.Observations)
                engine.Observe(observation, _signals);
            await TellAsync(cancellationToken);
            Interlocked.Exchange(ref _next, batch.Next);
            await SaveAsync(isDue: false);
            return true;
        }
        catch
        {
            // Half a batch is in it: from the last saved state again.
            _engine = null;
            _signals.Clear();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<DetectionEngine> BeginAsync(CancellationToken cancellationToken)
    {
        _rulesRead = default;
        var (engine, book) = (new DetectionEngine(options, (agent, role, at) => _rules.IsMaintained(agent, role, at)), new AlertBook(options));
        var checkpoint = await queries.CheckpointAsync(cancellationToken);
        long next;
        if (checkpoint is { State.Length: > 0 } && checkpoint.Version == StateVersion(options))
        {
            using var state = new BinaryReader(new MemoryStream(checkpoint.State));
            try
            {
                engine.Load(state);
                book.Load(state);
                next = checkpoint.StateNext;
            }
            catch (DetectorStateException e)
            {
                logger.LogWarning("What detection had learned cannot be read ({Reason}): it learns anew", e.Message);
                (engine, book) = (new DetectionEngine(options, (agent, role, at) => _rules.IsMaintained(agent, role, at)), new AlertBook(options));
                next = await reader.FirstSinceAsync(time.GetUtcNow() - options.LookBack, cancellationToken);
            }
        }
        else
        {
            next = await reader.FirstSinceAsync(time.GetUtcNow() - options.LookBack, cancellationToken);
        }
        _signals.Clear();
        (_book, _stateSaved, _touched) = (book, time.GetUtcNow(), default);
        Interlocked.Exchange(ref _next, next);
        await ReadRulesAsync(cancellationToken);
        return _engine = engine;
    }

    /// <summary>What state was made by: with other settings it says other things.</summary>
    internal static string StateVersion(DetectionOptions options)
        => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{DetectionEngine.Version}:{options.Threshold:0.###}:{options.Learning.TotalHours:0.#}:{options.Episode.TotalMinutes:0}:{options.Corroboration.TotalSeconds:0}:{options.HighAmount:0.##}");

    private async Task ReadRulesAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _rulesRead < RulesAge)
            return;
        _rules = await RulesAsync(queries, options.LookBack, now, cancellationToken);
        _rulesRead = now;
    }

    internal static async Task<AlertRules> RulesAsync(DetectionQueries queries, TimeSpan lookBack, DateTimeOffset now, CancellationToken cancellationToken) => new()
    {
        Shifts = (await queries.ShiftsAsync(cancellationToken)).ToDictionary(s => (s.Kind, s.AgentId, s.Cause), s => s.Shift),
        Suppressions = [.. (await queries.SuppressionsAsync(now - lookBack, cancellationToken)).Select(s => new AlertRules.Suppression(s.Id, s.Kind, s.AgentId, s.Role, s.Cause, s.IsMaintenance, s.From, s.EndedAt ?? s.Until))],
        Tiers = await queries.TiersAsync(cancellationToken),
    };

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in _signals)
        {
            if (_book.Take(signal, _rules) is not { } draft)
                continue;
            var leaf = AlertRecords.LeafOf(draft, DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()));
            try
            {
                await ledger.RecordAsync(leaf, (context, index) =>
                {
                    if (draft.Move == TriageMove.Raised)
                        DetectionChanges.Raise(context, index, AlertRecords.RowOf(draft));
                    else
                        DetectionChanges.Again(context, index, AlertRecords.RowOf(draft), draft.Signal.At);
                }, cancellationToken);
            }
            catch (AlreadyWrittenException)
            {
            }
        }
        _signals.Clear();
    }

    private async Task SaveAsync(bool isDue)
    {
        var now = time.GetUtcNow();
        if (_engine is not { } engine)
            return;
        (byte[], string)? state = null;
        if (isDue || now - _stateSaved >= options.SaveEvery * Math.Max(1, _stateBytes / LargeState))
        {
            using var bytes = new MemoryStream();
            using var writer = new BinaryWriter(bytes);
            engine.Save(writer);
            _book.Save(writer);
            writer.Flush();
            state = (bytes.ToArray(), StateVersion(options));
            (_stateSaved, _stateBytes) = (now, bytes.Length);
        }
        else if (now - _touched < TouchEvery)
        {
            return;
        }
        var (touched, held) = (_book.TakeTouched().Select(AlertRecords.TouchOf).ToList(), _book.TakeHeld());
        if (state is null && touched.Count == 0 && held.Count == 0)
            return;
        var next = Next;
        await upkeep.ApplyAsync(context => DetectionChanges.Advance(context, touched, held, next, now, state));
        _touched = now;
    }
}
