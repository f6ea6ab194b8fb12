using A2AConsole.Core.Attestation;
using A2AConsole.Core.Registration;

namespace A2AConsole.Core.Inspection;

/// <summary>Whether a certificate lives longer than its entry allows now: what was issued under another wording goes on until it ends.</summary>
public static class LifetimeOverPolicyRule
{
    // Certificates say whole seconds.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Judges from its issuance to its end; that validity begins a little earlier, for slow clocks, is no lifetime.
    /// <paramref name="assurance"/>: what it was issued on; null when that is not known, which allows the entry's whole lifetime.
    /// </summary>
    public static Shortcoming? Judge(DateTimeOffset issuedAt, DateTimeOffset notAfter, EntryTerms entry, AssuranceLevel? assurance)
    {
        var allowed = LifetimeRule.Of(entry, assurance ?? AssuranceLevel.Hardware);
        var lifetime = notAfter - issuedAt;
        return lifetime <= allowed + Rounding
            ? null
            : new($"The certificate was issued for {Seconds(lifetime)} s; the entry {entry} allows {Seconds(allowed)} s: rotate the agent's key to get one as it says now.", $"{Seconds(lifetime)} s", $"at most {Seconds(allowed)} s");
    }

    private static long Seconds(TimeSpan span) => (long)Math.Round(span.TotalSeconds);
}
