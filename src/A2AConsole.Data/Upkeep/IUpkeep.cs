namespace A2AConsole.Data.Upkeep;

/// <summary>
/// Writes what needs no leaf of its own (counters, times last seen, what has outlived its time) on the ledger's writer, so that
/// nobody else writes to the store. Whatever changes trust goes through <see cref="Ledger.ILedger.RecordAsync"/> instead.
/// </summary>
public interface IUpkeep
{
    /// <summary>
    /// Runs a change between two groups, in a transaction of its own, and saves it. Keep it short: events wait for it. An
    /// exception of <paramref name="change"/> comes back and nothing is written.
    /// </summary>
    Task ApplyAsync(Action<ConsoleDbContext> change);
}

/// <inheritdoc/>
internal sealed class WriterUpkeep(Writing.LedgerWriter writer) : IUpkeep
{
    public Task ApplyAsync(Action<ConsoleDbContext> change) => writer.UpkeepAsync(change);
}
