using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace A2AConsole.Web.Pages.Quarantine;

/// <summary>How received bytes are shown.</summary>
public enum PayloadForm
{
    /// <summary>They are JSON, laid out.</summary>
    Json,
    /// <summary>They are not; offsets, bytes and letters.</summary>
    Hex,
}

/// <summary>
/// Received bytes as something to read: JSON laid out, with the signed payload inside an envelope unwrapped, or a hex view.
/// What comes out is text for an encoded text node, never markup; the bytes are an attacker's.
/// </summary>
public sealed partial record PayloadText(PayloadForm Form, string Text, string? Inner, int Shown, int Total)
{
    /// <summary>How many bytes are laid out at most.</summary>
    public const int MaxJson = 64 * 1024;

    /// <summary>How many bytes the hex view shows at most.</summary>
    public const int MaxHex = 4 * 1024;

    // Keeps letters of all scripts readable but writes < > & ' and invisible or right-to-left characters as escapes.
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.BasicLatin, System.Text.Unicode.UnicodeRanges.Latin1Supplement) };

    /// <summary>Reads the bytes.</summary>
    public static PayloadText Of(ReadOnlyMemory<byte> bytes)
        => bytes.Length <= MaxJson && Json(bytes) is { } json
            ? new(PayloadForm.Json, json, Payload(bytes), bytes.Length, bytes.Length)
            : new(PayloadForm.Hex, Hex(bytes.Span[..Math.Min(bytes.Length, MaxHex)]), null, Math.Min(bytes.Length, MaxHex), bytes.Length);

    /// <summary>The hex view of the bytes, whatever they are.</summary>
    public static PayloadText HexOf(ReadOnlyMemory<byte> bytes)
        => new(PayloadForm.Hex, Hex(bytes.Span[..Math.Min(bytes.Length, MaxHex)]), null, Math.Min(bytes.Length, MaxHex), bytes.Length);

    private static string? Json(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            // A document keeps members that appear twice, so what was refused for them still shows them.
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 64 });
            // The encoder cannot be told to leave plus signs, which base64 is full of.
            return EscapedPlus().Replace(JsonSerializer.Serialize(document.RootElement, Layout), "+");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The event inside a DSSE envelope (or a batched event), laid out.</summary>
    private static string? Payload(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 64 });
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return payload.TryGetBytesFromBase64(out var inner) ? Json(inner) : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 5);
        for (var offset = 0; offset < bytes.Length; offset += 16)
        {
            var line = bytes[offset..Math.Min(offset + 16, bytes.Length)];
            text.Append(offset.ToString("x6", CultureInfo.InvariantCulture)).Append("  ");
            for (var i = 0; i < 16; i++)
                text.Append(i < line.Length ? line[i].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(i == 7 ? "  " : " ");
            text.Append(' ');
            foreach (var b in line)
                text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
            text.Append('\n');
        }
        return text.ToString();
    }

    // Not when the backslash is itself escaped.
    [GeneratedRegex(@"(?<=(?:^|[^\\])(?:\\\\)*)\\u002B")]
    private static partial Regex EscapedPlus();
}
