using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Registration;

/// <summary>Why an entry does not allow what is asked for.</summary>
/// <param name="Code">A stable code, one of <see cref="EntryRefusalCodes"/>.</param>
/// <param name="Detail">What was wrong and what would be right.</param>
public sealed record EntryRefusal(string Code, string Detail);

/// <summary>The stable codes of <see cref="EntryRefusal"/>.</summary>
public static class EntryRefusalCodes
{
    /// <summary>No entry allows the identity.</summary>
    public const string Missing = "entry-missing";
    public const string Disabled = "entry-disabled";
    public const string KeyAlgorithm = "key-algorithm-not-in-entry";
    public const string EvidenceMissing = "evidence-missing";
    public const string EvidenceNotRequired = "evidence-not-required";
    public const string EvidenceTwice = "evidence-twice";
    /// <summary>The entry is for every name of a role, so that somebody must say which name this one may have.</summary>
    public const string InvitationRequired = "invitation-required";
    /// <summary>Hardware evidence, but of another machine than the agent's.</summary>
    public const string RuntimeChanged = "runtime-changed";
}

/// <summary>What is asked for: a first certificate, or the next.</summary>
public enum IssuanceKind
{
    Enrolment,
    Renewal,
}

/// <summary>Whether an entry allows an issuance. Nothing is issued that no entry allows.</summary>
public static class EntryRules
{
    /// <summary>The entry that allows <paramref name="id"/>, or why none does.</summary>
    public static (RegisteredEntry? Entry, EntryRefusal? Refusal) Find(EntrySet entries, SpiffeId id) => entries.Find(id) switch
    {
        null => (null, new(EntryRefusalCodes.Missing, $"No registration entry allows {id.Text}: an administrator must register {id.Environment}/{id.Role}/{id.Name}, or every name of that role.")),
        { IsEnabled: false } entry => (null, new(EntryRefusalCodes.Disabled, $"The registration entry {entry.Terms} is disabled: nothing is issued under it until an administrator enables it.")),
        var entry => (entry, null),
    };

    /// <summary>Whether the key's algorithm is one that the entry names.</summary>
    public static EntryRefusal? CheckKey(EntryTerms entry, string algorithm)
        => entry.KeyAlgorithms.Contains(algorithm, StringComparer.Ordinal)
            ? null
            : new(EntryRefusalCodes.KeyAlgorithm, $"The entry {entry} does not allow keys of {algorithm}; it allows {string.Join(", ", entry.KeyAlgorithms)}.");

    /// <summary>
    /// The kinds of evidence that must come with an issuance, the join token's aside. <paramref name="held"/>: the kinds that the certificate that is
    /// renewed was issued on (null: all); what the entry has come to require since must be shown at the next renewal.
    /// </summary>
    public static IReadOnlyList<EvidenceTerm> Required(EntryTerms entry, IssuanceKind step, IReadOnlyCollection<string>? held = null)
        => [.. entry.Evidence.Where(e => e.Kind != EvidenceKind.JoinToken && (step == IssuanceKind.Enrolment || e.AtRenewal || held?.Contains(e.Kind) == false))];

    /// <summary>
    /// Whether exactly what the entry asks for has come. What it does not ask for is refused rather than passed over: nobody would know
    /// what it was good for. <paramref name="isInvited"/>: the request carries a join token.
    /// </summary>
    public static EntryRefusal? CheckEvidence(EntryTerms entry, IssuanceKind step, bool isInvited, IReadOnlyList<string> given, IReadOnlyCollection<string>? held = null)
    {
        if (step == IssuanceKind.Enrolment && !isInvited)
        {
            if (entry.Kinds.Contains(EvidenceKind.JoinToken))
                return new(EntryRefusalCodes.EvidenceMissing, $"The entry {entry} requires {EvidenceKind.JoinToken}: ask its owner or an administrator for one.");
            if (entry.IsForEveryName)
                return new(EntryRefusalCodes.InvitationRequired, $"The entry {entry} is for every name of its role, so evidence alone does not say which one this is: enrol with a join token, or have an entry for the very name.");
        }
        var twice = given.GroupBy(k => k, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twice is not null)
            return new(EntryRefusalCodes.EvidenceTwice, $"Evidence of the kind {twice} came twice; send one piece of each.");
        var required = Required(entry, step, held).Select(e => e.Kind).ToList();
        var missing = required.Except(given, StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
            return new(EntryRefusalCodes.EvidenceMissing, $"The entry {entry} requires {string.Join(" and ", missing)} at {Step(step)}: ask POST /v1/attest for a nonce and send evidence over it.");
        var surplus = given.Except(required, StringComparer.Ordinal).ToList();
        return surplus.Count > 0
            ? new(EntryRefusalCodes.EvidenceNotRequired, $"The entry {entry} does not ask for {string.Join(" or ", surplus)} at {Step(step)}: {(required.Count == 0 ? "send no evidence" : "send " + string.Join(" and ", required) + " only")}.")
            : null;
    }

    /// <summary>
    /// Whether hardware evidence is of the machine that the agent attested on before. An invitation may move it to another; evidence
    /// alone, or a renewal, may not.
    /// </summary>
    public static EntryRefusal? CheckRuntime(string kind, AssuranceLevel assurance, string? runtime, string? before, bool isInvited)
        => isInvited || assurance != AssuranceLevel.Hardware || before is null || runtime == before
            ? null
            : new(EntryRefusalCodes.RuntimeChanged, $"The {kind} evidence is of the machine {runtime ?? "unknown"}; this agent attested on {before}. Enrol it anew with a join token when it has moved.");

    private static string Step(IssuanceKind step) => step == IssuanceKind.Enrolment ? "enrolment" : "renewal";
}
