using A2AConsole.Core.Admission;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Cli.Bench;

/// <summary>Stores events by the ledger's own writer, as batches that were checked elsewhere: history for a benchmark to run against.</summary>
internal static class Backlog
{
    private const int BatchSize = 100;
    private const int InFlight = 32;

    public static async Task WriteAsync(ILedger ledger, IReadOnlyList<BenchAgent> agents, long events, Action<string> progress, CancellationToken cancellationToken)
    {
        var pending = new Queue<Task<AdmissionResult>>();
        var batches = (events + BatchSize - 1) / BatchSize;
        for (long i = 0; i < batches; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (i % 2000 == 0)
                progress($"storing events: {i * BatchSize:N0} of {events:N0}");
            while (pending.Count >= InFlight)
                Confirm(await pending.Dequeue());
            var request = Batch(agents[(int)(i % agents.Count)]);
            Task<AdmissionResult> result;
            while (!ledger.TryAdmit(request, out result))
                Confirm(await pending.Dequeue());
            pending.Enqueue(result);
        }
        while (pending.Count > 0)
            Confirm(await pending.Dequeue());
    }

    private static void Confirm(AdmissionResult result)
    {
        if (result.Items.FirstOrDefault(i => i.Verdict != ItemVerdict.Admitted) is { Refusal: { } refusal })
            throw new InvalidOperationException($"a stored event was refused: {Refusal.Of(refusal).Text}");
    }

    private static AdmissionRequest Batch(BenchAgent agent)
    {
        var now = DateTimeOffset.UtcNow;
        var events = new ReadOnlyMemory<byte>[BatchSize];
        var hashes = new byte[BatchSize * MerkleHash.Size];
        Parallel.For(0, BatchSize, i =>
        {
            events[i] = EventPool.Event(agent, now);
            MerkleHash.Leaf(events[i].Span, hashes.AsSpan(i * MerkleHash.Size, MerkleHash.Size));
        });
        var root = new BatchRoot(hashes);
        return new()
        {
            AgentNumber = agent.Number,
            AgentId = agent.Id.Text,
            CertificateSerial = agent.Serial,
            ReceivedAt = now,
            RemoteAddress = "127.0.0.1",
            BatchEnvelope = BatchWriter.SignStatement(agent.Id.Text, root, now, agent.Key),
            BatchRoot = Convert.ToHexStringLower(root.Root.Span),
            Items = [.. events.Select(Item)],
        };
    }

    private static AdmissionItem Item(ReadOnlyMemory<byte> payload, int index)
        => AgentEventReader.TryRead(payload, out var read, out var fault)
            ? new() { Bytes = payload, Size = payload.Length, Digest = read.Claims.Digest, Facts = read.Claims, BatchIndex = index }
            : throw new InvalidOperationException(fault.Detail);
}
