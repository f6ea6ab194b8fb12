using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace A2AConsole.Core.Admission;

/// <summary>
/// The nonces and message ids that still count, by agent, as 8-byte hashes keyed with a secret seed (so that nobody can aim at a
/// collision). Keys lie in one set a minute of expiry, which is dropped whole: forgetting costs nothing, however many there are.
/// For one writer thread: a decision is kept or, after a failed commit, the window is made anew from the store.
/// </summary>
/// <param name="seed">The secret; the same over restarts, since the keys are stored.</param>
/// <param name="maxKeysPerAgent">How many keys one agent may hold (11 to 21 bytes each).</param>
/// <param name="maxKeys">How many all agents together may hold.</param>
public sealed class ReplayWindow(long seed, int maxKeysPerAgent = 16_000_000, long maxKeys = 48_000_000)
{
    private const long MillisecondsPerMinute = 60_000;

    private readonly Dictionary<int, AgentWindow> _agents = [];
    private readonly SortedDictionary<long, List<int>> _agentsByMinute = [];

    /// <summary>How many keys are held.</summary>
    public long Count { get; private set; }

    /// <summary>The key of a nonce.</summary>
    public ulong NonceKey(string nonce) => Key(nonce, seed);

    /// <summary>The key of a message id.</summary>
    public ulong MessageKey(string messageId) => Key(messageId, ~seed);

    /// <summary>Whether the agent used what the key stands for.</summary>
    public bool Contains(int agent, ulong key) => _agents.TryGetValue(agent, out var window) && window.Contains(key);

    /// <summary>
    /// Whether <paramref name="keys"/> more keys of the agent find room. When not, refuse the event (rate-limited): admitting it without
    /// remembering it would let it be replayed.
    /// </summary>
    public bool HasRoom(int agent, int keys = 2)
        => Count + keys <= maxKeys && (!_agents.TryGetValue(agent, out var window) || window.Count + keys <= maxKeysPerAgent);

    /// <summary>Notes a key until a time (Unix milliseconds).</summary>
    public void Add(int agent, ulong key, long until)
    {
        ref var window = ref CollectionsMarshal.GetValueRefOrAddDefault(_agents, agent, out _);
        window ??= new AgentWindow();
        if (window.Contains(key))
            return;
        var minute = until / MillisecondsPerMinute;
        if (window.Add(key, minute))
            Expiring(minute).Add(agent);
        Count++;
    }

    /// <summary>Drops what no longer counts at a time (Unix milliseconds).</summary>
    public void Expire(long now)
    {
        var minute = now / MillisecondsPerMinute;
        while (_agentsByMinute.Count > 0)
        {
            var (first, agents) = _agentsByMinute.First();
            if (first >= minute)
                return;
            foreach (var agent in agents)
            {
                var window = _agents[agent];
                Count -= window.Drop(first);
                if (window.Count == 0)
                    _agents.Remove(agent);
            }
            _agentsByMinute.Remove(first);
        }
    }

    private static ulong Key(string text, long seed) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), seed);

    private List<int> Expiring(long minute)
    {
        if (!_agentsByMinute.TryGetValue(minute, out var agents))
            _agentsByMinute[minute] = agents = [];
        return agents;
    }

    private sealed class AgentWindow
    {
        private readonly List<(long Minute, KeySet Keys)> _minutes = [];

        public int Count { get; private set; }

        public bool Contains(ulong key)
        {
            // The newest minutes hold nearly everything that a busy agent sends again.
            for (var i = _minutes.Count - 1; i >= 0; i--)
            {
                if (_minutes[i].Keys.Contains(key))
                    return true;
            }
            return false;
        }

        /// <summary>Adds a key that is not there; true when its minute is new.</summary>
        public bool Add(ulong key, long minute)
        {
            Count++;
            foreach (var (known, keys) in _minutes)
            {
                if (known != minute)
                    continue;
                keys.Add(key);
                return false;
            }
            var added = new KeySet();
            added.Add(key);
            _minutes.Add((minute, added));
            return true;
        }

        public int Drop(long minute)
        {
            var at = _minutes.FindIndex(m => m.Minute == minute);
            var dropped = _minutes[at].Keys.Count;
            _minutes.RemoveAt(at);
            Count -= dropped;
            return dropped;
        }
    }
}
