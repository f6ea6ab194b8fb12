namespace A2AConsole.Core.Reviews;

/// <summary>Where one agent's review stands.</summary>
public enum ReviewStanding
{
    /// <summary>Waits for its reviewer, in time.</summary>
    Open,
    /// <summary>Past its due date; nothing happens yet.</summary>
    Overdue,
    /// <summary>Past its grace period: renewals are held until somebody decides.</summary>
    Lapsed,
    Decided,
}

/// <summary>The days of a review: when it is overdue, when a lapse bites, when its reviewer is reminded. All times are UTC.</summary>
/// <param name="OpenedAt">When the campaign began.</param>
/// <param name="DueAt">Until when it should be decided.</param>
/// <param name="GraceEndsAt">From then on an undecided review holds its agent's renewals.</param>
public sealed record ReviewSchedule(DateTimeOffset OpenedAt, DateTimeOffset DueAt, DateTimeOffset GraceEndsAt)
{
    /// <summary>The longest campaign, from its beginning to its due date.</summary>
    public static readonly TimeSpan LongestCampaign = TimeSpan.FromDays(366);

    /// <summary>The longest grace period.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromDays(90);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // How long before the due date a reviewer is reminded; a shorter campaign simply has fewer of these.
    private static readonly TimeSpan[] BeforeDue = [TimeSpan.FromDays(7), Day];

    /// <summary>What is wrong with the dates, or null.</summary>
    public string? Fault
        => DueAt <= OpenedAt ? "The due date must lie ahead."
            : DueAt - OpenedAt > LongestCampaign ? $"A campaign is due within {LongestCampaign.Days} days."
            : GraceEndsAt < DueAt ? "The grace period cannot end before the due date."
            : GraceEndsAt - DueAt > LongestGrace ? $"A grace period has at most {LongestGrace.Days} days."
            : null;

    /// <summary>Where a review of this campaign stands at <paramref name="now"/>.</summary>
    public ReviewStanding Standing(bool isDecided, DateTimeOffset now)
        => isDecided ? ReviewStanding.Decided
            : now >= GraceEndsAt ? ReviewStanding.Lapsed
            : now >= DueAt ? ReviewStanding.Overdue
            : ReviewStanding.Open;

    /// <summary>
    /// Whether the reviewer of an undecided review is to be reminded at <paramref name="now"/>: at the beginning, a week and a day
    /// before the due date, at the due date, and every day of the grace period. After a standstill one reminder stands for all
    /// that were missed.
    /// </summary>
    public bool IsReminderDue(DateTimeOffset? remindedAt, DateTimeOffset now)
        => now < GraceEndsAt && LastMoment(now) is { } moment && (remindedAt is not { } last || last < moment);

    private DateTimeOffset? LastMoment(DateTimeOffset now)
    {
        if (now < OpenedAt)
            return null;
        if (now >= DueAt)
            return DueAt + Day * Math.Floor((now - DueAt) / Day);
        var last = OpenedAt;
        foreach (var before in BeforeDue)
        {
            var moment = DueAt - before;
            if (moment > OpenedAt && moment <= now)
                last = moment;
        }
        return last;
    }
}
