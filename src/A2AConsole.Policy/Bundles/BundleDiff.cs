using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Bundles;

/// <summary>How something differs between two bundles.</summary>
public enum ChangeKind
{
    Added,
    Removed,
    Changed,
}

/// <summary>A policy or a row that differs; texts are null where it is not there.</summary>
public sealed record BundleChange(ChangeKind Kind, string Name, string? Before, string? After);

/// <summary>A test whose request the two bundles decide differently.</summary>
public sealed record DecidedDifferently(string Test, PolicyDecision Before, PolicyDecision After);

/// <summary>What differs between two bundles, in text and in effect.</summary>
/// <param name="Policies">By <c>@id</c>.</param>
/// <param name="Rows">Rows of the risk table, by entity.</param>
/// <param name="Files">Other files that differ: schema, tests, interactions.</param>
/// <param name="Decisions">Over the requests of both bundles' tests.</param>
public sealed record BundleDiff(IReadOnlyList<BundleChange> Policies, IReadOnlyList<BundleChange> Rows, IReadOnlyList<BundleChange> Files, IReadOnlyList<DecidedDifferently> Decisions)
{
    public bool IsEmpty => Policies.Count == 0 && Rows.Count == 0 && Files.Count == 0 && Decisions.Count == 0;

    public static BundleDiff Of(CedarDecider before, CedarDecider after, CancellationToken cancellationToken = default)
    {
        var (old, now) = (before.Bundle, after.Bundle);
        var tests = old.Tests.Concat(now.Tests).DistinctBy(t => t.Name, StringComparer.Ordinal);
        var decisions = new List<DecidedDifferently>();
        foreach (var test in tests)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (a, b) = (before.Decide(test.Request, cancellationToken), after.Decide(test.Request, cancellationToken));
            if (Differ(a, b))
                decisions.Add(new DecidedDifferently(test.Name, a, b));
        }
        return new BundleDiff(
            Changes(old.Policies.ToDictionary(p => p.Key, p => p.Value.Text), now.Policies.ToDictionary(p => p.Key, p => p.Value.Text)),
            Changes(RowsOf(old), RowsOf(now)),
            Changes(OtherFiles(old), OtherFiles(now)),
            decisions);
    }

    /// <summary>Whether two decisions differ in more than the bundle that made them.</summary>
    public static bool Differ(PolicyDecision a, PolicyDecision b)
        => a.Verdict != b.Verdict || a.Fault?.Code != b.Fault?.Code || !a.Determining.SequenceEqual(b.Determining, StringComparer.Ordinal);

    private static Dictionary<string, string> RowsOf(PolicyBundle bundle)
        => bundle.Entities.All.ToDictionary(e => e.Uid.ToString(), e => System.Text.Encoding.UTF8.GetString(e.Encoded.Span));

    // Policies and rows are compared as such; of other files the digest says enough.
    private static Dictionary<string, string> OtherFiles(PolicyBundle bundle)
        => bundle.Files.Paths.Where(p => !p.EndsWith(".cedar", StringComparison.Ordinal) && p != BundleLoader.RiskTableFile)
            .ToDictionary(p => p, p => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bundle.Files[p].Span)));

    private static List<BundleChange> Changes(Dictionary<string, string> before, Dictionary<string, string> after)
        => [.. before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(k => (Key: k, Before: before.GetValueOrDefault(k), After: after.GetValueOrDefault(k)))
            .Where(c => c.Before != c.After)
            .Select(c => new BundleChange(c.Before is null ? ChangeKind.Added : c.After is null ? ChangeKind.Removed : ChangeKind.Changed, c.Key, c.Before, c.After))];
}
