using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace A2AConsole.Web.Pages.Events;

/// <summary>What was received, as far as it can be shown to people. Nothing here judges: admission has.</summary>
/// <param name="Payload">The signed event, indented; null when it cannot be read.</param>
/// <param name="Raw">The bytes as received, indented when they are JSON, else as text or hex.</param>
/// <param name="KeyId">The first signature's key id, when there is one.</param>
public sealed record Readable(string? Payload, string Raw, string? KeyId)
{
    private const int MostHex = 4096;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a DSSE envelope, or (<paramref name="batched"/>) an event's own bytes.</summary>
    public static Readable Of(ReadOnlyMemory<byte> bytes, bool batched)
    {
        var raw = Pretty(bytes) ?? Text(bytes);
        if (batched)
            return new(Pretty(bytes), raw, null);
        try
        {
            using var envelope = JsonDocument.Parse(bytes);
            var payload = envelope.RootElement.TryGetProperty("payload", out var encoded) && encoded.ValueKind == JsonValueKind.String
                && encoded.TryGetBytesFromBase64(out var decoded) ? Pretty(decoded) ?? Text(decoded) : null;
            var keyId = envelope.RootElement.TryGetProperty("signatures", out var signatures) && signatures.ValueKind == JsonValueKind.Array
                && signatures.GetArrayLength() > 0 && signatures[0].ValueKind == JsonValueKind.Object
                && signatures[0].TryGetProperty("keyid", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
            return new(payload, raw, keyId);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new(null, raw, null);
        }
    }

    private static string? Pretty(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return JsonSerializer.Serialize(json.RootElement, Indented);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Text(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var text = Strict.GetString(bytes.Span);
            if (!text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
                return text;
        }
        catch (DecoderFallbackException) { /* Not text: shown as hex. */ }
        var shown = bytes.Span[..Math.Min(bytes.Length, MostHex)];
        return string.Join(' ', Convert.ToHexStringLower(shown).Chunk(2).Select(c => new string(c))) + (bytes.Length > MostHex ? " …" : "");
    }
}
