using A2AConsole.Core.Approvals;
using A2AConsole.Core.Policies;
using A2AConsole.Data;
using A2AConsole.Data.Entities;

namespace A2AConsole.Policy.Approvals;

/// <summary>A held message that needs a person.</summary>
/// <param name="Held">The message as it is about to be held (not yet saved).</param>
/// <param name="Decision">What policy said: the reasons become the "why".</param>
/// <param name="Asked">What is asked, in a sentence: "Release shipment 0034… to NordShip".</param>
/// <param name="Amount">The amount that it names, or null.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Cost">In the smallest unit of <paramref name="CostCurrency"/>.</param>
/// <param name="CostCurrency">The bundle's currency.</param>
/// <param name="Risk">0 to 100.</param>
/// <param name="Tier">low, medium, high, critical.</param>
public sealed record ApprovalAsk(HeldMessage Held, PolicyDecision Decision, string Asked, string? Amount, string? Currency, long Cost, string CostCurrency, int Risk, string Tier)
{
    /// <summary>How many must approve.</summary>
    public int Quorum { get; init; } = 1;

    /// <summary>Who may: any of these roles of the console.</summary>
    public IReadOnlyList<string> ApproverRoles { get; init; } = [];

    /// <summary>What the risk is made of.</summary>
    public IReadOnlyList<RiskPoint> RiskPoints { get; init; } = [];
}

/// <summary>Opens requests for approval. Implemented beside the rest of approvals; called by whoever holds a message.</summary>
public interface IApprovalDesk
{
    /// <summary>
    /// Null when this may be asked; else why not, for its sender: <c>approvals-full</c> when too many of the agent's requests wait (approval flooding), <c>approval-digest</c> when an approval was
    /// asked for or given under the same name for another content. Asked before the message is held.
    /// </summary>
    ValueTask<ApprovalRefusal?> WhyNotAsync(ApprovalAsk ask, CancellationToken cancellationToken);

    /// <summary>
    /// Adds the request's rows, on the writer, in the transaction that holds the message. What <see cref="WhyNotAsync"/> asks is asked again there, where no other request comes in between; throws
    /// <see cref="ApprovalUnusableException"/> with its code when it does not stand any more.
    /// </summary>
    void Open(ConsoleDbContext context, ApprovalAsk ask, DateTimeOffset now);

    /// <summary>Uses the approval up, on the writer, in the transaction that releases its message. Throws <see cref="ApprovalUnusableException"/> when it was used, has ended or does not fit.</summary>
    void Use(ConsoleDbContext context, Deciding.ApprovalEvidence evidence, DateTimeOffset now);

    /// <summary>Withdraws what is pending for a message that waits no more, on the writer.</summary>
    void Withdraw(ConsoleDbContext context, long heldId, string why, DateTimeOffset now);
}

/// <summary>An approval cannot be used for this.</summary>
/// <param name="code">A stable code.</param>
/// <param name="message">Why, in a sentence.</param>
public sealed class ApprovalUnusableException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
