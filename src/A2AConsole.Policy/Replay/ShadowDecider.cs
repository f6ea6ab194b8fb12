using System.Threading.Channels;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Replay;

/// <summary>A request that the shadow would have decided differently.</summary>
public sealed record ShadowDifference(DateTimeOffset At, DecisionRequest Request, PolicyDecision Active, PolicyDecision Shadow);

/// <summary>
/// Lets a second bundle decide beside the active one. What the active one says is the answer, at once; the shadow decides afterwards, on a thread of its own, and is left
/// out when it cannot keep up. Nothing that it does, not even its failing, reaches the answer.
/// </summary>
public sealed class ShadowDecider : IPolicyDecider, IAsyncDisposable
{
    private readonly IPolicyDecider _active;
    private readonly IPolicyDecider _shadow;
    private readonly TimeProvider _time;
    private readonly int _kept;
    private readonly Channel<(DateTimeOffset At, DecisionRequest Request, PolicyDecision Active)> _queue;
    private readonly Queue<ShadowDifference> _differences = new();
    private readonly Lock _gate = new();
    private readonly Task _worker;
    private long _compared, _different, _leftOut, _failed;

    /// <param name="queue">How many requests may wait for the shadow.</param>
    /// <param name="kept">How many differences are kept, the latest.</param>
    public ShadowDecider(IPolicyDecider active, IPolicyDecider shadow, TimeProvider time, int queue = 1_000, int kept = 1_000)
    {
        (_active, _shadow, _time, _kept) = (active, shadow, time, kept);
        _queue = Channel.CreateBounded<(DateTimeOffset, DecisionRequest, PolicyDecision)>(new BoundedChannelOptions(queue) { SingleReader = true });
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Requests that both decided.</summary>
    public long Compared => Interlocked.Read(ref _compared);

    /// <summary>How many of them differently.</summary>
    public long Different => Interlocked.Read(ref _different);

    /// <summary>Requests that the shadow did not see because it could not keep up.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Requests on which the shadow failed altogether.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>The latest differences, oldest first.</summary>
    public IReadOnlyList<ShadowDifference> Differences
    {
        get
        {
            lock (_gate)
                return [.. _differences];
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default)
    {
        var decision = await _active.DecideAsync(request, cancellationToken);
        if (!_queue.Writer.TryWrite((_time.GetUtcNow(), request, decision)))
            Interlocked.Increment(ref _leftOut);
        return decision;
    }

    private async Task WorkAsync()
    {
        await foreach (var (at, request, active) in _queue.Reader.ReadAllAsync())
        {
            try
            {
                var shadow = await _shadow.DecideAsync(request);
                Interlocked.Increment(ref _compared);
                if (!BundleDiff.Differ(active, shadow))
                    continue;
                Interlocked.Increment(ref _different);
                lock (_gate)
                {
                    _differences.Enqueue(new ShadowDifference(at, request, active, shadow));
                    if (_differences.Count > _kept)
                        _differences.Dequeue();
                }
            }
            catch (Exception)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }

    /// <summary>Waits until the shadow has decided what it was given; the two deciders are their owner's to dispose.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _worker;
    }
}
