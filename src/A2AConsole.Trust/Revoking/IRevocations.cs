using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;

namespace A2AConsole.Trust.Revoking;

/// <summary>Takes certificates back: one, or all within a scope. In force at the edge before their rows are marked.</summary>
public interface IRevocations
{
    /// <summary>
    /// Revokes. Returns when all is durable and marked; <paramref name="progress"/> hears first that it is in force (which takes
    /// one commit, whatever the number), then how far the marking is. Who may do it was decided by the caller.
    /// Throws <see cref="ArgumentException"/> for a reason that can be lifted again (suspend the agent instead) and for a note that
    /// is empty or too long.
    /// </summary>
    Task<RevocationOutcome> RevokeAsync(RevocationRequest request, string actor, IProgress<RevocationProgress>? progress = null, CancellationToken cancellationToken = default);
}

/// <summary>What to revoke and why.</summary>
/// <param name="Scope">What it reaches.</param>
/// <param name="Target">The serial, SPIFFE ID, role, environment, organisation, or the authority's key id.</param>
/// <param name="Reason">RFC 5280's reason.</param>
/// <param name="Note">What the person who revokes says of it, 1 to 200 characters.</param>
public sealed record RevocationRequest(RevocationScope Scope, string Target, RevocationReason Reason, string Note);

/// <summary>How far a revocation is.</summary>
/// <param name="Marked">Certificates whose rows say so.</param>
/// <param name="Total">Certificates within the scope.</param>
public readonly record struct RevocationProgress(int Marked, int Total);

/// <summary>What came of it: the act's leaf and the number of certificates, or why it was not done.</summary>
public sealed record RevocationOutcome(long? Leaf, int Certificates, LifeRefusal? Refusal);
