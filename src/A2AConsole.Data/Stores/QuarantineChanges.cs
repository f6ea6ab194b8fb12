using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Stores;

/// <summary>Puts into quarantine what was refused before it was an event, together with its leaf (<see cref="Ledger.ILedger.RecordAsync"/>).</summary>
public static class QuarantineChanges
{
    public static void Add(ConsoleDbContext context, QuarantineItem item) => context.QuarantineItems.Add(item);
}
