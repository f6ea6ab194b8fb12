using System.Collections.Concurrent;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Limits;

/// <summary>Where commitments are kept durably, so that a restart does not forget a window.</summary>
public interface ISpendStore
{
    /// <summary>What is kept of a key since a moment.</summary>
    ValueTask<IReadOnlyList<SpendEntry>> ReadAsync(SpendKey key, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Keeps an entry: on disk when it returns, or at the latest when its decision is.</summary>
    ValueTask WriteAsync(SpendKey key, SpendEntry entry, CancellationToken cancellationToken);

    /// <summary>Takes an entry back.</summary>
    ValueTask DeleteAsync(SpendKey key, string id, CancellationToken cancellationToken);
}

/// <summary>
/// The windows of all agents. A request is counted <em>before</em> it is decided and taken back when it is refused: so two parts of a split order that are decided at
/// the same time see each other, and one that waits for a person counts while it waits. What the store cannot read or keep is an exception, and the caller denies.
/// </summary>
public sealed class SpendBook(ISpendStore store, TimeSpan length, TimeProvider time, int capacity = 10_000)
{
    private readonly ConcurrentDictionary<SpendKey, Held> _windows = new();

    /// <summary>Counts a request and returns what the window then holds, this request included; in the currency's smallest unit.</summary>
    public async ValueTask<long> ReserveAsync(SpendKey key, string id, long minor, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minor);
        return await WithAsync(key, async (window, now) =>
        {
            // What is kept is what counts: the same message again, with less, takes nothing back.
            var entry = window.Counting(new SpendEntry(id, now, minor));
            await store.WriteAsync(key, entry, cancellationToken);
            window.Add(entry);
            return window.Total(now);
        }, cancellationToken);
    }

    /// <summary>Takes a request back that was refused or expired.</summary>
    public async ValueTask ReleaseAsync(SpendKey key, string id, CancellationToken cancellationToken = default)
        => await WithAsync(key, async (window, _) =>
        {
            await store.DeleteAsync(key, id, cancellationToken);
            window.Remove(id);
            return 0L;
        }, cancellationToken);

    /// <summary>Forgets windows in memory in which nothing counts any more.</summary>
    public void Trim()
    {
        var now = time.GetUtcNow();
        foreach (var (key, held) in _windows)
        {
            // One that is in use is not idle.
            if (!held.Gate.Wait(0))
                continue;
            if (held.Window is null || (held.Window.Total(now) == 0 && held.Window.Entries.Count == 0))
            {
                held.Gone = true;
                _windows.TryRemove(key, out _);
            }
            held.Gate.Release();
        }
    }

    private async ValueTask<long> WithAsync(SpendKey key, Func<SpendWindow, DateTimeOffset, ValueTask<long>> act, CancellationToken cancellationToken)
    {
        while (true)
        {
            var held = _windows.GetOrAdd(key, static _ => new Held());
            await held.Gate.WaitAsync(cancellationToken);
            try
            {
                if (held.Gone)
                    continue;
                var now = time.GetUtcNow();
                if (held.Window is null)
                {
                    var window = new SpendWindow(length, capacity);
                    foreach (var entry in await store.ReadAsync(key, now - length, cancellationToken))
                        window.Add(entry);
                    held.Window = window;
                }
                return await act(held.Window, now);
            }
            finally
            {
                held.Gate.Release();
            }
        }
    }

    private sealed class Held
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public SpendWindow? Window { get; set; }

        public bool Gone { get; set; }
    }
}
