using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace A2AConsole.Data.Writing;

/// <summary>
/// The nonces and message ids that still count, as 8-byte hashes keyed by a secret seed (so that nobody can aim at a collision),
/// by agent, dropped by the minute in which they stop counting. One thread.
/// </summary>
internal sealed class ReplayWindow(long seed)
{
    private const long MillisecondsPerMinute = 60_000;

    private readonly Dictionary<int, HashSet<ulong>> _seen = [];
    private readonly SortedDictionary<long, List<(int Agent, ulong Key)>> _byMinute = [];

    /// <summary>The key of a nonce.</summary>
    public ulong NonceKey(string nonce) => Key(nonce, seed);

    /// <summary>The key of a message id.</summary>
    public ulong MessageKey(string messageId) => Key(messageId, ~seed);

    public bool Contains(int agent, ulong key) => _seen.TryGetValue(agent, out var keys) && keys.Contains(key);

    /// <summary>Notes a key until a time (Unix milliseconds).</summary>
    public void Add(int agent, ulong key, long until)
    {
        ref var keys = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, agent, out _);
        keys ??= [];
        if (!keys.Add(key))
            return;
        var minute = until / MillisecondsPerMinute + 1;
        if (!_byMinute.TryGetValue(minute, out var expiring))
            _byMinute[minute] = expiring = [];
        expiring.Add((agent, key));
    }

    /// <summary>Drops what no longer counts.</summary>
    public void Expire(long now)
    {
        var minute = now / MillisecondsPerMinute;
        while (_byMinute.Count > 0)
        {
            var (first, expiring) = _byMinute.First();
            if (first > minute)
                return;
            foreach (var (agent, key) in expiring)
            {
                if (!_seen.TryGetValue(agent, out var keys))
                    continue;
                keys.Remove(key);
                if (keys.Count == 0)
                    _seen.Remove(agent);
            }
            _byMinute.Remove(first);
        }
    }

    private static ulong Key(string text, long seed) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), seed);
}
