using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Data.Writing;

/// <summary>Something that waits for the writer.</summary>
internal abstract class Work(int events, long bytes)
{
    public int Events { get; } = events;

    public long Bytes { get; } = bytes;

    public abstract void Fail(Exception error);
}

/// <summary>One request's events.</summary>
internal sealed class AdmissionWork(AdmissionRequest request, long bytes) : Work(request.Items.Count, bytes)
{
    // Continuations leave the writer's thread at once.
    private readonly TaskCompletionSource<AdmissionResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AdmissionRequest Request { get; } = request;
    public ItemResult[] Results { get; } = new ItemResult[request.Items.Count];
    /// <summary>Index of the first of this request's probes in the group, where it has events with keys.</summary>
    public int FirstProbe { get; set; }
    public Task<AdmissionResult> Task => _done.Task;

    public void Complete(LedgerHead head) => _done.TrySetResult(new AdmissionResult(Results, head));

    public override void Fail(Exception error) => _done.TrySetException(error);
}

/// <summary>One leaf with a change of the model.</summary>
internal sealed class RecordWork(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change, bool isKeyed, string? certificate) : Work(1, 1024)
{
    private readonly TaskCompletionSource<LedgerReceipt> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LedgerLeaf Leaf { get; } = leaf;
    /// <summary>Encoded by whoever records it: a leaf that cannot be written fails its own caller; on the writer it would fail the whole group.</summary>
    public byte[] LeafBytes { get; } = LeafEncoding.Encode(leaf);
    public Action<ConsoleDbContext, long>? Change { get; } = change;
    /// <summary>Whether it may be saved together with its neighbours.</summary>
    public bool IsKeyed { get; } = isKeyed;
    /// <summary>The serial of the certificate that the change begins with, if it does with one.</summary>
    public string? Certificate { get; } = certificate;
    public long LeafIndex { get; set; } = -1;
    public Task<LedgerReceipt> Task => _done.Task;

    public void Complete(LedgerHead head) => _done.TrySetResult(new LedgerReceipt(LeafIndex, head));

    public override void Fail(Exception error) => _done.TrySetException(error);
}

/// <summary>Upkeep without a leaf, in a transaction of its own on the writer's connection, so that nobody else writes the file.</summary>
internal sealed class UpkeepWork(Action<ConsoleDbContext> change) : Work(1, 1024)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Action<ConsoleDbContext> Change { get; } = change;
    public Task Task => _done.Task;

    public void Complete() => _done.TrySetResult();

    public override void Fail(Exception error) => _done.TrySetException(error);
}
