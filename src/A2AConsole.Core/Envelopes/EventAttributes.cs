using System.Buffers;

namespace A2AConsole.Core.Envelopes;

/// <summary>The form of each attribute's value, and the names that we understand.</summary>
internal static class EventAttributes
{
    public const int MaxId = 64;
    public const int MinNonce = 16;
    public const int MaxNonce = 64;
    public const int MaxType = 128;
    public const int MaxSubject = 255;
    public const int MaxDemo = 40;

    private static readonly SearchValues<char> IdLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");
    private static readonly SearchValues<char> NonceLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<byte> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789"u8);

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Understood = new HashSet<string>(StringComparer.Ordinal)
    {
        "specversion", "id", "source", "type", "subject", "time", "expires", "datacontenttype", "dataschema", "audience", "action",
        "nonce", "idempotencykey", "critical", "demo",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsId(string text) => text.Length is >= 1 and <= MaxId && !text.AsSpan().ContainsAnyExcept(IdLetters);

    public static bool IsNonce(string text) => text.Length is >= MinNonce and <= MaxNonce && !text.AsSpan().ContainsAnyExcept(NonceLetters);

    public static bool IsType(string text) => text.Length is >= 1 and <= MaxType && !text.AsSpan().ContainsAnyExcept(IdLetters);

    /// <summary>CloudEvents 1.0 §3.1: control characters are no part of an attribute's text.</summary>
    public static bool IsText(string text, int maxLength)
    {
        if (text.Length == 0 || text.Length > maxLength)
            return false;
        foreach (var character in text)
        {
            if (char.IsControl(character))
                return false;
        }
        return true;
    }

    /// <summary>CloudEvents 1.0 §3: lower-case letters and digits.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) => !name.IsEmpty && !name.ContainsAnyExcept(NameLetters);

    /// <summary>The first name of a <c>critical</c> list that we don't understand, or null.</summary>
    public static string? FirstUnknown(string critical)
    {
        foreach (var part in critical.AsSpan().Split(','))
        {
            var name = critical.AsSpan()[part];
            if (!Understood.Contains(name))
                return name.ToString();
        }
        return null;
    }
}
