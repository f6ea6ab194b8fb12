namespace A2AConsole.Core.Reviews;

/// <summary>Why something about a review is not done: a stable code, and a sentence that says what would be right.</summary>
public sealed record ReviewFault(string Code, string Detail);

/// <summary>Who acts. <paramref name="Oversees"/>: may act in any reviewer's place (an administrator or manager).</summary>
public sealed record ReviewActor(string UserName, bool Oversees);

/// <summary>One agent's review as a decision finds it.</summary>
/// <param name="Reviewer">Who was asked when the campaign began; null when nobody answered for the agent.</param>
/// <param name="Owner">Who answers for the agent now.</param>
/// <param name="Delegate">Who reviews in the owner's place.</param>
/// <param name="IsOpen">Whether the campaign runs.</param>
/// <param name="IsLate">Whether it ended without a decision on this agent, which still can be made up for.</param>
/// <param name="IsRetired">Whether the agent is out of service already.</param>
public sealed record ReviewCase(string? Reviewer, string? Owner, string? Delegate, bool IsOpen, bool IsLate, bool IsRetired)
{
    /// <summary>Whose decision it is: the agent's present owner; where there is none, who was asked in the beginning.</summary>
    public string? Responsible => Owner ?? Reviewer;
}

/// <summary>The rules of who decides what in a review.</summary>
public static class ReviewRules
{
    public const int ShortestReason = 5;
    public const int LongestReason = 500;
    public const int LongestTitle = 200;
    public const int MostAgents = 5_000;

    /// <summary>What is wrong with a campaign that somebody wants to open, or null.</summary>
    public static ReviewFault? CheckPlan(string title, int agents, ReviewSchedule schedule, ReviewActor actor)
        => !actor.Oversees ? new("review-not-permitted", "Administrators and managers open and end campaigns.")
            : title.Trim().Length is 0 or > LongestTitle ? new("review-title", $"A campaign has a title of 1 to {LongestTitle} characters.")
            : agents == 0 ? new("review-empty", "No active or suspended agent passes this filter: there is nothing to review.")
            : agents > MostAgents ? new("review-too-large", $"A campaign covers at most {MostAgents} agents and this filter takes {agents}: narrow it, by environment or role, say.")
            : schedule.Fault is { } fault ? new("review-dates", fault)
            : null;

    /// <summary>Why this person may not decide here, or null when she may.</summary>
    public static ReviewFault? CheckDecision(ReviewCase review, ReviewActor actor)
        => CheckAccess(review, actor, "decides")
            ?? (review.IsRetired ? new("review-agent-retired", "The agent is out of service for good: there is nothing left to decide.") : null);

    /// <summary>
    /// Why this person may not name another owner or say who answers for what, or null when she may. A delegate does not: she
    /// judges in the owner's place, and could make herself the owner otherwise.
    /// </summary>
    public static ReviewFault? CheckReassignment(ReviewCase review, ReviewActor actor)
        => CheckDecision(review, actor)
            ?? (actor.Oversees || actor.UserName == review.Responsible ? null
                : new("review-delegate-reassigns", $"Who decides in {review.Responsible ?? "somebody"}'s place changes neither the owner nor who answers for what: confirm, retire, or leave a note; {(review.Responsible is { } responsible ? responsible + ", an" : "An")} administrator or manager may."));

    /// <summary>Why this person may not hand the review to somebody else, or null when she may. A delegate does not hand on.</summary>
    public static ReviewFault? CheckDelegation(ReviewCase review, ReviewActor actor, string? to)
        => CheckAccess(review with { Delegate = null }, actor, "hands over")
            ?? (to is not null && to == review.Responsible ? new("review-delegate-self", $"{to} reviews this agent already.") : null);

    /// <summary>What is wrong with a reason, or null.</summary>
    public static ReviewFault? CheckReason(string? reason)
        => reason?.Trim().Length is null or < ShortestReason ? new("review-reason-missing", $"A reason is needed, of {ShortestReason} characters at least: it is what an auditor will read.")
            : reason.Trim().Length > LongestReason ? new("review-reason-long", $"A reason has at most {LongestReason} characters.")
            : null;

    /// <summary>Why a campaign cannot be finished yet, or null.</summary>
    public static ReviewFault? CheckFinish(int undecided, ReviewSchedule schedule, ReviewActor actor, DateTimeOffset now)
        => !actor.Oversees ? new("review-not-permitted", "Administrators and managers open and end campaigns.")
            : undecided > 0 && schedule.Standing(false, now) != ReviewStanding.Lapsed
                ? new("review-undecided", $"{undecided} {(undecided == 1 ? "agent is" : "agents are")} not decided yet, and the grace period runs until {schedule.GraceEndsAt.UtcDateTime:u}.")
            : null;

    private static ReviewFault? CheckAccess(ReviewCase review, ReviewActor actor, string does)
    {
        if (!review.IsOpen && !review.IsLate)
            return new("review-closed", "The campaign has ended: what was decided in it stands.");
        if (actor.Oversees || actor.UserName == review.Responsible || (review.Delegate is not null && actor.UserName == review.Delegate))
            return null;
        return new("review-not-yours", review.Responsible is { } responsible
            ? $"{responsible} {does} here, or an administrator or manager in her place."
            : $"Nobody answers for this agent: an administrator or manager {does} here.");
    }
}
