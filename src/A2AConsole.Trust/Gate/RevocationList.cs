using System.Collections.Concurrent;

namespace A2AConsole.Trust.Gate;

/// <summary>The revoked serials in memory, each until its certificate would have expired anyway.</summary>
public sealed class RevocationList : IRevocationList
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _revoked = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public event Action<string>? Revoked;

    /// <inheritdoc/>
    public bool IsRevoked(string serial) => _revoked.ContainsKey(serial);

    /// <summary>Adds a serial as found in the store, without telling anybody.</summary>
    public void Load(string serial, DateTimeOffset notAfter) => _revoked[serial] = notAfter;

    /// <summary>Adds a serial whose revocation is durable, and says so.</summary>
    public void Add(string serial, DateTimeOffset notAfter)
    {
        Load(serial, notAfter);
        Revoked?.Invoke(serial);
    }

    /// <summary>Forgets certificates that expired before <paramref name="cutoff"/>.</summary>
    public void Prune(DateTimeOffset cutoff)
    {
        foreach (var entry in _revoked)
        {
            if (entry.Value < cutoff)
                _revoked.TryRemove(entry);
        }
    }
}
