using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;

namespace A2AConsole.Data.Queries;

/// <summary>Where the work on the listed alerts stands.</summary>
public enum AlertWork
{
    /// <summary>Nobody looked yet.</summary>
    New,
    /// <summary>Somebody works on them, alone or within an incident.</summary>
    Open,
    Closed,
    All,
}

/// <summary>In which order alerts are listed; what is equal in it, newest first.</summary>
public enum AlertSort
{
    /// <summary>The gravest first.</summary>
    Severity,
    /// <summary>The newest first.</summary>
    Time,
    /// <summary>By what the ranker, learned from verdicts, thinks: the likeliest first.</summary>
    Rank,
}

/// <summary>Which alerts to list. Nulls do not filter; times are UTC.</summary>
public sealed record AlertFilter
{
    public AlertWork Work { get; init; } = AlertWork.All;
    /// <summary>This grave at least.</summary>
    public AlertSeverity? Severity { get; init; }
    public AlertGroup? Group { get; init; }
    public AlertKind? Kind { get; init; }
    /// <summary>A SPIFFE ID, or a part of one.</summary>
    public string? Agent { get; init; }
    /// <summary>User name of who works on them; empty: nobody's.</summary>
    public string? Assignee { get; init; }
    public long? Incident { get; init; }
    /// <summary>Seen at this moment or after it…</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>…and before this one.</summary>
    public DateTimeOffset? To { get; init; }
    /// <summary>Part of the sentence, of the cause or of the agent.</summary>
    public string? Text { get; init; }
}

/// <summary>An alert in a list; <paramref name="Id"/> is the leaf that raised it. Times are UTC, money in ten-thousandths of the currency's unit.</summary>
public sealed record AlertRow(
    long Id, AlertKind Kind, AlertGroup Group, AlertSeverity Severity, AlertState State, AlertVerdict? Verdict, string AgentId, int? AgentNumber, string Role, string Cause, string Sentence,
    double Score, double? Rank, long Count, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, DateTimeOffset RaisedAt, long Money, string? Currency, string? Assignee, long? IncidentId, string? Demo);

/// <summary>How many alerts pass a filter, by where the work on them stands.</summary>
public sealed record AlertCounts(int New, int Open, int Closed)
{
    public int All => New + Open + Closed;

    /// <summary>How many there are of one tab.</summary>
    public int Of(AlertWork work) => work switch
    {
        AlertWork.New => New,
        AlertWork.Open => Open,
        AlertWork.Closed => Closed,
        _ => All,
    };
}
