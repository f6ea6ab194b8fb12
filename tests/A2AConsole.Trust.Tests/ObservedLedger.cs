using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Ledger;
using A2AConsole.Testing;

namespace A2AConsole.Trust.Tests;

/// <summary>The real ledger, with what was recorded since the start at hand, and a way to fail that needs no broken disk.</summary>
internal sealed class ObservedLedger(ILedger inner) : ILedger
{
    private readonly List<(long Index, LedgerLeaf Leaf)> _leaves = [];

    private event Action? Recorded;

    public bool IsFailing { get; set; }

    /// <summary>Runs before a leaf is handed on: what happens between a decision and its transaction.</summary>
    public Func<LedgerLeaf, Task>? Before { get; set; }

    /// <summary>The leaves recorded since this start, in the ledger's order.</summary>
    public IReadOnlyList<LedgerLeaf> Leaves
    {
        get
        {
            lock (_leaves)
                return [.. _leaves.OrderBy(l => l.Index).Select(l => l.Leaf)];
        }
    }

    public LedgerHead Head => inner.Head;

    public event Action<LedgerHead>? Committed
    {
        add => inner.Committed += value;
        remove => inner.Committed -= value;
    }

    public bool TryAdmit(AdmissionRequest request, out Task<AdmissionResult> result) => inner.TryAdmit(request, out result);

    public async Task<LedgerReceipt> RecordAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change = null, CancellationToken cancellationToken = default)
    {
        if (IsFailing)
            throw new LedgerUnavailableException("the disk is full");
        if (Before is { } before)
            await before(leaf);
        var receipt = await inner.RecordAsync(leaf, change, cancellationToken);
        lock (_leaves)
            _leaves.Add((receipt.LeafIndex, leaf));
        Recorded?.Invoke();
        return receipt;
    }

    /// <summary>The first leaf of a kind, as soon as it is recorded.</summary>
    public Task<LedgerLeaf> RecordedAsync(Func<LedgerLeaf, bool> isIt)
    {
        Action? heard = null;
        return Eventually.FindAsync(() => Task.FromResult(Leaves.FirstOrDefault(isIt)), changed => Recorded += heard = changed, () => Recorded -= heard);
    }
}
