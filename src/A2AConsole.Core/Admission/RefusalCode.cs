namespace A2AConsole.Core.Admission;

/// <summary>Why an event was refused. The wire and the store speak <see cref="Refusal.Text"/>, never the number.</summary>
public enum RefusalCode
{
    TooLarge,
    RateLimited,
    Malformed,
    DuplicateMember,
    UnknownCriticalMember,
    UnsupportedPayloadType,
    SignatureMissing,
    SignatureInvalid,
    WrongSigner,
    SignatureIncomplete,
    AlgorithmForbidden,
    BatchProofInvalid,
    SourceMismatch,
    AudienceNotServed,
    Stale,
    Expired,
    NotYetValid,
    LifetimeTooLong,
    Replayed,
    IdempotencyConflict,
    UnknownType,
    SchemaViolation,
    EnvelopeMissing,
    MessageIdDiffers,
    AudienceDiffers,
    PartsNotSigned,
    PartsDiffer,
    HopsUnexpected,
}

/// <summary>What each <see cref="RefusalCode"/> means: its stable text, the check that gives it, the HTTP status and a title.</summary>
/// <param name="Code">The code.</param>
/// <param name="Text">The stable kebab-case code on the wire (RFC 9457 member <c>code</c>), in leaves and in URLs.</param>
/// <param name="Check">The admission check that refuses with it.</param>
/// <param name="Status">The HTTP status when a single event is posted.</param>
/// <param name="Title">A short sentence for people.</param>
public sealed record Refusal(RefusalCode Code, string Text, AdmissionCheck Check, int Status, string Title)
{
    /// <summary>Every refusal, in the checks' order.</summary>
    public static IReadOnlyList<Refusal> All { get; } =
    [
        new(RefusalCode.TooLarge, "too-large", AdmissionCheck.Size, 413, "The event is larger than the limit"),
        new(RefusalCode.RateLimited, "rate-limited", AdmissionCheck.Rate, 429, "The agent sends more than its rate allows"),
        new(RefusalCode.Malformed, "malformed", AdmissionCheck.Parse, 400, "The envelope or the event cannot be read"),
        new(RefusalCode.DuplicateMember, "duplicate-member", AdmissionCheck.Parse, 400, "A JSON member appears twice"),
        new(RefusalCode.UnknownCriticalMember, "unknown-critical-member", AdmissionCheck.Parse, 400, "A member marked critical is not understood"),
        new(RefusalCode.EnvelopeMissing, "envelope-missing", AdmissionCheck.Parse, 400, "The A2A message carries no signed event"),
        new(RefusalCode.UnsupportedPayloadType, "unsupported-payload-type", AdmissionCheck.Parse, 415, "The payload type is not one that is taken here"),
        new(RefusalCode.SignatureMissing, "signature-missing", AdmissionCheck.Signature, 401, "The envelope carries no signature"),
        new(RefusalCode.SignatureInvalid, "signature-invalid", AdmissionCheck.Signature, 401, "The signature does not verify with the certificate's key"),
        new(RefusalCode.WrongSigner, "wrong-signer", AdmissionCheck.Signature, 401, "The envelope names another key than the certificate's"),
        new(RefusalCode.SignatureIncomplete, "signature-incomplete", AdmissionCheck.Signature, 401, "The envelope lacks one of the two signatures that its agent needs"),
        new(RefusalCode.AlgorithmForbidden, "algorithm-forbidden", AdmissionCheck.Signature, 401, "The key's algorithm is not allowed"),
        new(RefusalCode.BatchProofInvalid, "batch-proof-invalid", AdmissionCheck.Signature, 401, "The event is not under the batch's signed root"),
        new(RefusalCode.SourceMismatch, "source-mismatch", AdmissionCheck.Signature, 403, "The event's source is not the agent on the connection"),
        new(RefusalCode.AudienceNotServed, "audience-not-served", AdmissionCheck.Signature, 403, "The event is for an agent of another environment"),
        new(RefusalCode.MessageIdDiffers, "message-id-differs", AdmissionCheck.Signature, 422, "The A2A message has another id than the event that it carries"),
        new(RefusalCode.AudienceDiffers, "audience-differs", AdmissionCheck.Signature, 422, "The event is not for the agent that the A2A message was sent to"),
        new(RefusalCode.PartsNotSigned, "parts-not-signed", AdmissionCheck.Signature, 422, "The A2A message holds content that nobody signed"),
        new(RefusalCode.PartsDiffer, "parts-differ", AdmissionCheck.Signature, 422, "The A2A message says something other than its signed event"),
        new(RefusalCode.HopsUnexpected, "hops-unexpected", AdmissionCheck.Signature, 422, "The A2A message brings hops though it comes from its origin"),
        new(RefusalCode.Stale, "stale", AdmissionCheck.Freshness, 422, "The event is too old"),
        new(RefusalCode.Expired, "expired", AdmissionCheck.Freshness, 422, "The event has expired"),
        new(RefusalCode.NotYetValid, "not-yet-valid", AdmissionCheck.Freshness, 422, "The event's time is in the future"),
        new(RefusalCode.LifetimeTooLong, "lifetime-too-long", AdmissionCheck.Freshness, 422, "The event claims to be valid for longer than is allowed"),
        new(RefusalCode.Replayed, "replayed", AdmissionCheck.Replay, 409, "The nonce or the message id was used before"),
        new(RefusalCode.IdempotencyConflict, "idempotency-conflict", AdmissionCheck.Idempotency, 409, "The idempotency key was used for other content"),
        new(RefusalCode.UnknownType, "unknown-type", AdmissionCheck.Schema, 422, "The event's type is not registered"),
        new(RefusalCode.SchemaViolation, "schema-violation", AdmissionCheck.Schema, 422, "The event's data does not match its schema"),
    ];

    private static readonly Refusal[] ByCode = [.. All.OrderBy(r => r.Code)];
    private static readonly Dictionary<string, Refusal> ByText = All.ToDictionary(r => r.Text, StringComparer.Ordinal);

    /// <summary>The refusal of a code.</summary>
    public static Refusal Of(RefusalCode code) => ByCode[(int)code];

    /// <summary>The refusal of a wire text, or null when there is none.</summary>
    public static Refusal? Find(string text) => ByText.GetValueOrDefault(text);
}
