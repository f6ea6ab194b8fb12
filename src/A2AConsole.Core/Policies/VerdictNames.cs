namespace A2AConsole.Core.Policies;

/// <summary>The verdicts as they are written in files, answers and records.</summary>
public static class VerdictNames
{
    public static string Of(PolicyVerdict verdict) => verdict switch
    {
        PolicyVerdict.Allow => "allow",
        PolicyVerdict.Verify => "verify",
        PolicyVerdict.Human => "human",
        PolicyVerdict.Deny => "deny",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>Null for anything else.</summary>
    public static PolicyVerdict? Parse(string? name) => name switch
    {
        "allow" => PolicyVerdict.Allow,
        "verify" => PolicyVerdict.Verify,
        "human" => PolicyVerdict.Human,
        "deny" => PolicyVerdict.Deny,
        _ => null,
    };
}
