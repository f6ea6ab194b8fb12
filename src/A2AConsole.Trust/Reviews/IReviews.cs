using A2AConsole.Core.Reviews;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;

namespace A2AConsole.Trust;

/// <summary>
/// Periodic reviews of agents by their owners. Each step is a leaf of the ledger. What the rules do not allow comes as
/// <see cref="ReviewRefusedException"/> with a stable code and a sentence for people, and changes nothing.
/// </summary>
public interface IReviews
{
    /// <summary>Opens a campaign over the agents that its filter chooses now. Returns its number.</summary>
    Task<int> OpenAsync(ReviewPlan plan, ReviewActor actor, CancellationToken cancellationToken = default);

    /// <summary>Confirms, changes or retires an agent. A late decision ends the hold of its renewals.</summary>
    Task DecideAsync(int campaign, int agent, ReviewVerdict verdict, ReviewActor actor, CancellationToken cancellationToken = default);

    /// <summary>Hands agents' reviews to somebody else, or (null) back to their owners.</summary>
    Task DelegateAsync(int campaign, IReadOnlyCollection<int> agents, string? to, string reason, ReviewActor actor, CancellationToken cancellationToken = default);

    /// <summary>Reminds everybody whose decision is missing. Returns how many people that are.</summary>
    Task<int> RemindAsync(int campaign, ReviewActor actor, CancellationToken cancellationToken = default);

    /// <summary>Ends a campaign in which all is decided, or whose grace period is over, with a signed record.</summary>
    Task FinishAsync(int campaign, ReviewActor actor, CancellationToken cancellationToken = default);

    /// <summary>Gives a campaign up; renewals that it held go on.</summary>
    Task CancelAsync(int campaign, string reason, ReviewActor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// The finished campaign's file for people to keep: the signed record with its signer's chain and the ledger's proof of it
    /// (<see cref="Core.Ledger.Evidence"/>'s form), or null when there is none.
    /// </summary>
    Task<byte[]?> ExportAsync(int campaign, CancellationToken cancellationToken = default);

    /// <summary>Does what is due by itself: reminders, lapses. Returns how much that was.</summary>
    Task<ReviewRound> AdvanceAsync(CancellationToken cancellationToken = default);
}

/// <summary>A campaign to be opened. Times are UTC.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Agents">Which agents: environment, role, organisation, tier, owner count; the rest of the filter does not.</param>
/// <param name="DueAt">Until when it should be decided.</param>
/// <param name="GraceEndsAt">From then on undecided reviews hold renewals.</param>
/// <param name="IsDemo">Whether the demo plays it.</param>
public sealed record ReviewPlan(string Title, AgentFilter Agents, DateTimeOffset DueAt, DateTimeOffset GraceEndsAt, bool IsDemo = false);

/// <summary>What one round of upkeep did.</summary>
public sealed record ReviewRound(int Reminded, int Lapsed);
