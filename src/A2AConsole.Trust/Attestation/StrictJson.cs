using System.Text.Json;

namespace A2AConsole.Trust.Attestation;

/// <summary>How evidence and reference values are read: no member twice, no deep nesting, and a member of another type is no member.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>The object in a JSON text, or null when it is none. Its memory is the collector's.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The member of this name, or null when there is none or <paramref name="element"/> is no object.</summary>
    public static JsonElement? Member(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The text of a member, or null when it is no string.</summary>
    public static string? Text(this JsonElement element, string name)
    {
        try
        {
            return element.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text.
            return null;
        }
    }

    /// <summary>The strings of a member that is an array of strings, or null when it is anything else.</summary>
    public static IReadOnlyList<string>? Texts(this JsonElement element, string name)
    {
        if (element.Member(name) is not { ValueKind: JsonValueKind.Array } array)
            return null;
        var texts = new List<string>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
                return null;
            try
            {
                texts.Add(item.GetString()!);
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
        return texts;
    }

    /// <summary>The whole number of a member, or null when it is none.</summary>
    public static long? Number(this JsonElement element, string name)
        => element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    /// <summary>The first member whose name is not among <paramref name="known"/>, or null: a reference value that is misspelt must not go unnoticed.</summary>
    public static string? Stranger(this JsonElement element, params ReadOnlySpan<string> known)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
                return member.Name;
        }
        return null;
    }

    /// <summary>A text for a sentence: shortened, and without anything that could disturb a log or a page.</summary>
    public static string Printable(string text)
    {
        const int longest = 120;
        var characters = text.Length > longest ? text.AsSpan(0, longest).ToString() + "…" : text;
        return string.Concat(characters.Select(c => char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? '?' : c));
    }
}
