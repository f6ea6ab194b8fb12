namespace A2AConsole.Core.Approvals;

/// <summary>A request for approval as the rules see it.</summary>
/// <param name="IsOpen">Whether it still waits for people.</param>
/// <param name="Owner">The user name of the agent's owner, or null.</param>
/// <param name="Roles">Who may approve: any of these roles.</param>
/// <param name="Quorum">How many must.</param>
/// <param name="Tier">low, medium, high or critical.</param>
/// <param name="ExpiresAt">Its end.</param>
/// <param name="Cost">What it commits, in the smallest unit of the bundle's currency.</param>
/// <param name="Votes">What was said to it.</param>
public sealed record ApprovalCase(
    bool IsOpen, string? Owner, IReadOnlyList<string> Roles, int Quorum, string Tier, DateTimeOffset ExpiresAt, long Cost, IReadOnlyList<ApprovalSaid> Votes);

/// <summary>What one person said.</summary>
/// <param name="Approver">Who said it.</param>
/// <param name="OnBehalfOf">For whom, or null.</param>
/// <param name="Approves">Whether it counts towards the quorum.</param>
public sealed record ApprovalSaid(string Approver, string? OnBehalfOf, bool Approves);

/// <summary>Who is about to decide.</summary>
/// <param name="UserName">Her user name.</param>
/// <param name="Role">Her role.</param>
/// <param name="ActsFor">The people who delegated to her now, with their roles.</param>
public sealed record ApprovalActor(string UserName, string? Role, IReadOnlyList<ApprovalDelegator> ActsFor);

/// <summary>Somebody who delegated.</summary>
public sealed record ApprovalDelegator(string UserName, string? Role);

/// <summary>Why somebody may not decide: a stable code and a sentence that says what would be right.</summary>
public sealed record ApprovalRefusal(string Code, string Detail);

/// <summary>
/// Who may decide a request, and when it is decided. Pure: time is passed in. Separation of duties: the owner of the agent that asks never decides, not for somebody else either, and
/// nobody counts twice, whether as herself or by delegation.
/// </summary>
public static class ApprovalRules
{
    /// <summary>The longest reason.</summary>
    public const int MaxReason = 400;

    /// <summary>The shortest.</summary>
    public const int MinReason = 3;

    /// <summary>The highest tier of which several may be decided in one act.</summary>
    public const string HighestInBulk = "medium";

    /// <summary>The roles that hear of what waits too long, besides those who may decide it.</summary>
    public static IReadOnlyList<string> Overseers { get; } = ["Manager", "Administrator"];

    /// <summary>Whom an escalation adds to those who hear of a request: the roles that were not told of it before.</summary>
    public static IReadOnlyList<string> AddedByEscalation(IReadOnlyList<string> roles) => [.. Overseers.Except(roles, StringComparer.Ordinal)];

    /// <summary>Who hears of an escalation, in a sentence.</summary>
    public static string EscalationWords(IReadOnlyList<string> roles)
        => AddedByEscalation(roles) is { Count: > 0 } added ? $"{Capital(Words(roles))} are told again, and now {Words(added)}, too." : $"{Capital(Words(roles))} are told again.";

    /// <summary>Null when it may be decided together with others, else why not.</summary>
    public static ApprovalRefusal? WhyNotInBulk(string tier)
        => InBulk(tier) ? null : new("approval-not-in-bulk", $"A request of the tier {tier} is decided by itself: open it. Above {HighestInBulk} nothing is approved together with others.");

    /// <summary>In whose place she would decide: null for herself.</summary>
    public static string? OnBehalfOf(ApprovalCase request, ApprovalActor actor)
        => actor.Role is { } role && request.Roles.Contains(role, StringComparer.Ordinal) ? null
            : actor.ActsFor.FirstOrDefault(d => d.Role is { } theirs && request.Roles.Contains(theirs, StringComparer.Ordinal) && d.UserName != request.Owner && !HasSpoken(request, d.UserName))?.UserName;

    /// <summary>Null when she may decide now, else why not.</summary>
    public static ApprovalRefusal? WhyNot(ApprovalCase request, ApprovalActor actor, DateTimeOffset now)
    {
        if (!request.IsOpen)
            return new("approval-closed", "It has been decided, or it has ended.");
        if (now >= request.ExpiresAt)
            return new("approval-expired", "Its time is over; the agent may ask again.");
        if (request.Owner is { } owner && string.Equals(owner, actor.UserName, StringComparison.OrdinalIgnoreCase))
            return new("approval-own-agent", "You own the agent that asks: somebody else must decide.");
        if (HasSpoken(request, actor.UserName))
            return new("approval-twice", "You have decided it already; nobody counts twice.");
        var behalf = OnBehalfOf(request, actor);
        if (behalf is null && (actor.Role is not { } role || !request.Roles.Contains(role, StringComparer.Ordinal)))
            return new("approval-role", $"Only {Words(request.Roles)} decide this.");
        return null;
    }

    /// <summary>Null when this is a reason, else what is wrong with it.</summary>
    public static ApprovalRefusal? CheckReason(string? reason)
        => reason?.Trim() is not { Length: >= MinReason } given ? new("approval-reason", "Say why, in a few words: it is kept with the decision.")
            : given.Length > MaxReason ? new("approval-reason", $"A reason has at most {MaxReason} characters.") : null;

    /// <summary>Null when this limit covers what is asked for, else why it does not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">In the smallest unit of the bundle's currency; null: no limit of the approver's own.</param>
    public static ApprovalRefusal? CheckLimit(ApprovalCase request, long? limit)
        => limit is < 0 ? new("approval-limit", "A limit is not negative.")
            : limit > request.Cost ? new("approval-limit", "The limit is above what is asked for; approve it as it is.") : null;

    /// <summary>Whether enough people approved.</summary>
    public static bool IsReached(ApprovalCase request)
        => request.Votes.Where(v => v.Approves).Select(v => v.OnBehalfOf ?? v.Approver).Distinct(StringComparer.OrdinalIgnoreCase).Count() >= request.Quorum;

    /// <summary>Whether requests of this tier may be decided several at once.</summary>
    public static bool InBulk(string tier) => tier is "low" or HighestInBulk;

    private static bool HasSpoken(ApprovalCase request, string user)
        => request.Votes.Any(v => string.Equals(v.Approver, user, StringComparison.OrdinalIgnoreCase) || string.Equals(v.OnBehalfOf, user, StringComparison.OrdinalIgnoreCase));

    private static string Capital(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];

    private static string Words(IReadOnlyList<string> roles) => string.Join(" and ", roles.Select(r => r.ToLowerInvariant() + "s"));
}
