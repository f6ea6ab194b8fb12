using System.Collections.Concurrent;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Upkeep;

namespace A2AConsole.Trust.Algorithms;

/// <summary>
/// Who uses which algorithm, seen at the edge: in memory by agent and algorithm, written by the upkeep when it is new or a
/// quarter of an hour old. On the way of an event it costs one comparison.
/// </summary>
public sealed class AlgorithmUsage(IUpkeep upkeep, TimeProvider time)
{
    /// <summary>How old what is on record may get before it is written again.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMinutes(15);

    // Each change of the store holds the events' writer for some milliseconds.
    private const int WrittenAtOnce = 200;

    private ConcurrentDictionary<Key, Sighting> _seen = new();
    private readonly Dictionary<Key, DateTimeOffset> _written = [];
    private int _round = 1;

    private readonly record struct Key(int AgentNumber, SignatureAlgorithm Algorithm, AlgorithmUses Use);

    private readonly record struct Sighting(string SpiffeId, DateTimeOffset At);

    /// <summary>What a connection has noted in this round already; one for each, made with it.</summary>
    public sealed class Mark
    {
        internal int Value;
    }

    /// <summary>Notes what a request's events were signed with. Cheap where the connection has noted the same in this round.</summary>
    public void Note(Mark mark, int agentNumber, VerifiedSvid signer, SignedWith signed)
    {
        var value = Volatile.Read(ref mark.Value);
        var round = Volatile.Read(ref _round);
        if (signed == SignedWith.None || (value >> 2 == round && (value & (int)signed) == (int)signed))
            return;
        var sighting = new Sighting(signer.SpiffeId.Text, time.GetUtcNow());
        var seen = Volatile.Read(ref _seen);
        seen[new(agentNumber, signer.Key.Algorithm, AlgorithmUses.AgentKey)] = sighting;
        if ((signed & SignedWith.Key) != 0)
            seen[new(agentNumber, signer.Key.Algorithm, AlgorithmUses.Envelope)] = sighting;
        if ((signed & SignedWith.AlternativeKey) != 0)
            seen[new(agentNumber, signer.AlternativeKey!.Algorithm, AlgorithmUses.Envelope)] = sighting;
        // Two requests at once may forget each other's bit: it is noted once more.
        Volatile.Write(ref mark.Value, round << 2 | (value >> 2 == round ? value & 3 : 0) | (int)signed);
    }

    /// <summary>
    /// Ends a round: writes what is new or old enough, and returns all that was seen in it. One caller at a time. What could not
    /// be written is tried again with the next round in which it is seen.
    /// </summary>
    public async Task<IReadOnlyList<AlgorithmSeen>> FlushAsync()
    {
        var seen = Interlocked.Exchange(ref _seen, new());
        Interlocked.Increment(ref _round);
        var now = time.GetUtcNow();
        var due = seen.Where(s => !_written.TryGetValue(s.Key, out var at) || s.Value.At - at >= Freshness).ToList();
        foreach (var chunk in due.Chunk(WrittenAtOnce))
        {
            await upkeep.ApplyAsync(context => AlgorithmChanges.Note(context,
                [.. chunk.Select(s => new AlgorithmSighting(s.Key.AgentNumber, s.Key.Algorithm.Id, AlgorithmUseNames.NameOf(s.Key.Use), s.Value.At))]));
            foreach (var (key, sighting) in chunk)
                _written[key] = sighting.At;
        }
        foreach (var (key, at) in _written)
        {
            if (now - at > 4 * Freshness)
                _written.Remove(key);
        }
        return [.. seen.Select(s => new AlgorithmSeen(s.Key.AgentNumber, s.Value.SpiffeId, s.Key.Algorithm, s.Key.Use))];
    }
}

/// <summary>That an agent used an algorithm for something, in the round that ended.</summary>
public sealed record AlgorithmSeen(int AgentNumber, string SpiffeId, SignatureAlgorithm Algorithm, AlgorithmUses Use);
