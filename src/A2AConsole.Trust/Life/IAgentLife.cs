using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;

namespace A2AConsole.Trust.Life;

/// <summary>
/// What people do to an agent during its life. Every step is a ledger leaf with its reason, durable when the task completes, and
/// in force at the edge by then. Null: done; else why not. Who may do it was decided by the caller. A reason is 1 to 200 characters.
/// </summary>
public interface IAgentLife
{
    /// <summary>Holds an agent back: the edge refuses it at once, its connections are closed, its certificates go on hold.</summary>
    Task<LifeRefusal?> SuspendAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>Undoes a suspension: certificates that have not expired count again.</summary>
    Task<LifeRefusal?> ResumeAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>Takes an agent out of service for good: its certificates are revoked, nothing is ever issued to it again.</summary>
    Task<LifeRefusal?> RetireAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks an agent for a new key and certificate: it hears of it with the edge's next answer and renews at once. The certificates
    /// before it are revoked as superseded a minute after.
    /// </summary>
    Task<LifeRefusal?> RequestRotationAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>Puts somebody (a user name), or null for nobody, in charge of an agent.</summary>
    Task<LifeRefusal?> AssignOwnerAsync(int agentNumber, string? owner, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>Says who answers for which duty; a null or empty holder leaves the duty open. Duties not named stay as they are.</summary>
    Task<LifeRefusal?> SetResponsibilitiesAsync(int agentNumber, IReadOnlyDictionary<Duty, string?> holders, string actor, string reason, CancellationToken cancellationToken = default);
}
