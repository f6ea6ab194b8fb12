using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Core.Identity;

/// <summary>
/// An agent's identity: <c>spiffe://&lt;trust-domain&gt;/env/&lt;environment&gt;/role/&lt;role&gt;/agent/&lt;name&gt;</c>.
/// Environment and role are part of the name, so production, staging, partner and test identities never coincide.
/// The syntax is the SPIFFE-ID standard's (§2) narrowed to lower-case segments of letters, digits, '-' and '_'.
/// </summary>
public sealed record SpiffeId
{
    /// <summary>The longest accepted identity, in characters (SPIFFE allows 2,048; the store indexes 255).</summary>
    public const int MaxLength = 255;

    private SpiffeId(string text, string trustDomain, string environment, string role, string name)
        => (Text, TrustDomain, Environment, Role, Name) = (text, trustDomain, environment, role, name);

    /// <summary>The whole URI.</summary>
    public string Text { get; }
    public string TrustDomain { get; }
    public string Environment { get; }
    public string Role { get; }
    public string Name { get; }

    /// <summary>Composes an identity. Throws <see cref="FormatException"/> when a part breaks the syntax.</summary>
    public static SpiffeId Create(string trustDomain, string environment, string role, string name)
        => Parse($"spiffe://{trustDomain}/env/{environment}/role/{role}/agent/{name}");

    /// <summary>Parses an identity. Throws <see cref="FormatException"/> naming the broken rule.</summary>
    public static SpiffeId Parse(string text)
        => TryParse(text, out var id, out var error) ? id : throw new FormatException(error);

    /// <summary>Parses an identity; <paramref name="error"/> says which rule was broken.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SpiffeId? id, [NotNullWhen(false)] out string? error)
    {
        id = null;
        error = null;
        const string scheme = "spiffe://";
        if (text is null || !text.StartsWith(scheme, StringComparison.Ordinal))
            error = "a SPIFFE ID begins with spiffe://";
        else if (text.Length > MaxLength)
            error = $"a SPIFFE ID is at most {MaxLength} characters long here";
        if (error is not null)
            return false;

        var parts = text![scheme.Length..].Split('/');
        if (parts.Length != 7 || parts[1] != "env" || parts[3] != "role" || parts[5] != "agent")
            error = "expected spiffe://<trust-domain>/env/<environment>/role/<role>/agent/<name>";
        else if (!IsTrustDomain(parts[0]))
            error = "a trust domain has lower-case letters, digits, '.', '-' and '_' only";
        else if (!IsSegment(parts[2]) || !IsSegment(parts[4]) || !IsSegment(parts[6]))
            error = "environment, role and name have lower-case letters, digits, '-', '_' and '.' only, and are not empty, '.' or '..'";
        if (error is not null)
            return false;

        id = new SpiffeId(text, parts[0], parts[2], parts[4], parts[6]);
        return true;
    }

    /// <summary>Whether a text can be a trust domain's name (SPIFFE-ID §2.1).</summary>
    public static bool IsTrustDomain(string text)
        => text.Length is > 0 and <= 200 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');

    private static bool IsSegment(string text)
        => text.Length > 0 && text is not "." and not ".." && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    /// <inheritdoc/>
    public override string ToString() => Text;
}
