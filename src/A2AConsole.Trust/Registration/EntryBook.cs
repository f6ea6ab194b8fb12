using A2AConsole.Core.Registration;
using A2AConsole.Data.Queries;

namespace A2AConsole.Trust.Registration;

/// <summary>
/// The registration entries in memory. Issuances decide by a reading of it and ask again, on the ledger's writer, whether that reading still
/// stands: changes of entries run on the same writer and expire it there, so that no certificate slips through between the two.
/// </summary>
public sealed class EntryBook(EntryQueries queries) : IDisposable
{
    private static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _changing = new(1);
    private volatile EntrySet? _current;
    private long _readAt;

    /// <summary>The entries of the moment. Waits while one is being changed.</summary>
    public async ValueTask<EntrySet> CurrentAsync(CancellationToken cancellationToken = default)
    {
        if (_current is { } current)
            return current;
        await _changing.WaitAsync(cancellationToken);
        try
        {
            return _current ?? await ReadAsync(cancellationToken);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// The entries, read anew unless that was done a moment ago: before something is refused because they say nothing of it, since
    /// another process may have written them.
    /// </summary>
    public async ValueTask<EntrySet> RereadAsync(CancellationToken cancellationToken = default)
    {
        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _readAt)) >= RereadAfter)
            Expire();
        return await CurrentAsync(cancellationToken);
    }

    /// <summary>Whether what <see cref="CurrentAsync"/> gave still stands. To be asked on the ledger's writer.</summary>
    public bool IsCurrent(EntrySet entries) => ReferenceEquals(_current, entries);

    /// <summary>To be called on the ledger's writer by whatever changes an entry there.</summary>
    public void Expire() => _current = null;

    /// <summary>
    /// Runs a change of one entry, which calls <see cref="Expire"/> on the writer and returns the entry as it is then; readers wait until
    /// it is durable, or has failed.
    /// </summary>
    public async Task<RegisteredEntry> ChangeAsync(Func<Task<RegisteredEntry>> change, CancellationToken cancellationToken = default)
    {
        await _changing.WaitAsync(cancellationToken);
        var before = _current;
        EntrySet? after = null;
        try
        {
            var changed = await change();
            // Reading all of them anew would make many entries quadratic.
            after = before?.With(changed);
            return changed;
        }
        finally
        {
            _current = after;
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    private async Task<EntrySet> ReadAsync(CancellationToken cancellationToken)
    {
        var entries = new EntrySet(await queries.AllAsync(cancellationToken));
        Volatile.Write(ref _readAt, TimeProvider.System.GetTimestamp());
        return _current = entries;
    }
}
