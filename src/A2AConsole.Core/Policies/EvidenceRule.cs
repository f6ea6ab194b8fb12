namespace A2AConsole.Core.Policies;

/// <summary>
/// Tiers are forbids that evidence lifts: a forbid names the evidence in <c>@requires</c>. When every determining forbid does, the request is put
/// again with that evidence supposed; what would be allowed then needs that evidence, and everything else is denied.
/// </summary>
public static class EvidenceRule
{
    /// <summary>Another agent's signed confirmation, or corroborating evidence.</summary>
    public const string SecondVerification = "second-verification";

    /// <summary>A person's approval.</summary>
    public const string HumanApproval = "human-approval";

    /// <summary>The evidence that the determining forbids ask for, in ordinal order; null when one of them asks for none.</summary>
    /// <param name="requires">Each determining policy's <c>@requires</c>; null where it has none.</param>
    public static IReadOnlyList<string>? Needs(IEnumerable<string?> requires)
    {
        var needs = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var need in requires)
        {
            if (need is null)
                return null;
            needs.Add(need);
        }
        return needs.Count == 0 ? null : [.. needs];
    }

    /// <summary>The kind of evidence that nobody can give, if there is one.</summary>
    public static string? Unknown(IEnumerable<string> needs) => needs.FirstOrDefault(n => n is not (SecondVerification or HumanApproval));

    /// <summary>The verdict when these kinds of evidence would lift the refusal: a person outranks a machine.</summary>
    public static PolicyVerdict VerdictOf(IReadOnlyList<string> needs) => needs.Contains(HumanApproval) ? PolicyVerdict.Human : PolicyVerdict.Verify;
}
