namespace A2AConsole.Core.Notices;

/// <summary>When a notice that could not be sent is tried again.</summary>
public static class NoticeSchedule
{
    /// <summary>After so many attempts it is given up.</summary>
    public const int MostAttempts = 8;

    /// <summary>From so many attempts on somebody is told that the way does not work.</summary>
    public const int TellAfter = 3;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(15), Longest = TimeSpan.FromMinutes(30);

    /// <summary>The moment of the next attempt after <paramref name="attempts"/> failed ones; null when it is given up.</summary>
    public static DateTimeOffset? Next(int attempts, DateTimeOffset now)
        => attempts >= MostAttempts ? null : now + TimeSpan.FromTicks(Math.Min(First.Ticks << (Math.Max(attempts, 1) - 1), Longest.Ticks));
}
