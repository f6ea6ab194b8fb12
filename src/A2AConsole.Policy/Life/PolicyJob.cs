namespace A2AConsole.Policy.Life;

/// <summary>What a job does.</summary>
public enum PolicyJobKind
{
    /// <summary>Lets a version decide recorded decisions anew.</summary>
    Replay,
    /// <summary>Measures what a version's tests are worth.</summary>
    Mutation,
}

/// <summary>Where a job stands.</summary>
public enum PolicyJobState
{
    Running,
    Done,
    Cancelled,
    Failed,
}

/// <summary>Work about a version that takes its time: it goes on when nobody looks, and is looked at again. Safe for many readers.</summary>
public sealed class PolicyJob : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private long _done, _total;
    private volatile object? _result;
    private volatile string? _failure;
    private volatile PolicyJobState _state;

    internal PolicyJob(PolicyJobKind kind, int versionId, string digest, int days, DateTimeOffset startedAt)
        => (Kind, VersionId, Digest, Days, StartedAt) = (kind, versionId, digest, days, startedAt);

    public PolicyJobKind Kind { get; }

    public int VersionId { get; }

    /// <summary>Of the files that it works on: what it finds says nothing about others.</summary>
    public string Digest { get; }

    /// <summary>Replay: how many days back.</summary>
    public int Days { get; }

    public DateTimeOffset StartedAt { get; }

    public DateTimeOffset? EndedAt { get; private set; }

    public PolicyJobState State => _state;

    /// <summary>How many are done, of <see cref="Total"/>.</summary>
    public long Done => Interlocked.Read(ref _done);

    public long Total => Interlocked.Read(ref _total);

    /// <summary>What came of it: a <see cref="Replay.ReplayReport"/> or a <see cref="Bundles.MutationReport"/>.</summary>
    public object? Result => _result;

    /// <summary>Why it failed.</summary>
    public string? Failure => _failure;

    /// <summary>Ends it; what it found so far is thrown away.</summary>
    public void Cancel() => _stop.Cancel();

    internal CancellationToken Stop => _stop.Token;

    internal void Of(long total) => Interlocked.Exchange(ref _total, total);

    internal void At(long done) => Interlocked.Exchange(ref _done, done);

    internal void End(PolicyJobState state, DateTimeOffset at, object? result = null, string? failure = null)
        => (_result, _failure, EndedAt, _state) = (result, failure, at, state);

    public void Dispose() => _stop.Dispose();
}
