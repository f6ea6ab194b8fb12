using A2AConsole.Core.Crypto;

namespace A2AConsole.Trust.Algorithms;

/// <summary>The site's decisions about algorithms: the one way to change them, and what counts now.</summary>
public interface IAlgorithmPolicies
{
    /// <summary>What counts at this moment.</summary>
    AlgorithmPolicy Current { get; }

    /// <summary>
    /// What <see cref="SetAsync"/> would refuse, or null: for a form that says so while it is filled in.
    /// </summary>
    AlgorithmFault? Check(AlgorithmChange change);

    /// <summary>
    /// Takes a decision: recorded on the ledger with its reason, then in force at once in this process, and in the others within a
    /// quarter of a minute. Returns why it cannot be taken, or null.
    /// </summary>
    Task<AlgorithmFault?> SetAsync(AlgorithmChange change, string reason, string actor, CancellationToken cancellationToken = default);
}

/// <summary>A decision about one or several uses of an algorithm.</summary>
/// <param name="Algorithm">The algorithm's id in the registry.</param>
/// <param name="Uses">For which uses; all or none of them are decided.</param>
/// <param name="Status">How it is taken from now on.</param>
/// <param name="NotAfter">For a deprecation: from when on it is refused (UTC).</param>
public sealed record AlgorithmChange(string Algorithm, AlgorithmUses Uses, AlgorithmStatus Status, DateTimeOffset? NotAfter = null);
