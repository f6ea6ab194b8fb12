using System.Buffers;
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

    private const string Scheme = "spiffe://";
    private const int PartCount = 7;
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

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
        Span<Range> parts = stackalloc Range[PartCount + 1];
        error = Check(text, parts);
        if (error is not null)
            return false;
        var path = text.AsSpan(Scheme.Length);
        id = new SpiffeId(text!, path[parts[0]].ToString(), path[parts[2]].ToString(), path[parts[4]].ToString(), path[parts[6]].ToString());
        return true;
    }

    /// <summary>Whether a text is an identity, without making one: null, or the rule that was broken.</summary>
    public static string? Check(ReadOnlySpan<char> text) => Check(text, stackalloc Range[PartCount + 1]);

    /// <summary>Whether a text can be a trust domain's name (SPIFFE-ID §2.1).</summary>
    public static bool IsTrustDomain(ReadOnlySpan<char> text) => text.Length is > 0 and <= 200 && !text.ContainsAnyExcept(Letters);

    private static string? Check(ReadOnlySpan<char> text, Span<Range> parts)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
            return "a SPIFFE ID begins with spiffe://";
        if (text.Length > MaxLength)
            return $"a SPIFFE ID is at most {MaxLength} characters long here";
        var path = text[Scheme.Length..];
        if (path.Split(parts, '/') != PartCount || path[parts[1]] is not "env" || path[parts[3]] is not "role" || path[parts[5]] is not "agent")
            return "expected spiffe://<trust-domain>/env/<environment>/role/<role>/agent/<name>";
        if (!IsTrustDomain(path[parts[0]]))
            return "a trust domain has lower-case letters, digits, '.', '-' and '_' only";
        return IsSegment(path[parts[2]]) && IsSegment(path[parts[4]]) && IsSegment(path[parts[6]])
            ? null
            : "environment, role and name have lower-case letters, digits, '-', '_' and '.' only, and are not empty, '.' or '..'";
    }

    private static bool IsSegment(ReadOnlySpan<char> text)
        => text.Length > 0 && text is not "." and not ".." && !text.ContainsAnyExcept(Letters);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
