namespace A2AConsole.Data.Ledger;

/// <summary>Whether the ledger takes what is brought to it. The sentences are for logs and administrators, not for strangers.</summary>
public interface ILedgerHealth
{
    /// <summary>Why the writer has ended for good, so that only a new process helps; null while it runs.</summary>
    string? Ended { get; }

    /// <summary>Writes something that changes nothing: null when the store took it, else why not. Costs a small commit.</summary>
    Task<string?> LookAsync(CancellationToken cancellationToken = default);
}
