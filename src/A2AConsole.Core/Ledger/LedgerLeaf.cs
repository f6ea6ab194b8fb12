using A2AConsole.Core.Admission;

namespace A2AConsole.Core.Ledger;

/// <summary>What a ledger leaf records.</summary>
public enum LeafKind
{
    /// <summary>An event that an agent sent: admitted or refused.</summary>
    Event,
    /// <summary>Refusals past an agent's per-minute limit, counted into one leaf.</summary>
    RefusalSummary,
    /// <summary>A connection that the edge refused before any event.</summary>
    Connection,
    /// <summary>A certificate issued, or refused, against a join token.</summary>
    Enrolment,
    /// <summary>A certificate renewed, or refused, over mutual TLS.</summary>
    Renewal,
    Revocation,
    SignIn,
    /// <summary>A change that an administrator or the system made.</summary>
    Administration,
    /// <summary>Evidence appraised: affirmed, or refused with what did not match.</summary>
    Attestation,
    /// <summary>A weakness that the system found, or that ended.</summary>
    Finding,
    /// <summary>What policy decided about a message, or what became of one that was held.</summary>
    Decision,
    /// <summary>A request for approval, or what a person said to it.</summary>
    Approval,
    /// <summary>A step in the life of a policy bundle, or of a grant.</summary>
    Policy,
    /// <summary>An alert of detection, or what somebody did about one.</summary>
    Alert,
    /// <summary>A step in the work on an incident.</summary>
    Incident,
}

/// <summary>How it ended.</summary>
public enum LeafVerdict
{
    Admitted,
    Refused,
    /// <summary>Done: an administrative change, an issuance, a sign-in.</summary>
    Done,
}

/// <summary>
/// One entry of the audit ledger: digests, verdict, times and ids, never a payload. Its encoding (UTF-8 JSON, members in the
/// order of the properties below, nulls left out, no white space) is what RFC 6962 hashes as a leaf.
/// </summary>
public sealed record LedgerLeaf
{
    public required LeafKind Kind { get; init; }
    public required LeafVerdict Verdict { get; init; }
    /// <summary>Why it was refused: <see cref="Refusal.Text"/> or a code of the authority or the edge.</summary>
    public string? Code { get; init; }
    /// <summary>When we recorded it (UTC, milliseconds).</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Who acted: an agent's SPIFFE ID, <c>user:&lt;name&gt;</c>, or <c>system</c>.</summary>
    public required string Actor { get; init; }
    /// <summary>Who or what was acted on, where that is not the actor.</summary>
    public string? Subject { get; init; }
    /// <summary>The serial (lower-case hex) of the certificate in play.</summary>
    public string? Certificate { get; init; }
    public string? MessageId { get; init; }
    public string? Type { get; init; }
    public string? Audience { get; init; }
    /// <summary>The event's own <c>time</c>.</summary>
    public DateTimeOffset? Time { get; init; }
    public DateTimeOffset? Expires { get; init; }
    /// <summary>SHA-256 of the signed payload, or of the bytes received when they could not be read; lower-case hex.</summary>
    public string? Digest { get; init; }
    /// <summary>Root (lower-case hex) of the signed batch that the event came in.</summary>
    public string? Batch { get; init; }
    /// <summary>How many refusals a summary stands for.</summary>
    public long? Count { get; init; }
    /// <summary>One sentence for people; no payload content. What quotes somebody else goes through <see cref="Sentence"/>.</summary>
    public string? Detail { get; init; }
    /// <summary>Set by the demo world: what the entry plays (<c>history</c>, <c>live</c>, <c>attack:replay</c>, …).</summary>
    public string? Demo { get; init; }

    /// <summary>A sentence that may quote what a stranger sent, cut to what a leaf has room for.</summary>
    public static string Sentence(string text) => text.Length <= MaxSentence ? text : text[..(MaxSentence - 1)] + '…';

    private const int MaxSentence = 500;
}
