using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Core.Policies;

/// <summary>
/// Names one entity of a policy model: <c>Scm::Agent::"lex-1"</c>. Narrower than Cedar on purpose: identifiers are printable ASCII, so
/// no two that look alike are different, and none hides a control or direction character. An identifier that begins with '?' is
/// reserved for evidence that is only supposed (see <see cref="EvidenceRule"/>) and can name nothing real.
/// </summary>
public readonly record struct EntityUid(string Type, string Id)
{
    /// <summary>The longest accepted type or identifier, in characters.</summary>
    public const int MaxLength = 256;

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /// <summary>Null, or the broken rule in words.</summary>
    public static string? Check(string? type, string? id)
    {
        if (string.IsNullOrEmpty(type) || type.Length > MaxLength)
            return $"an entity type has 1 to {MaxLength} characters";
        foreach (var part in type.Split("::"))
        {
            if (part.Length == 0 || char.IsAsciiDigit(part[0]) || part.AsSpan().ContainsAnyExcept(NameLetters))
                return "an entity type is names of ASCII letters, digits and '_' joined by '::'";
            if (part.StartsWith("__", StringComparison.Ordinal))
                return "names that begin with '__' are the policy language's own";
        }
        if (string.IsNullOrEmpty(id) || id.Length > MaxLength)
            return $"an entity's identifier has 1 to {MaxLength} characters";
        if (id.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return "an entity's identifier is printable ASCII";
        if (id[0] is ' ' || id[^1] is ' ')
            return "an entity's identifier neither begins nor ends with a space";
        return id[0] is '?' ? "an entity's identifier does not begin with '?': that is evidence that is only supposed" : null;
    }

    /// <summary>Null, or the broken rule in words.</summary>
    public string? Check() => Check(Type, Id);

    /// <summary>Parses <c>Type::"id"</c>; <paramref name="error"/> says which rule was broken.</summary>
    public static bool TryParse(string? text, out EntityUid uid, [NotNullWhen(false)] out string? error)
    {
        uid = default;
        var quote = text?.IndexOf("::\"", StringComparison.Ordinal) ?? -1;
        if (quote < 0 || text!.Length < quote + 5 || text[^1] != '"')
        {
            error = "an entity is written Type::\"id\"";
            return false;
        }
        var id = text[(quote + 3)..^1];
        error = id.AsSpan().ContainsAny('"', '\\') ? "an identifier written in quotes has neither quotes nor backslashes" : Check(text[..quote], id);
        if (error is not null)
            return false;
        uid = new EntityUid(text[..quote], id);
        return true;
    }

    /// <summary>Parses <c>Type::"id"</c>. Throws <see cref="FormatException"/> naming the broken rule.</summary>
    public static EntityUid Parse(string text) => TryParse(text, out var uid, out var error) ? uid : throw new FormatException(error);

    public override string ToString() => $"{Type}::\"{Id}\"";
}
