using System.Globalization;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>
/// What was measured beside what was expected. Only what a verified quote vouches for comes here: a difference is drift, never a
/// forgery.
/// </summary>
public static class TpmMeasurementRules
{
    // A log has hundreds of events; what is recorded and shown of differences is bounded.
    private const int MaxEventClaims = 32;
    private const int MaxReferencesShown = 4;

    /// <summary>The register values as claims: matching when the entry expects the value, or nothing of it.</summary>
    public static IEnumerable<MeasuredClaim> CompareValues(PcrValues measured, TpmReference reference)
    {
        foreach (var (register, value) in measured.InOrder)
        {
            var hex = Convert.ToHexStringLower(value);
            var name = string.Create(CultureInfo.InvariantCulture, $"pcr.{register}");
            yield return reference.Values.TryGetValue(register, out var allowed)
                ? new MeasuredClaim(name, hex, Listed(allowed), allowed.Contains(hex))
                : new MeasuredClaim(name, hex, null, true);
        }
    }

    /// <summary>The events of the registers for which the entry has some: one claim a difference, or one that all is as it should be.</summary>
    public static IEnumerable<MeasuredClaim> CompareEvents(TcgEventLog log, TpmReference reference)
    {
        foreach (var (register, policy) in reference.Events.OrderBy(p => p.Key))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"event.{register}");
            var measured = log.Events.Where(e => e.Register == register).Select(e => Convert.ToHexStringLower(e.Digest)).ToList();
            var known = policy.Required.Concat(policy.Allowed).ToHashSet(StringComparer.Ordinal);
            var missing = policy.Required.Except(measured, StringComparer.Ordinal)
                .Select(digest => new MeasuredClaim(name, "not measured", digest, false));
            var unknown = measured.Index().Where(e => !known.Contains(e.Item))
                .Select(e => new MeasuredClaim(string.Create(CultureInfo.InvariantCulture, $"{name}.{e.Index}"), e.Item, Listed([.. known]), false));
            var differences = missing.Concat(unknown).Take(MaxEventClaims).ToList();
            if (differences.Count == 0)
                differences.Add(new MeasuredClaim(name, string.Create(CultureInfo.InvariantCulture, $"{measured.Count} events, all known"), null, true));
            foreach (var claim in differences)
                yield return claim;
        }
    }

    private static string Listed(IReadOnlyList<string> values)
        => values.Count <= MaxReferencesShown
            ? string.Join(" or ", values)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(" or ", values.Take(MaxReferencesShown))} or one of {values.Count - MaxReferencesShown} more");
}
