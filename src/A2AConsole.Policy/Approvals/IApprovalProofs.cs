namespace A2AConsole.Policy.Approvals;

/// <summary>Gives what proves an approval without us, for the agents that act on it.</summary>
public interface IApprovalProofs
{
    /// <summary>The proof as one JSON value; null when there is none of that number.</summary>
    Task<ReadOnlyMemory<byte>?> ProofAsync(int approvalId, CancellationToken cancellationToken);
}
