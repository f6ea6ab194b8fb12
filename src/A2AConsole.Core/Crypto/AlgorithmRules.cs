namespace A2AConsole.Core.Crypto;

/// <summary>Why a decision about an algorithm cannot be taken.</summary>
/// <param name="Code">One of the constants of <see cref="AlgorithmRules"/>.</param>
/// <param name="Detail">What is wrong and what would be right.</param>
public sealed record AlgorithmFault(string Code, string Detail);

/// <summary>Which decisions a site may take about algorithms. Pure.</summary>
public static class AlgorithmRules
{
    /// <summary>The registry has no such algorithm.</summary>
    public const string Unknown = "algorithm-unknown";
    /// <summary>The registry has it, but not for this use: a decision cannot make us able to.</summary>
    public const string NotForThisUse = "algorithm-not-for-this-use";
    /// <summary>Nothing would be left that is accepted for the use.</summary>
    public const string LastUsable = "algorithm-last-usable";
    /// <summary>The date has passed: that would be forbidding it.</summary>
    public const string DateInThePast = "algorithm-date-in-the-past";
    /// <summary>Only a deprecation ends at a date.</summary>
    public const string DateWithoutDeprecation = "algorithm-date-without-deprecation";

    /// <summary>Checks a decision against the policy that counts at <paramref name="now"/>; null when it may be taken.</summary>
    public static AlgorithmFault? Check(AlgorithmPolicy current, AlgorithmDecision decision, DateTimeOffset now)
    {
        if (AlgorithmRegistry.Find(decision.Algorithm) is not { } algorithm)
            return new(Unknown, $"\"{decision.Algorithm}\" is not an algorithm of the registry.");
        if ((algorithm.Uses & decision.Use) == 0)
            return new(NotForThisUse, $"{algorithm.Name} is not implemented for {AlgorithmUseNames.NameOf(decision.Use)}; a decision can restrict what the registry offers, not widen it.");
        if (decision.NotAfter is { } end)
        {
            if (decision.Status != AlgorithmStatus.Deprecated)
                return new(DateWithoutDeprecation, "Only a deprecated algorithm has a date from which it is refused; set the status to deprecated, or leave the date out.");
            if (end <= now)
                return new(DateInThePast, $"The date {end.UtcDateTime:u} has passed; to refuse the algorithm at once, forbid it.");
        }
        var after = current.With(decision);
        return AlgorithmRegistry.All.Any(a => after.StandingOf(a, decision.Use).IsOpenEnded)
            ? null
            : new(LastUsable, $"{algorithm.Name} is the last algorithm accepted for {AlgorithmUseNames.NameOf(decision.Use)} without an end; allow another one first"
                + (Others(decision) is { Length: > 0 } others ? $" ({others})." : ", which this version does not have: it can be deprecated without a date only."));
    }

    private static string Others(AlgorithmDecision decision)
        => string.Join(" or ", AlgorithmRegistry.All.Where(a => (a.Uses & decision.Use) != 0 && a.Id != decision.Algorithm).Select(a => a.Id));
}
