using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>
/// What is typed into the enrolment dialog. A field is judged once it was left for the first time, then with every key; what is
/// wrong is said as the rule that would make it right.
/// </summary>
public sealed class InvitationForm(string trustDomain)
{
    public const int LongestText = 256;

    private readonly HashSet<string> _left = [];

    public string Environment { get; set; } = "";
    public string Role { get; set; } = "";
    public string Name { get; set; } = "";
    public string Organisation { get; set; } = "";
    public string Owner { get; set; } = "";
    public RiskTier Tier { get; set; } = RiskTier.Medium;

    /// <summary>The identity so far; parts not typed yet are shown as what they are.</summary>
    public string Composed => Compose(Or(Environment, "<environment>"), Or(Role, "<role>"), Or(Name, "<name>"));

    /// <summary>The identity, or null while a part is missing or wrong.</summary>
    public string? SpiffeId => Core.Identity.SpiffeId.TryParse(Compose(Environment, Role, Name), out var id, out _) ? id.Text : null;

    /// <summary>Marks a field as left.</summary>
    public void Leave(string field) => _left.Add(field);

    /// <summary>Marks all fields as left: somebody pressed the button.</summary>
    public void LeaveAll() => _left.UnionWith([nameof(Environment), nameof(Role), nameof(Name), nameof(Organisation), nameof(Owner)]);

    /// <summary>Whether it can be sent.</summary>
    public bool IsRight => SpiffeId is not null && Rule(nameof(Organisation)) is null && Rule(nameof(Owner)) is null;

    /// <summary>The rule that a field breaks, or null when it breaks none or was not left yet.</summary>
    public string? Fault(string field) => _left.Contains(field) ? Rule(field) : null;

    private string? Rule(string field) => field switch
    {
        nameof(Environment) => Part(Environment, "production, staging, partner or test, say", e => Compose(e, "x", "x")),
        nameof(Role) => Part(Role, "what it does, such as procurement-approver", r => Compose("x", r, "x")),
        nameof(Name) => Part(Name, "its own name within the role", n => Compose("x", "x", n)) ?? Whole(),
        nameof(Organisation) => string.IsNullOrWhiteSpace(Organisation) ? "Whose agent is it? Name the organisation."
            : Organisation.Length > LongestText ? $"At most {LongestText} characters." : null,
        nameof(Owner) => Owner.Length > LongestText ? $"At most {LongestText} characters." : null,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    private static string? Part(string text, string example, Func<string, string> compose)
        => text.Length == 0 ? $"Needed: {example}."
            : Core.Identity.SpiffeId.TryParse(compose(text), out _, out _) ? null
            : "Lower-case letters, digits, '-', '_' and '.' only; not '.' or '..' alone.";

    private string? Whole()
        => Core.Identity.SpiffeId.TryParse(Compose(Or(Environment, "x"), Or(Role, "x"), Name), out _, out var error) ? null
            : Compose(Or(Environment, "x"), Or(Role, "x"), Name).Length > Core.Identity.SpiffeId.MaxLength ? error : null;

    private string Compose(string environment, string role, string name) => $"spiffe://{trustDomain}/env/{environment}/role/{role}/agent/{name}";

    private static string Or(string text, string other) => text.Length == 0 ? other : text;
}
