namespace A2AConsole.Core.Provenance;

/// <summary>
/// What one who passed a message on states about it: an in-toto Statement (v1) whose subject is the envelope before it, in a DSSE
/// envelope of its own. The origin's bytes are never touched.
/// </summary>
public sealed record Hop
{
    /// <summary>DSSE's payload type.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>in-toto's statement type.</summary>
    public const string StatementType = "https://in-toto.io/Statement/v1";

    /// <summary>in-toto's predicate type.</summary>
    public const string PredicateType = "urn:a2aconsole:hop:v1";

    /// <summary>The message's id.</summary>
    public required string MessageId { get; init; }
    /// <summary>SHA-256 of the origin's signed payload, lower-case hex.</summary>
    public required string Message { get; init; }
    /// <summary><see cref="EnvelopeDigest"/> of the envelope before it (the origin's for the first hop), lower-case hex.</summary>
    public required string Previous { get; init; }
    /// <summary>Its place, from 0.</summary>
    public required int Index { get; init; }
    /// <summary>Who states it.</summary>
    public required string By { get; init; }
    /// <summary>Who handed the message over: the origin, or the hop before.</summary>
    public required string From { get; init; }
    /// <summary>To whom it was passed on.</summary>
    public required string To { get; init; }
    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>The serial (lower-case hex) of the certificate that <see cref="From"/> showed, where the connection showed one.</summary>
    public string? Certificate { get; init; }
    /// <summary>The index of the ledger leaf that recorded the message here, where it was recorded.</summary>
    public long? Leaf { get; init; }
}
