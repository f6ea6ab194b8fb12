namespace A2AConsole.Core.Quarantine;

/// <summary>Where the work on a quarantined item stands.</summary>
public enum QuarantineState
{
    /// <summary>Nobody has decided.</summary>
    Waiting,
    /// <summary>Put before managers: they decide.</summary>
    Escalated,
    Released,
    Rejected,
}

/// <summary>One step of the work on an item.</summary>
public enum QuarantineMove
{
    Noted,
    Assigned,
    Unassigned,
    Escalated,
    /// <summary>A release that the checks or policy did not let through; the item waits on.</summary>
    ReleaseRefused,
    Released,
    Rejected,
}

/// <summary>Why something is not done: a stable code, and a sentence that says what would be right.</summary>
public sealed record QuarantineFault(string Code, string Detail);

/// <summary>Who acts. <paramref name="Oversees"/>: a manager or administrator.</summary>
public sealed record QuarantineActor(string UserName, bool Oversees);

/// <summary>An item as the rules see it. Times are UTC.</summary>
/// <param name="Code">Why it was refused.</param>
/// <param name="State">Where the work on it stands.</param>
/// <param name="Owner">Who answers for its agent; null when it is nobody's.</param>
/// <param name="IsKept">Whether what was received is still there.</param>
/// <param name="IsBatched">Whether it came in a signed batch: its proof was not kept.</param>
/// <param name="IsTask">Whether its sender was told that its task ended (A2A).</param>
/// <param name="Expires">The end that its sender set, as far as it could be read.</param>
public sealed record QuarantineCaseFacts(string Code, QuarantineState State, string? Owner, bool IsKept, bool IsBatched, bool IsTask, DateTimeOffset? Expires);

/// <summary>The rules of the work in quarantine.</summary>
public static class QuarantineRules
{
    public const int ShortestNote = 5;
    public const int LongestNote = 400;
    /// <summary>As many items a request as the one writer takes without making admissions wait for long.</summary>
    public const int MostAtOnce = 200;

    /// <summary>What is wrong with a note, or null.</summary>
    public static QuarantineFault? CheckNote(string? note)
        => note?.Trim().Length is null or < ShortestNote ? new("quarantine-note-missing", $"A note is needed, of {ShortestNote} characters at least: it is what an auditor will read.")
            : note.Trim().Length > LongestNote ? new("quarantine-note-long", $"A note has at most {LongestNote} characters.")
            : null;

    /// <summary>What is wrong with a number of items, or null.</summary>
    public static QuarantineFault? CheckCount(int items)
        => items == 0 ? new("quarantine-none", "Nothing is chosen.")
            : items > MostAtOnce ? new("quarantine-many", $"At most {MostAtOnce} items at once: this would be {items}. Narrow it.")
            : null;

    /// <summary>Why this person may not take this step, or null.</summary>
    public static QuarantineFault? Check(QuarantineMove move, QuarantineCaseFacts item, QuarantineActor actor, DateTimeOffset now)
    {
        if (move == QuarantineMove.Noted)
            return null;
        if (item.State is QuarantineState.Released or QuarantineState.Rejected)
            return new("quarantine-decided", item.State == QuarantineState.Released ? "It was released already; that cannot be taken back." : "It was rejected already; have it sent anew if it was right after all.");
        if (move == QuarantineMove.Escalated && item.State == QuarantineState.Escalated)
            return new("quarantine-escalated", "It is before the managers already.");
        if (item.State == QuarantineState.Escalated && !actor.Oversees)
            return new("quarantine-managers", "It was escalated: a manager or administrator decides.");
        return move == QuarantineMove.Released ? CheckRelease(item, actor, now) : null;
    }

    /// <summary>Why it is not released, whoever asks, or null.</summary>
    public static QuarantineFault? CheckReleasable(QuarantineCaseFacts item, DateTimeOffset now)
    {
        var answer = ReleaseRule.Of(item.Code);
        if (answer.Way == ReleaseWay.Never)
            return new("quarantine-never", answer.Why);
        if (item.IsBatched && answer.Way == ReleaseWay.Checks)
            return new("quarantine-never", "It came in a signed batch whose proof was not kept with it: have it sent anew.");
        if (item.IsTask)
            return new("quarantine-task", "Its sender was told that its task was rejected and may have sent it anew: a late delivery could do it twice. Have it sent again; policy decides as it is then.");
        if (!item.IsKept)
            return new("quarantine-gone", "What was received is no longer kept, so it cannot be checked or decided again.");
        if (answer.Way == ReleaseWay.Checks && item.Expires is { } end && end <= now)
            return new("quarantine-expired", $"Its sender let it count until {end.UtcDateTime:u}, which has passed: nobody prolongs what somebody else signed. Have it sent anew.");
        return null;
    }

    private static QuarantineFault? CheckRelease(QuarantineCaseFacts item, QuarantineActor actor, DateTimeOffset now)
        => CheckReleasable(item, now)
            ?? (item.Owner is { } owner && string.Equals(owner, actor.UserName, StringComparison.OrdinalIgnoreCase)
                ? new("quarantine-owner", "You answer for its agent: somebody else releases what your own agent sent.") : null);
}
