using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Replay;

/// <summary>A recorded decision that the other bundle makes differently.</summary>
/// <param name="Number">The record's place among all, from 1.</param>
public sealed record ReplayedChange(long Number, RecordedDecision Recorded, PolicyDecision Now);

/// <summary>How many decisions go from one verdict to another, and what they are worth by currency, in its smallest unit.</summary>
public sealed record ReplayTransition(PolicyVerdict Before, PolicyVerdict After, long Count, IReadOnlyDictionary<string, Int128> Worth);

/// <summary>A line that is no recorded decision.</summary>
public sealed record UnreadableRecord(long Number, string Message);

/// <summary>What a bundle would have decided.</summary>
/// <param name="Total">Records that were read and decided.</param>
/// <param name="Changed">How many of them would have another verdict.</param>
/// <param name="Changes">The first of those, in their order.</param>
public sealed record ReplayReport(long Total, long Changed, IReadOnlyList<ReplayTransition> Transitions, IReadOnlyList<ReplayedChange> Changes, IReadOnlyList<UnreadableRecord> Unreadable)
{
    /// <summary>What would be allowed that was not.</summary>
    public IEnumerable<ReplayTransition> NewlyAllowed => Transitions.Where(t => t.After == PolicyVerdict.Allow);
}

/// <summary>Replays recorded decisions through a bundle, without holding more than a few of them.</summary>
/// <param name="parallelism">How many at once; 0: one a processor.</param>
public sealed class ReplayRun(CedarDecider decider, int keptChanges = 1_000, int keptUnreadable = 100, int parallelism = 0)
{
    private const int MaxLineBytes = 2 << 20;
    private const int Batch = 64;

    /// <summary>Reads records, one a line, and decides each anew. Progress is in records.</summary>
    public async Task<ReplayReport> RunAsync(Stream records, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var tally = new Tally(keptChanges, keptUnreadable);
        long done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism > 0 ? parallelism : Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(BatchesAsync(records, tally, cancellationToken), options, (batch, token) =>
        {
            foreach (var (number, line) in batch)
                One(number, line, tally, token);
            progress?.Report(Interlocked.Add(ref done, batch.Count));
            return default;
        });
        return tally.Report();
    }

    private void One(long number, byte[] line, Tally tally, CancellationToken cancellationToken)
    {
        RecordedDecision recorded;
        try
        {
            recorded = RecordedDecision.Read(line);
        }
        catch (FormatException e)
        {
            tally.Unreadable(number, e.Message);
            return;
        }
        var now = decider.Decide(recorded.Request, cancellationToken);
        tally.Count(number, recorded, now);
    }

    private static async IAsyncEnumerable<List<(long Number, byte[] Line)>> BatchesAsync(Stream records, Tally tally, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(records, new StreamPipeReaderOptions(leaveOpen: true));
        var batch = new List<(long, byte[])>(Batch);
        long number = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (NextLine(ref buffer, read.IsCompleted) is { } line)
            {
                number++;
                if (line.Length == 0)
                    continue;
                batch.Add((number, line));
                if (batch.Count < Batch)
                    continue;
                yield return batch;
                batch = new List<(long, byte[])>(Batch);
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (buffer.Length > MaxLineBytes)
            {
                tally.Unreadable(number + 1, $"a record has at most {MaxLineBytes} bytes; what follows was not read");
                break;
            }
            if (read.IsCompleted)
                break;
        }
        await reader.CompleteAsync();
        if (batch.Count > 0)
            yield return batch;
    }

    private static byte[]? NextLine(ref ReadOnlySequence<byte> buffer, bool isLast)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end).ToArray();
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return line;
        }
        if (!isLast || buffer.IsEmpty)
            return null;
        var rest = buffer.ToArray();
        buffer = buffer.Slice(buffer.End);
        return rest;
    }

    /// <summary>Counts what came of the records, from all threads.</summary>
    private sealed class Tally(int keptChanges, int keptUnreadable)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<(PolicyVerdict, PolicyVerdict), (long Count, Dictionary<string, Int128> Worth)> _transitions = [];
        private readonly PriorityQueue<ReplayedChange, long> _changes = new();
        private readonly ConcurrentBag<UnreadableRecord> _unreadable = [];
        private long _total;

        public void Unreadable(long number, string message)
        {
            if (_unreadable.Count < keptUnreadable)
                _unreadable.Add(new UnreadableRecord(number, message));
        }

        public void Count(long number, RecordedDecision recorded, PolicyDecision now)
        {
            lock (_gate)
            {
                _total++;
                if (recorded.Verdict == now.Verdict)
                    return;
                var key = (recorded.Verdict, now.Verdict);
                var (count, worth) = _transitions.GetValueOrDefault(key, (0, new Dictionary<string, Int128>(StringComparer.Ordinal)));
                if (recorded.Money is { } money && MinorUnits.TryParse(money.Amount, money.Currency, out var minor, out _))
                    worth[money.Currency] = worth.GetValueOrDefault(money.Currency) + minor;
                _transitions[key] = (count + 1, worth);
                // The last of those kept goes first, so that the earliest stay, whichever thread was faster.
                _changes.Enqueue(new ReplayedChange(number, recorded, now), -number);
                if (_changes.Count > keptChanges)
                    _changes.Dequeue();
            }
        }

        public ReplayReport Report() => new(_total, _transitions.Values.Sum(t => t.Count),
            [.. _transitions.OrderBy(t => t.Key).Select(t => new ReplayTransition(t.Key.Item1, t.Key.Item2, t.Value.Count, t.Value.Worth))],
            [.. _changes.UnorderedItems.Select(c => c.Element).OrderBy(c => c.Number)], [.. _unreadable.OrderBy(u => u.Number)]);
    }
}
