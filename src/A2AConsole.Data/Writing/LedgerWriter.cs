using System.Runtime.InteropServices;
using System.Security.Cryptography;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Writing.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Data.Writing;

/// <summary>
/// The one writer: takes what waits, decides it in order, commits it as one transaction and only then answers. Starts with its
/// first use. After a failed commit everything in memory is dropped and read again from the database, so that what is believed
/// is always what is stored.
/// </summary>
internal sealed class LedgerWriter : ILedger, ILedgerHealth, IDisposable
{
    private const int MaxWaitingRecords = 1024;
    private const int MaxRun = 256;
    private const int Crowd = 8;
    private const int SmallCrowd = 3, MaxSmallRequests = 64;
    private static readonly TimeSpan GatheringTime = TimeSpan.FromMilliseconds(3), ShortGatheringTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(5);

    private readonly DataOptions _options;
    private readonly Func<ILedgerStore> _openStore;
    private readonly Func<INoteSigner> _openSigner;
    private readonly TimeProvider _time;
    private readonly ILogger<LedgerWriter> _logger;
    private readonly WorkQueue _queue;
    private readonly SemaphoreSlim _recordRoom = new(MaxWaitingRecords);
    private readonly Lazy<Thread> _thread;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Work> _work = [];
    private readonly List<IdempotencyProbe> _probes = [];
    private readonly FailureLog _failures = new();

    private ILedgerStore _store = null!;
    private INoteSigner _signer = null!;
    private LedgerTree _tree = null!;
    private ReplayWindow _replay = null!;
    private RefusalLimiter _limiter = null!;
    private GroupBuilder _builder = null!;
    private long _epoch;
    private int _recordsBefore, _smallBefore;
    private volatile HeadAndEdge? _head;
    private volatile bool _stopping;
    private volatile string? _ended;

    public LedgerWriter(DataOptions options, Func<ILedgerStore> openStore, Func<INoteSigner> openSigner, TimeProvider time, ILogger<LedgerWriter> logger)
    {
        (_options, _openStore, _openSigner, _time, _logger) = (options, openStore, openSigner, time, logger);
        _queue = new WorkQueue(options.QueueEvents, options.QueueBytes);
        _thread = new Lazy<Thread>(() =>
        {
            var thread = new Thread(Run) { Name = "ledger writer", IsBackground = true };
            thread.Start();
            return thread;
        });
    }

    public event Action<LedgerHead>? Committed;

    /// <inheritdoc/>
    public string? Ended => _ended;

    public LedgerHead Head => Current.Head;

    /// <summary>The newest durable head with its right edge, for proofs. Starts the writer and waits for it when need be.</summary>
    internal HeadAndEdge Current => _head ?? WaitForHead();

    /// <summary>Starts the writer; done when it has read the ledger. Throws what hinders it.</summary>
    public Task StartAsync()
    {
        _ = _thread.Value;
        return _started.Task;
    }

    public bool TryAdmit(AdmissionRequest request, out Task<AdmissionResult> result)
    {
        _ = _thread.Value;
        long bytes = 0;
        for (var i = 0; i < request.Items.Count; i++)
            bytes += request.Items[i].Bytes.Length;
        var work = new AdmissionWork(request, bytes);
        result = work.Task;
        return TryQueue(work, wait: false);
    }

