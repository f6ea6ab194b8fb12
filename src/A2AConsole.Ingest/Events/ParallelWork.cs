namespace A2AConsole.Ingest.Events;

/// <summary>
/// Work on numbered parts that idle cores help with. The caller works too, so when all cores are busy with other requests
/// no help is asked for: waking a thread that finds nothing to do costs as much as reading an event. Helpers that come late find
/// the parts taken and leave, so nobody waits for them. Cheaper than Parallel.For by its partitioner and tasks.
/// One object is one run; it must not be used again, since a late helper may still look at it.
/// </summary>
internal abstract class ParallelWork : IThreadPoolWorkItem
{
    // Small enough that the last helper ends soon after the first, large enough that taking a part costs nothing beside it.
    private const int PartsAtOnce = 4;

    // Requests that are being worked on in this process: each has a core of its own already.
    private static int s_running;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _error;
    private int _count;
    private int _next;
    private int _left;

    /// <summary>Does one part. Runs on any thread, once for each index.</summary>
    protected abstract void Do(int index);

    /// <summary>Does all parts from 0 to <paramref name="count"/>; completes when every part is done.</summary>
    public Task RunAsync(int count)
    {
        _count = count;
        _left = count;
        if (count == 0)
            return Task.CompletedTask;
        var idle = Environment.ProcessorCount - Interlocked.Increment(ref s_running);
        for (var helpers = Math.Min(idle, (count - 1) / PartsAtOnce); helpers > 0; helpers--)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        Work();
        Interlocked.Decrement(ref s_running);
        return _done.Task;
    }

    void IThreadPoolWorkItem.Execute() => Work();

    private void Work()
    {
        while (true)
        {
            var start = Interlocked.Add(ref _next, PartsAtOnce) - PartsAtOnce;
            if (start >= _count)
                return;
            var end = Math.Min(start + PartsAtOnce, _count);
            try
            {
                for (var i = start; i < end; i++)
                    Do(i);
            }
            catch (Exception e)
            {
                Volatile.Write(ref _error, e);
            }
            if (Interlocked.Add(ref _left, start - end) == 0)
                Finish();
        }
    }

    private void Finish()
    {
        if (Volatile.Read(ref _error) is { } error)
            _done.TrySetException(error);
        else
            _done.TrySetResult();
    }
}
