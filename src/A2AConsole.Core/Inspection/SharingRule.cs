namespace A2AConsole.Core.Inspection;

/// <summary>An identity that shares something with others.</summary>
public sealed record SharingIdentity(string SpiffeId, string Environment);

/// <summary>One key or one runtime must serve one identity: who holds it is all of them. Across environments it is worst.</summary>
public static class SharingRule
{
    private const int MostNamed = 3;

    /// <summary>Judges a key that an agent's valid certificate carries. <paramref name="others"/>: the further identities that it was ever certified for.</summary>
    public static Shortcoming? JudgeKey(string keyId, SharingIdentity agent, IEnumerable<SharingIdentity> others)
        => Judge($"Its key {Short(keyId)} is certified", $"key {keyId}", "a key of its own; rotate the keys of all of them", agent, others);

    /// <summary>Judges where an agent last attested to run. <paramref name="others"/>: the further identities that last attested from there.</summary>
    public static Shortcoming? JudgeRuntime(string runtime, SharingIdentity agent, IEnumerable<SharingIdentity> others)
        => Judge($"Its runtime {Short(runtime)} attested", $"runtime {runtime}", "a runtime of its own; move one of them", agent, others);

    private static Shortcoming? Judge(string what, string measured, string right, SharingIdentity agent, IEnumerable<SharingIdentity> others)
    {
        var sorted = others.Where(o => o.SpiffeId != agent.SpiffeId).DistinctBy(o => o.SpiffeId)
            .OrderByDescending(o => o.Environment != agent.Environment).ThenBy(o => o.SpiffeId, StringComparer.Ordinal).ToList();
        if (sorted.Count == 0)
            return null;
        var named = string.Join(", ", sorted.Take(MostNamed).Select(o => o.SpiffeId)) + (sorted.Count > MostNamed ? $" and {sorted.Count - MostNamed} more" : "");
        var foreign = sorted.Select(o => o.Environment).Where(e => e != agent.Environment).Distinct(StringComparer.Ordinal).ToList();
        var across = foreign.Count == 0 ? "" : $" That crosses environments: {agent.Environment} and {string.Join(", ", foreign)}.";
        return new($"{what} for {named}, too.{across} Right would be {right}.", $"{measured} also for {named}", foreign.Count == 0 ? "one identity" : "one identity, in one environment");
    }

    private static string Short(string id) => id.Length <= 24 ? id : id[..16] + "…" + id[^6..];
}
