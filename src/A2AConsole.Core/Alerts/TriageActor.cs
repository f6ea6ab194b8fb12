namespace A2AConsole.Core.Alerts;

/// <summary>Who works on an alert or an incident.</summary>
/// <param name="UserName">Her user name.</param>
public sealed record TriageActor(string UserName);

/// <summary>What became of a step on one alert or incident.</summary>
/// <param name="Id">The alert's or incident's id.</param>
/// <param name="Done">Whether the step was taken.</param>
/// <param name="Code">A stable code when it was not.</param>
/// <param name="Detail">What came of it, or why not, in a sentence.</param>
public sealed record TriageResult(long Id, bool Done, string? Code, string Detail);

/// <summary>A request about alerts or incidents that cannot be carried out as a whole.</summary>
/// <param name="code">Stable, for machines.</param>
/// <param name="message">What is wrong, and what would be right.</param>
public sealed class TriageRefusedException(string code, string message) : Exception(message)
{
    /// <summary>Stable, for machines.</summary>
    public string Code { get; } = code;
}

/// <summary>Alerts that are not wanted for a while. Nulls do not narrow; one of the four must be set unless it is maintenance.</summary>
public sealed record SuppressionRequest(string Reason, DateTimeOffset From, DateTimeOffset Until)
{
    public Detection.AlertKind? Kind { get; init; }
    /// <summary>SPIFFE ID.</summary>
    public string? AgentId { get; init; }
    public string? Role { get; init; }
    public string? Cause { get; init; }
    /// <summary>A maintenance window: nothing is learned from it either.</summary>
    public bool IsMaintenance { get; init; }
}
