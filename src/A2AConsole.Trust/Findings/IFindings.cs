using A2AConsole.Data.Entities;

namespace A2AConsole.Trust.Findings;

/// <summary>
/// Where every part of the system says what weakness it saw. An open finding of the same kind and subject is counted, not
/// doubled; opening and closing are ledger leaves, and with them the console's signal.
/// </summary>
public interface IFindings
{
    /// <summary>
    /// Reports that something was seen. Returns when a new finding is durable; seeing it again costs a dictionary look-up and is
    /// written at most once a minute, with the newest detail. Texts that are too long are cut.
    /// </summary>
    Task ReportAsync(FindingReport report, CancellationToken cancellationToken = default);

    /// <summary>
    /// Closes the open finding of this kind and subject: <paramref name="by"/> is <c>system</c> when what it said no longer holds,
    /// else <c>user:&lt;name&gt;</c>. False when none is open.
    /// </summary>
    Task<bool> ResolveAsync(FindingKind kind, string subject, string by, string reason, CancellationToken cancellationToken = default);

    /// <summary>The subjects of the open findings of a kind.</summary>
    Task<IReadOnlyCollection<string>> OpenSubjectsAsync(FindingKind kind, CancellationToken cancellationToken = default);
}

/// <summary>One sighting of a weakness.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">What it is about, within its kind: a SPIFFE ID, a serial, a key id, a role, an algorithm. ASCII.</param>
/// <param name="AgentNumber">The agent that it concerns, where it is one.</param>
/// <param name="Detail">One sentence for people: what is wrong and what would be right.</param>
/// <param name="Measured">What was found, beside…</param>
/// <param name="Reference">…what was expected.</param>
public sealed record FindingReport(FindingKind Kind, string Subject, int? AgentNumber, string Detail, string? Measured = null, string? Reference = null)
{
    /// <summary>How often it was seen.</summary>
    public long Times { get; init; } = 1;

    /// <summary>When it was seen last; null: now.</summary>
    public DateTimeOffset? At { get; init; }
}
