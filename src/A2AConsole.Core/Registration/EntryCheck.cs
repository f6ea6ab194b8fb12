using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Registration;

/// <summary>What is wrong with a field of an entry, and what would be right.</summary>
/// <param name="Field">The field's name as in <see cref="EntryTerms"/>; for reference values <c>evidence:&lt;kind&gt;</c>.</param>
/// <param name="Message">A sentence.</param>
public sealed record EntryFault(string Field, string Message);

/// <summary>Checks what an entry says before it is kept.</summary>
public static class EntryCheck
{
    /// <summary>The longest reference values of one kind, in characters: certificates and allow-lists are long, strangers' novels longer.</summary>
    public const int MaxReference = 64 * 1024;

    private const int MaxEnvironment = 64;
    private const int MaxPart = 128;
    private const int MaxText = 200;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>
    /// Every fault; none when the entry can be kept under the site's <paramref name="algorithms"/>. <paramref name="referenceFault"/> is the kind's own judgement of its reference values
    /// (<see cref="IEvidenceVerifier.ReferenceFault"/>), or null when no verifier of that kind is installed.
    /// </summary>
    public static IReadOnlyList<EntryFault> Check(EntryTerms entry, AlgorithmPolicy algorithms, DateTimeOffset now, Func<string, JsonElement, string?>? referenceFault = null)
    {
        var faults = new List<EntryFault>();
        CheckName(entry, faults);
        CheckText(nameof(EntryTerms.Organisation), entry.Organisation, isRequired: true, faults);
        CheckText(nameof(EntryTerms.Owner), entry.Owner, isRequired: false, faults);
        if (!Enum.IsDefined(entry.Tier))
            faults.Add(new(nameof(EntryTerms.Tier), "The tier is low, medium, high or critical."));
        if (entry.Lifetime < LifetimeRule.Shortest || entry.Lifetime > LifetimeRule.Longest)
            faults.Add(new(nameof(EntryTerms.Lifetime), $"Certificates live from {LifetimeRule.Shortest.TotalMinutes} minute to {LifetimeRule.Longest.TotalHours} hours; {entry.Lifetime} is outside."));
        else if (entry.Lifetime.Ticks % TimeSpan.TicksPerSecond != 0)
            faults.Add(new(nameof(EntryTerms.Lifetime), "A lifetime is a whole number of seconds."));
        CheckAlgorithms(entry, algorithms, now, faults);
        if (entry.RequiresDualSignature && !algorithms.UsableFor(AlgorithmUses.Envelope, now).Any(a => a.IsPostQuantum))
            faults.Add(new(nameof(EntryTerms.RequiresDualSignature), "No post-quantum algorithm is accepted for envelopes now, so nobody could make the second signature. Allow one first, or leave it off."));
        CheckEvidence(entry, referenceFault, faults);
        return faults;
    }

    private static void CheckName(EntryTerms entry, List<EntryFault> faults)
    {
        Segment(nameof(EntryTerms.Environment), entry.Environment, MaxEnvironment);
        Segment(nameof(EntryTerms.Role), entry.Role, MaxPart);
        if (!entry.IsForEveryName)
            Segment(nameof(EntryTerms.Name), entry.Name, MaxPart);

        void Segment(string field, string? value, int longest)
        {
            // What can be a part of an identity is said in one place; the other parts of this one are right.
            if (string.IsNullOrEmpty(value))
                faults.Add(new(field, $"The {field.ToLowerInvariant()} is missing."));
            else if (value.Length > longest)
                faults.Add(new(field, $"It has at most {longest} characters; this has {value.Length}."));
            else if (value.Contains('/', StringComparison.Ordinal) || SpiffeId.Check($"spiffe://x/env/{value}/role/r/agent/a") is not null)
                faults.Add(new(field, "Use lower-case letters, digits, '-' and '_' only: it becomes part of the SPIFFE ID."));
        }
    }

    private static void CheckText(string field, string? value, bool isRequired, List<EntryFault> faults)
    {
        if (isRequired && string.IsNullOrWhiteSpace(value))
            faults.Add(new(field, $"The {field.ToLowerInvariant()} is missing."));
        else if (value is not null && (value.Length > MaxText || value.Length == 0 || value.Trim() != value || value.Any(char.IsControl)))
            faults.Add(new(field, $"It has 1 to {MaxText} characters, no control characters, and no space around it."));
    }

    private static void CheckAlgorithms(EntryTerms entry, AlgorithmPolicy algorithms, DateTimeOffset now, List<EntryFault> faults)
    {
        const string field = nameof(EntryTerms.KeyAlgorithms);
        if (entry.KeyAlgorithms.Count == 0)
            faults.Add(new(field, $"Name at least one key algorithm, e.g. {AlgorithmRegistry.Default.Id}."));
        if (entry.KeyAlgorithms.Distinct(StringComparer.Ordinal).Count() != entry.KeyAlgorithms.Count)
            faults.Add(new(field, "A key algorithm is named twice."));
        foreach (var id in entry.KeyAlgorithms)
        {
            if (AlgorithmRegistry.Find(id) is not { } algorithm)
                faults.Add(new(field, $"\"{id}\" is not a known algorithm; {AlgorithmRegistry.Default.Id} is one."));
            else if (!algorithms.IsUsable(algorithm, AlgorithmUses.AgentKey, now))
                faults.Add(new(field, $"{id} is not accepted for agents' keys now."));
        }
    }

    private static void CheckEvidence(EntryTerms entry, Func<string, JsonElement, string?>? referenceFault, List<EntryFault> faults)
    {
        const string field = nameof(EntryTerms.Evidence);
        if (entry.Evidence.Count == 0)
            faults.Add(new(field, $"Require at least one kind of evidence; without any, whoever asked would be given a certificate. {EvidenceKind.JoinToken} is the least."));
        if (entry.Kinds.Distinct(StringComparer.Ordinal).Count() != entry.Evidence.Count)
            faults.Add(new(field, "A kind of evidence is required twice; say each once."));
        foreach (var evidence in entry.Evidence)
        {
            if (!EvidenceKind.All.Contains(evidence.Kind))
                faults.Add(new(field, $"\"{evidence.Kind}\" is no kind of evidence; they are {string.Join(", ", EvidenceKind.All)}."));
            else if (evidence is { Kind: EvidenceKind.JoinToken, AtRenewal: true })
                faults.Add(new(field, "A join token is spent at enrolment and cannot come with a renewal."));
            else if (Reference(evidence, referenceFault) is { } fault)
                faults.Add(new($"evidence:{evidence.Kind}", fault));
        }
    }

    private static string? Reference(EvidenceTerm evidence, Func<string, JsonElement, string?>? referenceFault)
    {
        if (evidence.Reference.Length > MaxReference)
            return $"The reference values have {evidence.Reference.Length} characters; at most {MaxReference} are kept.";
        try
        {
            using var json = JsonDocument.Parse(evidence.Reference, Strict);
            return json.RootElement.ValueKind != JsonValueKind.Object
                ? "The reference values are one JSON object, e.g. {}."
                : referenceFault?.Invoke(evidence.Kind, json.RootElement);
        }
        catch (JsonException e)
        {
            return $"The reference values are not valid JSON (line {e.LineNumber + 1}): {e.Message.Split(". ")[0].TrimEnd('.')}.";
        }
    }
}
