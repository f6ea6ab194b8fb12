using A2AConsole.Core.Admission;

namespace A2AConsole.Web.Shared;

/// <summary>Refusal codes in words: those of admission, and those that only summaries and connections have.</summary>
public static class RefusalWords
{
    /// <summary>A short sentence for the code.</summary>
    public static string Title(string? code) => code switch
    {
        null => "Refused",
        "summary" => "Counted, not kept one by one",
        "policy-denied" => "Policy refused it",
        "policy-fault" => "Policy gave no proper answer",
        "approvals-full" => "Too many requests of its agent wait for people",
        _ => Refusal.Find(code)?.Title ?? Capital(code.Replace('-', ' ')),
    };

    /// <summary>Which check refuses with the code.</summary>
    public static string Check(string? code) => code is not null && Refusal.Find(code) is { } refusal ? Name(refusal.Check) : code is not null && Core.Quarantine.ReleaseRule.PolicyCodes.Contains(code) ? "Policy" : "Connection";

    /// <summary>A check's name on the screen.</summary>
    public static string Name(AdmissionCheck check) => check.ToString();

    /// <summary>What a check asks.</summary>
    public static string Question(AdmissionCheck check) => check switch
    {
        AdmissionCheck.Size => "Is it small enough?",
        AdmissionCheck.Rate => "Does the agent keep to its rate?",
        AdmissionCheck.Parse => "Can it be read, without doubles and surprises?",
        AdmissionCheck.Signature => "Did the certificate's own key sign it, as its source?",
        AdmissionCheck.Freshness => "Is it from now?",
        AdmissionCheck.Replay => "Is it new?",
        AdmissionCheck.Idempotency => "Does its idempotency key stand for this content?",
        AdmissionCheck.Schema => "Is its type registered, and its data as the type says?",
        _ => throw new ArgumentOutOfRangeException(nameof(check)),
    };

    /// <summary>What to do about a refusal, for the analyst who sees it.</summary>
    public static string WhatToDo(string? code) => code is not null && Refusal.Find(code) is { } refusal ? WhatToDo(refusal.Code) : code switch
    {
        "policy-denied" => "See which policies decided and why. When the agent should be allowed to do this, give it a grant or change the policy, then release it: policy is asked again.",
        "policy-fault" => "Policy could not be asked or failed at this message, so it was refused. Mend that first, then release it: policy is asked again.",
        "approvals-full" => "Its agent asks people more than they can answer. Look at what waits already, before more is let in.",
        "summary" => "Look at the agent's first refusals of that minute: they were kept whole. A flood of one code is mostly one fault, or one attacker.",
        _ => "Nothing of it was read: the connection ended before any event. See who owns the address, and whether an agent of yours lost its certificate.",
    };

    private static string WhatToDo(RefusalCode code) => code switch
    {
        RefusalCode.TooLarge => "Ask the agent's owner to send references instead of documents; the limit protects every other agent.",
        RefusalCode.RateLimited => "Look at the agent's traffic: a loop or a stolen key sends like this. The agent may come again; nothing is lost.",
        RefusalCode.Malformed or RefusalCode.DuplicateMember => "Compare the bytes with the agent's release: what two readers can read differently is refused. Many at once can be someone probing.",
        RefusalCode.UnknownCriticalMember => "The agent demands a feature that is not understood here. Ask its owner which, and whether it may be optional.",
        RefusalCode.UnsupportedPayloadType => "The agent sends something other than CloudEvents. Ask its owner; nothing was executed.",
        RefusalCode.EnvelopeMissing => "The agent speaks A2A without the signed event that this site asks for. Ask its owner whether its release knows the extension; nothing was delivered.",
        RefusalCode.MessageIdDiffers => "The message around the signed event has another id: somebody wrapped an event anew. Ask the owner who touches messages on the way.",
        RefusalCode.AudienceDiffers => "The event was signed for another agent, or for none. A message sent on to somebody else looks like this; nothing was delivered.",
        RefusalCode.PartsNotSigned => "Text, files or metadata stood beside the signed event, where an agent or its model could have obeyed them. Treat it as an injection until the owner explains it.",
        RefusalCode.PartsDiffer => "The message says something other than what was signed. Treat it as tampering until the owner explains it; the detail names the member.",
        RefusalCode.HopsUnexpected => "The message claims a way behind it, though it came from its origin. Ask the owner what puts hops in.",
        RefusalCode.SignatureMissing => "An unsigned event came over a trusted connection: ask the owner whether a proxy strips signatures.",
        RefusalCode.SignatureInvalid => "The content was changed after signing, or signed by someone else. Treat it as tampering until the owner explains it.",
        RefusalCode.SignatureIncomplete => "The agent signs with one of its two keys only: an old release, or somebody who has one of the keys. Ask its owner whether its release knows of the second key.",
        RefusalCode.WrongSigner => "The envelope names another key than the connection's certificate: a forwarded message, or a stolen one. Follow the key id.",
        RefusalCode.AlgorithmForbidden => "The key's algorithm is not allowed here. The agent must enrol with an allowed one.",
        RefusalCode.BatchProofInvalid => "The event is not part of what was signed. Treat it as tampering until the owner explains it.",
        RefusalCode.SourceMismatch => "One agent spoke in another's name. Contain the sending agent until its owner explains it.",
        RefusalCode.AudienceNotServed => "An agent of one environment spoke to one of another. If that was meant, this is the wrong edge; if not, look at where the sender runs.",
        RefusalCode.Stale or RefusalCode.Expired => "Too late to act on. If the agent's other events are late too, look at its clock or its queue; a single one can be a replay from storage.",
        RefusalCode.NotYetValid => "The agent's clock is ahead. Ask its owner to synchronise it.",
        RefusalCode.LifetimeTooLong => "The agent claims a longer validity than is allowed, which would keep a replay possible. Its owner must shorten it.",
        RefusalCode.Replayed => "The same message came twice. Open the first one: if that was meant and carried out, this one is a repetition or an attack; nothing was done a second time.",
        RefusalCode.IdempotencyConflict => "The same key was used for different content: compare both before anybody trusts either.",
        RefusalCode.UnknownType => "Nobody registered this type. Ask the owner whether a release went out before its schema.",
        RefusalCode.SchemaViolation => "The data is not what its type promises. The detail names the first place; ask the owner about the agent's release.",
        _ => throw new ArgumentOutOfRangeException(nameof(code)),
    };

    private static string Capital(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
}