    public Task<LedgerReceipt> RecordAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change = null, CancellationToken cancellationToken = default)
        => RecordAsync(leaf, change, isKeyed: false, null, cancellationToken);

    public Task<LedgerReceipt> RecordKeyedAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long> change, string? certificate = null, CancellationToken cancellationToken = default)
        => RecordAsync(leaf, change, isKeyed: true, certificate, cancellationToken);

    private async Task<LedgerReceipt> RecordAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change, bool isKeyed, string? certificate, CancellationToken cancellationToken)
    {
        _ = _thread.Value;
        var work = new RecordWork(leaf, change, isKeyed, certificate);
        await _recordRoom.WaitAsync(cancellationToken);
        try
        {
            TryQueue(work, wait: true);
            return await work.Task;
        }
        finally
        {
            _recordRoom.Release();
        }
    }

    /// <summary>Runs upkeep (retention, lookup segments) between two groups, in a transaction of its own. Keep it short.</summary>
    internal Task UpkeepAsync(Action<ConsoleDbContext> change)
    {
        _ = _thread.Value;
        var work = new UpkeepWork(change);
        TryQueue(work, wait: true);
        return work.Task;
    }

    /// <inheritdoc/>
    public async Task<string?> LookAsync(CancellationToken cancellationToken = default)
    {
        if (_ended is { } ended)
            return ended;
        try
        {
            var isOurs = false;
            // The head's row, written as it is: needs room on the disk, the writer's turn, and that no other process has taken the ledger.
            await UpkeepAsync(context => isOurs = context.TreeHeads.Where(h => h.WriterEpoch == _epoch)
                .ExecuteUpdate(set => set.SetProperty(h => h.At, h => h.At)) > 0).WaitAsync(LookPatience, cancellationToken);
            return isOurs ? null : "Another process has taken the ledger.";
        }
        catch (TimeoutException)
        {
            return $"The writer had no turn for it within {LookPatience.TotalSeconds:0} s.";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"The store takes nothing: {e.InnerException?.Message ?? e.Message}";
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _ended ??= "The ledger's writer was stopped.";
        _queue.Close();
        if (_thread.IsValueCreated)
            _thread.Value.Join();
        _recordRoom.Dispose();
    }

    private bool TryQueue(Work work, bool wait)
    {
        try
        {
            if (!wait)
                return _queue.TryAdd(work);
            _queue.Add(work);
        }
        catch (ObjectDisposedException)
        {
            work.Fail(new LedgerUnavailableException("The ledger's writer has stopped."));
        }
        return true;
    }

    private HeadAndEdge WaitForHead()
    {
        StartAsync().GetAwaiter().GetResult();
        return _head!;
    }

    private void Run()
    {
        try
        {
            _store = _openStore();
            _signer = _openSigner();
            Take(_store.Claim(FirstHead(), Now()));
            _logger.LogInformation("The ledger has {Size} leaves; writer {Epoch} begins", _head!.Head.Size, _epoch);
            _started.SetResult();
        }
        catch (Exception e)
        {
            _ended = $"The ledger cannot be opened: {e.Message}";
            Stop(e);
            _started.SetException(e as DataStartupException ?? new DataStartupException($"The ledger cannot be opened: {e.Message}", e));
            return;
        }
        try
        {
            while (_queue.Take(_work, _options.GroupEvents, Tick))
            {
                Gather();
                Process();
            }
        }
        catch (Exception e)
        {
            _ended = $"The ledger's writer has ended for good: {e.Message}";
            _logger.LogCritical(e, "The ledger's writer has stopped");
            Stop(e);
        }
        finally
        {
            _store.Dispose();
        }
    }

    // Many records at once come from many who wait: a moment more for their neighbours makes one commit of several, each of which
    // costs the processor as much as a dozen records. So do many requests of one event each, such as the gateway's messages. Who comes alone,
    // and whoever sends many events in one request, waits for nobody.
    private void Gather()
    {
        if (_recordsBefore >= Crowd && _work.Count < MaxRun && _work.TrueForAll(w => w is RecordWork { IsKeyed: true }))
        {
            Thread.Sleep(GatheringTime);
            _queue.TakeMore(_work, MaxRun);
        }
        else if (_smallBefore >= SmallCrowd && _work.Count < _smallBefore && _work.TrueForAll(w => w is AdmissionWork { Events: 1 }))
        {
            Thread.Sleep(ShortGatheringTime);
            _queue.TakeMore(_work, MaxSmallRequests);
        }
        _recordsBefore = _work.Count(w => w is RecordWork { IsKeyed: true });
        _smallBefore = _work.Count(w => w is AdmissionWork { Events: 1 });
    }

    private void Process()
    {
        try
        {
            if (_work is [UpkeepWork upkeep])
                Upkeep(upkeep);
            else if (_work.Count > 0 || _limiter.HasOver(GroupBuilder.Minute(Now())))
                CommitGroup();
        }
        catch (WriterReplacedException)
        {
            throw;
        }
        catch (Exception e)
        {
            _failures.Log(_logger, e, _work.Count);
            Fail(_work, e);
            // A store that is full or broken answers at once; the pause keeps a retrying flood from spinning on it.
            Thread.Sleep(PauseAfterFailure);
            ReloadUntilItWorks();
        }
    }

    private void CommitGroup()
    {
        FindIdempotency();
        _builder.Begin();
        _builder.CloseSummaries(_time.GetUtcNow());
        // Events first, so that they do not come between records that could be saved together. None of the group was answered yet: any
        // order of what came at the same time is the right one, as long as records keep theirs.
        foreach (var work in _work)
        {
            if (work is AdmissionWork admission)
                _builder.Admit(admission, _probes);
        }
        var records = _work.OfType<RecordWork>().ToArray();
        for (var i = 0; i < records.Length;)
        {
            var run = 1;
            while (records[i].IsKeyed && run < MaxRun && i + run < records.Length && records[i + run].IsKeyed)
                run++;
            Record(records.AsSpan(i, run));
            i += run;
        }
        var group = _builder.End();
        var edge = _tree.Edge();
        group.Size = _tree.Size;
        group.Root = _tree.Root();
        group.Edge = edge.Blob;
        group.At = Now();
        group.WriterEpoch = _epoch;
        var unchanged = group.Size == _head!.Head.Size;
        group.Checkpoint = unchanged ? _head.Head.Checkpoint : Checkpoint.Sign(group.Size, group.Root, _signer);
        _store.Commit(group);
        _tree.Commit();
        group.Release();
        // A group may add no leaf (retries, refusals past the limit): its answers come with the head that stands.
        var head = unchanged ? _head.Head : new LedgerHead(group.Size, group.Root, group.Checkpoint, DateTimeOffset.FromUnixTimeMilliseconds(group.At));
        _head = new HeadAndEdge(head, edge);
        _replay.Expire(group.At);
        foreach (var work in _work)
        {
            if (work is AdmissionWork admission)
                admission.Complete(head);
            else if (work is RecordWork { LeafIndex: >= 0 } record)
                record.Complete(head);
        }
        if (!unchanged)
            Committed?.Invoke(head);
    }

    private void FindIdempotency()
    {
        _probes.Clear();
        foreach (var work in _work)
        {
            if (work is not AdmissionWork admission)
                continue;
            admission.FirstProbe = _probes.Count;
            var items = admission.Request.Items;
            for (var i = 0; i < items.Count; i++)
                if (GroupBuilder.IsProbed(items[i]))
                    _probes.Add(new IdempotencyProbe(admission.Request.AgentNumber, items[i].Facts!.IdempotencyKey!));
        }
        if (_probes.Count > 0)
            _store.FindIdempotency(_probes, Now());
    }

    // Saved together they cost a third of what they cost one by one. When one of them fails, halves are tried again: the
    // neighbours of a bad one are few savepoints away from being saved, however many there are.
    private void Record(ReadOnlySpan<RecordWork> run)
    {
        var records = run.ToArray();
        if (records.Any(r => r.Change is not null))
        {
            try
            {
                _store.Apply(context =>
                {
                    TrustChanges.Preload(context, [.. records.Select(r => r.Certificate).OfType<string>()]);
                    // Looking for changes at each lookup would be quadratic: once, when they are saved, will do.
                    context.ChangeTracker.AutoDetectChangesEnabled = false;
                    for (var i = 0; i < records.Length; i++)
                        records[i].Change?.Invoke(context, _tree.Size + i);
                    context.ChangeTracker.AutoDetectChangesEnabled = true;
                });
            }
            catch (ChangeFailedException e)
            {
                if (records.Length == 1)
                {
                    records[0].Fail(e.InnerException!);
                    return;
                }
                Record(run[..(records.Length / 2)]);
                Record(run[(records.Length / 2)..]);
                return;
            }
        }
        foreach (var record in records)
            record.LeafIndex = _builder.Record(record.Leaf, record.LeafBytes);
    }

    private void Upkeep(UpkeepWork upkeep)
    {
        try
        {
            _store.Apply(upkeep.Change);
        }
        catch (ChangeFailedException e)
        {
            _store.Rollback();
            upkeep.Fail(e.InnerException!);
            return;
        }
        _store.Commit();
        upkeep.Complete();
    }

    private void ReloadUntilItWorks()
    {
        var backOff = TimeSpan.FromMilliseconds(20);
        while (true)
        {
            try
            {
                _store.Rollback();
                Take(_store.Reload(_epoch, Now()));
                return;
            }
            catch (WriterReplacedException)
            {
                throw;
            }
            catch (Exception e)
            {
                _logger.LogError(e, "The ledger cannot be read again; the next try is in {BackOff}", backOff);
                if (!_queue.Take(_work, int.MaxValue, backOff) || _stopping)
                    throw;
                Fail(_work, e);
                backOff = backOff * 2 > MaxBackOff ? MaxBackOff : backOff * 2;
            }
        }
    }

    private void Take(LedgerState state)
    {
        var edge = TreeEdge.Parse(state.Head.Size, state.Head.Edge);
        if (!edge.Root().AsSpan().SequenceEqual(state.Head.Root))
            throw new DataStartupException("The ledger's stored tree does not have the root that was signed: the database was changed or damaged. Restore a backup.");
        _epoch = state.Head.WriterEpoch;
        _tree = new LedgerTree(edge);
        _replay = new ReplayWindow(state.Head.ReplaySeed);
        foreach (var row in state.Replay)
            foreach (var key in MemoryMarshal.Cast<byte, ulong>(row.Keys))
                _replay.Add(row.AgentNumber, key, row.Until);
        _limiter = new RefusalLimiter(_options.QuarantinePerMinute);
        _limiter.Restore(state.Summaries);
        _builder = new GroupBuilder(_options, _tree, _replay, _limiter);
        _head = new HeadAndEdge(new LedgerHead(state.Head.Size, state.Head.Root, state.Head.Checkpoint, DateTimeOffset.FromUnixTimeMilliseconds(state.Head.At)), edge);
    }

    private TreeHead FirstHead()
    {
        var root = TreeEdge.Empty.Root();
        return new TreeHead
        {
            Id = 1,
            Size = 0,
            Root = root,
            Edge = [],
            Checkpoint = Checkpoint.Sign(0, root, _signer),
            At = Now(),
            ReplaySeed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))),
        };
    }

    private void Stop(Exception e)
    {
        _queue.Close();
        Fail(_work, e);
        while (_queue.Take(_work, int.MaxValue, TimeSpan.Zero))
            Fail(_work, e);
    }

    private static void Fail(List<Work> group, Exception e)
    {
        foreach (var work in group)
            work.Fail(new LedgerUnavailableException("The store did not take the commit; nothing of it was acknowledged.", e));
        group.Clear();
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>A durable head and the right edge of its tree: together with the complete tiles they prove everything.</summary>
internal sealed record HeadAndEdge(LedgerHead Head, TreeEdge Edge);
