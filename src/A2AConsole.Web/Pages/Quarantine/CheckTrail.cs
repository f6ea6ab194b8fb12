using A2AConsole.Core.Admission;

namespace A2AConsole.Web.Pages.Quarantine;

/// <summary>How a check ended for a refused event.</summary>
public enum CheckOutcome { Passed, Failed, NotReached }

/// <summary>One check of a refused event.</summary>
public sealed record CheckStep(AdmissionCheck Check, CheckOutcome Outcome);

/// <summary>
/// What a refusal's code tells of the checks: those before it were passed, those after it were not made. Codes of connections
/// and summaries are no check's.
/// </summary>
public static class CheckTrail
{
    /// <summary>The checks in their order, or none when the code is not of an event's check.</summary>
    public static IReadOnlyList<CheckStep> Of(string code)
    {
        if (Refusal.Find(code) is not { } refusal)
            return [];
        return [.. Enum.GetValues<AdmissionCheck>().Select(check => new CheckStep(check,
            check < refusal.Check ? CheckOutcome.Passed : check == refusal.Check ? CheckOutcome.Failed : CheckOutcome.NotReached))];
    }

    /// <summary>What the sender would have to do otherwise.</summary>
    public static string? WhatWouldBeRight(string code) => Refusal.Find(code) is { } refusal ? Remedy(refusal.Code) : null;

    private static string Remedy(RefusalCode code) => code switch
    {
        RefusalCode.TooLarge => "Send less in one event: refer to documents by digest instead of carrying them.",
        RefusalCode.RateLimited => "Send slower, or have the agent's rate raised; the same bytes may be sent again.",
        RefusalCode.Malformed => "One JSON envelope with payloadType, payload (base64) and one signature; inside, a CloudEvents 1.0 event with id, source, type, time, expires, nonce and data.",
        RefusalCode.DuplicateMember => "Each member once: two readers must never see two different values.",
        RefusalCode.UnknownCriticalMember => "Name in \"critical\" only what this edge understands, or leave the attribute uncritical.",
        RefusalCode.UnsupportedPayloadType => "payloadType application/cloudevents+json (or the batch's own for a batch root).",
        RefusalCode.EnvelopeMissing => "metadata[\"urn:a2aconsole:extension:envelope:v1\"] with the event's DSSE envelope; the URI in the message's extensions and in the header A2A-Extensions.",
        RefusalCode.MessageIdDiffers => "messageId as the event's id.",
        RefusalCode.AudienceDiffers => "audience in the event: the SPIFFE ID of the agent that the message is sent to.",
        RefusalCode.PartsNotSigned => "Data parts only, equal to the event's data, without file name or metadata.",
        RefusalCode.PartsDiffer => "Each part equal to the event's data: the same members, strings and numbers.",
        RefusalCode.HopsUnexpected => "hops: [] from an origin; those who pass a message on add theirs.",
        RefusalCode.SignatureMissing => "Exactly one signature over PAE(payloadType, payload).",
        RefusalCode.SignatureInvalid => "Sign PAE(payloadType, payload) with the key of the TLS certificate, ECDSA P-256 with SHA-256, 64 bytes in P1363 form. A single changed byte breaks it: look for whoever touched the payload on the way.",
        RefusalCode.SignatureIncomplete => "Both signatures in one envelope, over the same PAE(payloadType, payload): one with each of the two keys that the certificate names. The detail says which is missing.",
        RefusalCode.WrongSigner => "Leave keyid out, or name the SHA-256 of the certificate's public key. Another agent's key never counts.",
        RefusalCode.AlgorithmForbidden => "ECDSA P-256 with SHA-256.",
        RefusalCode.BatchProofInvalid => "The event's bytes, index and inclusion path must lead to the root that was signed.",
        RefusalCode.SourceMismatch => "source must be the SPIFFE ID of the certificate on the connection. If another agent's name is in it, somebody may be trying to speak for it.",
        RefusalCode.AudienceNotServed => "audience must be an agent of an environment that this edge serves.",
        RefusalCode.Stale => "Send within five minutes of the event's time; sign anew with the time as it is.",
        RefusalCode.Expired => "Send before expires, or sign anew with a later one.",
        RefusalCode.NotYetValid => "Set the sender's clock: its time lies more than a minute ahead of ours.",
        RefusalCode.LifetimeTooLong => "At most 15 minutes between time and expires.",
        RefusalCode.Replayed => "A new event needs a new id and nonce. A retry keeps its idempotency key and gets the earlier receipt. If the agent did not send this twice, somebody recorded and replayed it.",
        RefusalCode.IdempotencyConflict => "A new key for new content; the key was used for something else within the last day.",
        RefusalCode.UnknownType => "Register the type's schema, or send a type that is known.",
        RefusalCode.SchemaViolation => "data as the type's schema says; the detail names the place.",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, null),
    };
}
