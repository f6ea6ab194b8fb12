using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Envelopes;

/// <summary>That an agent still uses an algorithm that is being given up.</summary>
/// <param name="Algorithm">Which.</param>
/// <param name="Use">For what: exactly one use.</param>
/// <param name="NotAfter">From when on it is refused (UTC), or null where no date is set.</param>
/// <param name="Instead">The ids of what to use instead.</param>
public sealed record AlgorithmWarning(SignatureAlgorithm Algorithm, AlgorithmUses Use, DateTimeOffset? NotAfter, string Instead)
{
    /// <summary>The stable code in replies.</summary>
    public const string Code = "algorithm-deprecated";

    /// <summary>One sentence for people.</summary>
    public string Detail
    {
        get
        {
            var what = Use == AlgorithmUses.AgentKey ? "for the keys of certificates" : "for envelopes";
            var when = NotAfter is { } end ? $", and refused from {end.UtcDateTime:u} on" : "";
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Algorithm.Id} is deprecated {what}{when}; use {Instead}.");
        }
    }

    /// <summary>
    /// What to warn an agent of after its envelopes verified. A deprecated signature is worth no word where another one, that
    /// is not deprecated, was verified beside it.
    /// </summary>
    public static IReadOnlyList<AlgorithmWarning> Of(VerifiedSvid signer, SignedWith signed, AlgorithmPolicy algorithms, DateTimeOffset now)
    {
        if (!algorithms.HasDeprecated || signed == SignedWith.None)
            return [];
        var warnings = new List<AlgorithmWarning>();
        Add(warnings, signer.Key.Algorithm, AlgorithmUses.AgentKey, algorithms, now);
        var keys = new[] { (signed & SignedWith.Key) != 0 ? signer.Key : null, (signed & SignedWith.AlternativeKey) != 0 ? signer.AlternativeKey : null };
        if (keys.All(k => k is null || !algorithms.IsUsable(k.Algorithm, AlgorithmUses.Envelope, now) || algorithms.IsDeprecated(k.Algorithm, AlgorithmUses.Envelope, now)))
        {
            foreach (var key in keys.OfType<VerificationKey>())
                Add(warnings, key.Algorithm, AlgorithmUses.Envelope, algorithms, now);
        }
        return warnings;
    }

    private static void Add(List<AlgorithmWarning> warnings, SignatureAlgorithm algorithm, AlgorithmUses use, AlgorithmPolicy algorithms, DateTimeOffset now)
    {
        if (algorithms.IsDeprecated(algorithm, use, now))
            warnings.Add(new(algorithm, use, algorithms.StandingOf(algorithm, use).NotAfter, algorithms.Instead(use, now)));
    }
}
