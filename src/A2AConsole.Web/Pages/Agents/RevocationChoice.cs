using A2AConsole.Core.Identity;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>A reason to revoke an agent's certificate (RFC 5280 §5.3.1), in its own word and in ours.</summary>
/// <param name="Code">The standard's name.</param>
/// <param name="Meaning">What it says about the agent.</param>
public sealed record RevocationChoice(string Code, string Meaning)
{
    /// <summary>The reasons that fit an agent; those for authorities and for what can be lifted again are not among them.</summary>
    public static IReadOnlyList<RevocationChoice> All { get; } =
    [
        new("keyCompromise", "Its key was stolen, or may have been"),
        new("privilegeWithdrawn", "It may no longer act in this role"),
        new("affiliationChanged", "It belongs to another organisation or owner now"),
        new("superseded", "It was replaced by a new certificate"),
        new("cessationOfOperation", "It is out of service"),
        new("unspecified", "Another reason"),
    ];

    /// <summary>The standard's value.</summary>
    public RevocationReason Standard => Enum.Parse<RevocationReason>(Code, ignoreCase: true);

    /// <summary>The reason with this name, or null.</summary>
    public static RevocationChoice? Find(string? code) => All.FirstOrDefault(r => r.Code == code);
}
