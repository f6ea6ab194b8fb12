using A2AConsole.Core.Attestation;

namespace A2AConsole.Core.Registration;

/// <summary>
/// How long a certificate lives: the entry's lifetime on hardware evidence, half of it on a platform's word, a quarter on an invitation
/// alone. Whole seconds, never under a minute.
/// </summary>
public static class LifetimeRule
{
    /// <summary>The shortest lifetime of a certificate, and the shortest that an entry may say.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>The longest that an entry may say.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>The divisor of the entry's lifetime at a level of assurance.</summary>
    public static int ShareOf(AssuranceLevel assurance) => assurance switch
    {
        AssuranceLevel.Invited => 4,
        AssuranceLevel.Platform => 2,
        AssuranceLevel.Hardware => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(assurance), assurance, null),
    };

    /// <summary>The lifetime of a certificate that is issued now.</summary>
    public static TimeSpan Of(EntryTerms entry, AssuranceLevel assurance)
    {
        var seconds = (long)entry.Lifetime.TotalSeconds / ShareOf(assurance);
        return TimeSpan.FromSeconds(Math.Max(seconds, (long)Shortest.TotalSeconds));
    }

    /// <summary>The entry's lifetime under which agents of the lowest assurance get <paramref name="lifetime"/>, as far as entries may say it.</summary>
    public static TimeSpan EntryLifetimeFor(TimeSpan lifetime)
    {
        var entry = lifetime * ShareOf(AssuranceLevel.Invited);
        return entry > Longest ? Longest : entry < Shortest ? Shortest : entry;
    }
}
