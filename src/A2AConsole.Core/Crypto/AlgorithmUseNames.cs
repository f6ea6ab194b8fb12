namespace A2AConsole.Core.Crypto;

/// <summary>The uses one by one, and their stable names in rows, leaves, URLs and files.</summary>
public static class AlgorithmUseNames
{
    /// <summary>Every single use, with its name.</summary>
    public static IReadOnlyList<(AlgorithmUses Use, string Name)> All { get; } =
    [
        (AlgorithmUses.AgentKey, "agent-key"),
        (AlgorithmUses.Certificate, "certificate"),
        (AlgorithmUses.Checkpoint, "checkpoint"),
        (AlgorithmUses.Envelope, "envelope"),
        (AlgorithmUses.AttestationResult, "attestation-result"),
    ];

    /// <summary>The name of a single use. Throws for none or several.</summary>
    public static string NameOf(AlgorithmUses use) => All[IndexOf(use)].Name;

    /// <summary>The single use of a name, or <see cref="AlgorithmUses.None"/>.</summary>
    public static AlgorithmUses Find(string? name) => All.FirstOrDefault(u => u.Name == name).Use;

    /// <summary>The single uses in a set of them.</summary>
    public static IEnumerable<AlgorithmUses> Each(AlgorithmUses uses) => All.Where(u => (uses & u.Use) != 0).Select(u => u.Use);

    internal static int IndexOf(AlgorithmUses use)
        => int.IsPow2((int)use) && use <= AlgorithmUses.AttestationResult
            ? int.Log2((int)use)
            : throw new ArgumentOutOfRangeException(nameof(use), use, "exactly one use is meant");
}
