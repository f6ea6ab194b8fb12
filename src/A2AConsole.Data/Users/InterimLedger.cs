using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Users;

/// <summary>Applies changes without a ledger, where no writer is registered.</summary>
public sealed class InterimLedger(IDbContextFactory<ConsoleDbContext> contexts) : ILedger
{
    private long _size;
    public LedgerHead Head { get; private set; } = new(0, new byte[32], "", DateTimeOffset.UnixEpoch);
    public event Action<LedgerHead>? Committed;
    public bool TryAdmit(AdmissionRequest request, out Task<AdmissionResult> result) => throw new NotSupportedException();
    public async Task<LedgerReceipt> RecordAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change = null, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var index = Interlocked.Increment(ref _size) - 1;
        change?.Invoke(db, index);
        await db.SaveChangesAsync(cancellationToken);
        Head = new(index + 1, new byte[32], "", leaf.At);
        Committed?.Invoke(Head);
        return new(index, Head);
    }
}
