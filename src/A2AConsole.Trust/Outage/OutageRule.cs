namespace A2AConsole.Trust.Outage;

/// <summary>
/// When an authority counts as down: after two looks in a row that failed, from the first of them on. One look may hit a restart.
/// Values only.
/// </summary>
/// <param name="FirstFailure">The first failure of those in a row, or null.</param>
/// <param name="Failures">How many failed in a row.</param>
/// <param name="Why">What the last one gave.</param>
/// <param name="AnsweredAt">When it answered last.</param>
public sealed record OutageRule(DateTimeOffset? FirstFailure = null, int Failures = 0, string? Why = null, DateTimeOffset? AnsweredAt = null)
{
    private const int Certain = 2;

    /// <summary>Since when it is down; null while it is not, or not certainly.</summary>
    public DateTimeOffset? DownSince => Failures >= Certain ? FirstFailure : null;

    /// <summary>After one more look; <paramref name="failure"/> null: it answered.</summary>
    public OutageRule After(string? failure, DateTimeOffset at) => failure is null
        ? new OutageRule(AnsweredAt: at)
        : this with { FirstFailure = FirstFailure ?? at, Failures = Failures + 1, Why = failure };
}
