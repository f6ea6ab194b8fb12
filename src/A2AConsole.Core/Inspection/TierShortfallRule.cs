using A2AConsole.Core.Registration;

namespace A2AConsole.Core.Inspection;

/// <summary>Whether an entry requires as much evidence as its tier asks for (<see cref="TierRule"/>).</summary>
public static class TierShortfallRule
{
    public static Shortcoming? Judge(EntryTerms entry)
        => TierRule.Of(entry) is { } lacks
            ? new($"The tier of {entry} is {lacks.Tier.ToString().ToLowerInvariant()} and asks for {lacks.Required}; the entry requires {lacks.Actual}. Require more, or lower the tier.", lacks.Actual, lacks.Required)
            : null;
}
