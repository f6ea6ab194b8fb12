using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Registration;

/// <summary>What an entry lacks for its tier.</summary>
/// <param name="Tier">The entry's tier.</param>
/// <param name="Required">What the tier asks for, in words.</param>
/// <param name="Actual">What the entry requires, in words.</param>
public sealed record TierShortfall(RiskTier Tier, string Required, string Actual);

/// <summary>
/// Proportional control: the more harm an agent's decisions can do, the more its evidence must prove. Low: somebody let it in. Medium: a
/// platform vouches for where it runs. High: hardware does, or a platform together with the image's provenance. Critical: as high, and
/// afresh at each renewal. An entry may ask for less (it is then shown as a shortfall) but never without being seen.
/// </summary>
public static class TierRule
{
    /// <summary>What a tier asks for, in words.</summary>
    public static string Requirement(RiskTier tier) => tier switch
    {
        RiskTier.Low => "an invitation (join-token)",
        RiskTier.Medium => "a platform's evidence (kubernetes) or hardware's (tpm, sev-snp)",
        RiskTier.High => "hardware evidence (tpm, sev-snp), or kubernetes together with image",
        RiskTier.Critical => "hardware evidence (tpm, sev-snp), or kubernetes together with image, afresh at each renewal",
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, null),
    };

    /// <summary>What the entry lacks, or null when its evidence is enough for its tier.</summary>
    public static TierShortfall? Of(EntryTerms entry)
    {
        // Of a critical agent only what comes with every renewal counts.
        var kinds = entry.Evidence.Where(e => entry.Tier != RiskTier.Critical || e.AtRenewal).Select(e => e.Kind).ToHashSet(StringComparer.Ordinal);
        var isHardware = kinds.Contains(EvidenceKind.Tpm) || kinds.Contains(EvidenceKind.SevSnp);
        var isPlatform = kinds.Contains(EvidenceKind.Kubernetes);
        var isEnough = entry.Tier switch
        {
            RiskTier.Low => true,
            RiskTier.Medium => isHardware || isPlatform,
            RiskTier.High or RiskTier.Critical => isHardware || (isPlatform && kinds.Contains(EvidenceKind.Image)),
            _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.Tier, null),
        };
        return isEnough ? null : new TierShortfall(entry.Tier, Requirement(entry.Tier), Describe(entry));
    }

    private static string Describe(EntryTerms entry)
        => entry.Evidence.Count == 0 ? "nothing" : string.Join(", ", entry.Evidence.Select(e => e.AtRenewal ? $"{e.Kind} (also at renewal)" : $"{e.Kind} (at enrolment only)"));
}
