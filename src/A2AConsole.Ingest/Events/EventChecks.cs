using A2AConsole.Core.Admission;
using A2AConsole.Core.Envelopes;
using A2AConsole.Data.Ledger;
using A2AConsole.Ingest.Edge;

namespace A2AConsole.Ingest.Events;

/// <summary>A request's events after the checks that need no state, ready for the ledger.</summary>
/// <param name="Request">What the ledger is asked to admit.</param>
/// <param name="Granted">What it took from the agent's allowance.</param>
/// <param name="IsSingle">Whether it is answered as one event.</param>
/// <param name="Signed">With which of the agent's keys its events verified, all together.</param>
internal sealed record CheckedRequest(AdmissionRequest Request, int Granted, bool IsSingle, SignedWith Signed = SignedWith.None);

/// <summary>Runs Core's rules over a request's events on all cores that are idle, and makes their leaves there.</summary>
internal sealed class EventChecks(EventChecker checker, AgentRates rates)
{
    /// <summary>Checks a request's events.</summary>
    public async Task<CheckedRequest> RunAsync(EdgePeer peer, RequestItems items, DateTimeOffset now)
    {
        if (items.Shape == BodyShape.Batch)
            return await RunBatchAsync(peer, items.Items[0], now);
        var granted = Grant(peer, items.Items);
        var work = new EnvelopeWork(checker, peer, items.Items, granted, now);
        await work.RunAsync(items.Items.Count);
        return new(Request(peer, now, work.Results), granted, items.Shape == BodyShape.Single, work.Signed);
    }

    /// <summary>Puts back what a request took that the ledger had no room for.</summary>
    public void GiveBack(EdgePeer peer, CheckedRequest request) => rates.GiveBack(peer.AgentNumber, request.Granted);

    private async Task<CheckedRequest> RunBatchAsync(EdgePeer peer, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var granted = 0;
        if (!BatchCheck.TryOpen(checker, body, peer.Svid, now, count => granted = rates.Take(peer.AgentNumber, count), out var batch, out var fault))
            return new(Request(peer, now, [AdmissionItems.Unreadable(peer, body, now, fault)]), granted, IsSingle: true);
        using (batch)
        {
            await new BatchWork(batch).RunAsync(batch.Parts);
            var events = batch.Complete();
            var root = batch.Root;
            // Two microseconds each: not worth asking for help.
            var items = new AdmissionItem[events.Length];
            var signed = SignedWith.None;
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = AdmissionItems.Of(peer, events[i], root, now);
                signed |= events[i].SignedWith;
            }
            return new(Request(peer, now, items, batch.Envelope, root), granted, IsSingle: false, signed);
        }
    }

    // An oversize event is refused before the rate is asked, so it takes nothing of it.
    private int Grant(EdgePeer peer, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        var wanted = 0;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Length <= checker.Limits.MaxEventBytes)
                wanted++;
        }
        return rates.Take(peer.AgentNumber, wanted);
    }

    private AdmissionRequest Request(EdgePeer peer, DateTimeOffset now, AdmissionItem[] items, ReadOnlyMemory<byte> batch = default, string? root = null) => new()
    {
        AgentNumber = peer.AgentNumber,
        AgentId = peer.AgentId,
        CertificateSerial = peer.Serial,
        ReceivedAt = now,
        ReplayMargin = checker.Limits.Skew,
        RemoteAddress = peer.RemoteAddress,
        BatchEnvelope = batch,
        BatchRoot = root,
        Items = items,
    };

    /// <summary>Envelopes, each with a signature of its own.</summary>
    private sealed class EnvelopeWork(EventChecker checker, EdgePeer peer, IReadOnlyList<ReadOnlyMemory<byte>> items, int granted, DateTimeOffset now) : ParallelWork
    {
        // The first events of a request get what the rate allows; in one that it allows whole, which is nearly every one, nothing is counted.
        private readonly bool[]? _refused = Refused(items, granted, checker.Limits.MaxEventBytes);

        private int _signed;

        public AdmissionItem[] Results { get; } = new AdmissionItem[items.Count];

        public SignedWith Signed => (SignedWith)_signed;

        protected override void Do(int index)
        {
            var checkedEvent = checker.Check(items[index], peer.Svid, now, withinRate: _refused is null || !_refused[index]);
            // The first event of a request sets what nearly all others only read.
            var signed = (int)checkedEvent.SignedWith;
            if ((Volatile.Read(ref _signed) & signed) != signed)
                Interlocked.Or(ref _signed, signed);
            Results[index] = AdmissionItems.Of(peer, checkedEvent, null, now);
        }

        private static bool[]? Refused(IReadOnlyList<ReadOnlyMemory<byte>> items, int granted, int maxBytes)
        {
            bool[]? refused = null;
            for (var i = 0; i < items.Count; i++)
            {
                if (items[i].Length <= maxBytes && granted-- <= 0)
                    (refused ??= new bool[items.Count])[i] = true;
            }
            return refused;
        }
    }

    /// <summary>A signed batch: its one signature, and each event's reading and hashing.</summary>
    private sealed class BatchWork(BatchCheck batch) : ParallelWork
    {
        protected override void Do(int index) => batch.Run(index);
    }
}
