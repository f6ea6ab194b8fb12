namespace A2AConsole.Core.Registration;

/// <summary>Says what a change of an entry changes: for the ledger, and for whoever is about to confirm it.</summary>
public static class EntryDifference
{
    /// <summary>One phrase a difference, e.g. <c>lifetime 3600 s → 7200 s</c>; empty when nothing differs.</summary>
    public static IReadOnlyList<string> Between(EntryTerms before, EntryTerms after)
    {
        var differences = new List<string>();
        Compare("environment", before.Environment, after.Environment);
        Compare("role", before.Role, after.Role);
        Compare("name", before.Name, after.Name);
        Compare("organisation", before.Organisation, after.Organisation);
        Compare("owner", before.Owner ?? "nobody", after.Owner ?? "nobody");
        Compare("tier", before.Tier.ToString().ToLowerInvariant(), after.Tier.ToString().ToLowerInvariant());
        Compare("lifetime", $"{(long)before.Lifetime.TotalSeconds} s", $"{(long)after.Lifetime.TotalSeconds} s");
        Compare("key algorithms", string.Join(' ', before.KeyAlgorithms), string.Join(' ', after.KeyAlgorithms));
        Compare("signatures", before.RequiresDualSignature ? "dual" : "single", after.RequiresDualSignature ? "dual" : "single");
        foreach (var kind in before.Kinds.Union(after.Kinds).Order(StringComparer.Ordinal))
        {
            var (was, becomes) = (before.Evidence.FirstOrDefault(e => e.Kind == kind), after.Evidence.FirstOrDefault(e => e.Kind == kind));
            if (was is null)
                differences.Add($"{kind} required{(becomes!.AtRenewal ? ", also at renewal" : "")}");
            else if (becomes is null)
                differences.Add($"{kind} no longer required");
            else if (was.AtRenewal != becomes.AtRenewal)
                differences.Add(becomes.AtRenewal ? $"{kind} also at renewal" : $"{kind} at enrolment only");
            if (was is not null && becomes is not null && was.Reference != becomes.Reference)
                differences.Add($"reference values of {kind}");
        }
        return differences;

        void Compare(string what, string was, string becomes)
        {
            if (was != becomes)
                differences.Add($"{what} {was} → {becomes}");
        }
    }
}
