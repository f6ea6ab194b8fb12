using System.Collections.Concurrent;
using A2AConsole.Core.Admission;

namespace A2AConsole.Ingest.Events;

/// <summary>How many events each agent may still send, over all of its connections.</summary>
internal sealed class AgentRates(AdmissionLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, Holder> _buckets = new();

    /// <summary>Takes up to <paramref name="wanted"/> events from the agent's allowance; returns how many it may have.</summary>
    public int Take(int agentNumber, int wanted)
    {
        var now = time.GetUtcNow();
        var holder = _buckets.GetOrAdd(agentNumber, static (_, start) => new Holder(TokenBucket.Full(start.limits, start.now)), (limits, now));
        lock (holder)
        {
            (var granted, holder.Bucket) = RateRule.Take(holder.Bucket, wanted, limits, now);
            return granted;
        }
    }

    /// <summary>Puts back what a request took that the ledger's queue had no room for.</summary>
    public void GiveBack(int agentNumber, int granted)
    {
        if (!_buckets.TryGetValue(agentNumber, out var holder))
            return;
        lock (holder)
            holder.Bucket = RateRule.GiveBack(holder.Bucket, granted, limits);
    }

    private sealed class Holder(TokenBucket bucket)
    {
        public TokenBucket Bucket { get; set; } = bucket;
    }
}
