using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.A2A;

/// <summary>
/// How bodies of the protocol are read: the whole text is judged first (UTF-8, one value, depth, no member twice, no half surrogates),
/// then looked into. Values are named by where they lie in the text, so that what goes on is the sender's bytes.
/// </summary>
internal static class A2AJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = JsonText.MaxDepth };

    /// <summary>Reads a text. On success the caller owns <paramref name="document"/>, which lives on the bytes given.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, string what, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out Fault? fault)
    {
        document = null;
        fault = JsonText.CheckUtf8(json.Span, what);
        if (fault is not null)
            return false;
        try
        {
            var reader = JsonText.Reader(json.Span);
            if (!reader.Read())
                fault = Fault.Malformed($"{what} is empty.");
            else
                fault = JsonText.Skip(ref reader, MemberSet.ForText(), what);
            // Reading on finds whatever trails the value.
            if (fault is null && reader.Read())
                fault = Fault.Malformed($"{what} is followed by something else.");
            if (fault is null)
                document = JsonDocument.Parse(json, Options);
        }
        catch (JsonException e)
        {
            fault = JsonText.Broken(what, e);
        }
        return fault is null;
    }

    /// <summary>Where a value lies in the text that its document was made of.</summary>
    public static Range RangeOf(ReadOnlyMemory<byte> json, JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        return json.Span.Overlaps(raw, out var offset) ? offset..(offset + raw.Length) : throw new ArgumentException("The value is not of this text.", nameof(element));
    }

    /// <summary>
    /// The first member whose name differs from one that we interpret only in case or underscores. Peers built on protobuf or on a
    /// case-blind reader take <c>message_id</c> for <c>messageId</c>: with such a twin we and they would see two messages.
    /// </summary>
    public static string? Lookalike(JsonElement value, ReadOnlySpan<string> names)
    {
        foreach (var member in value.EnumerateObject())
        {
            // Read once: each time it is asked for, it is made anew.
            var given = member.Name;
            foreach (var name in names)
            {
                if (given != name && Alike(given, name))
                    return name;
            }
        }
        return null;
    }

    private static bool Alike(string one, string other)
    {
        var at = 0;
        foreach (var character in one)
        {
            if (character == '_')
                continue;
            if (at == other.Length || char.ToUpperInvariant(character) != char.ToUpperInvariant(other[at]))
                return false;
            at++;
        }
        return at == other.Length;
    }
}
