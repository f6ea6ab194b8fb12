using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace A2AConsole.Sdk;

/// <summary>
/// Turns messages into signed events: CloudEvents 1.0 JSON in a DSSE envelope. For agents that bring their own transport;
/// <see cref="AgentClient"/> does it on its own.
/// </summary>
public static class EventWriter
{
    private const string Times = "yyyy-MM-ddTHH:mm:ss.fffZ";
    // Relaxed: the event is bytes for programs, and less escaping makes it smaller. Everything that JSON needs escaped still is.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    /// <summary>Signs a message under a fresh id and nonce.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="identity">Who says it.</param>
    /// <param name="now">When (UTC); becomes <c>time</c> unless the message has its own.</param>
    /// <param name="lifetime">How long it is valid, unless the message says.</param>
    public static SignedEvent Sign(AgentMessage message, AgentIdentity identity, DateTimeOffset now, TimeSpan lifetime)
        => Sign(message, identity, now, lifetime, Guid.CreateVersion7(now).ToString(), NewNonce());

    /// <summary>As the other overload, with the id and nonce given: for replaying a recorded story. Never use either twice.</summary>
    public static SignedEvent Sign(AgentMessage message, AgentIdentity identity, DateTimeOffset now, TimeSpan lifetime, string id, string nonce)
    {
        var payload = Event(message, identity.SpiffeId.Text, now, lifetime, id, nonce, out var expires);
        return new SignedEvent(id, Convert.ToHexStringLower(SHA256.HashData(payload)), Envelope(DssePayloadTypes.Event, payload, identity), expires);
    }

    /// <summary>An event's bytes without signature: a leaf of a signed batch.</summary>
    internal static SignedEvent Bare(AgentMessage message, AgentIdentity identity, DateTimeOffset now, TimeSpan lifetime)
    {
        var id = Guid.CreateVersion7(now).ToString();
        var payload = Event(message, identity.SpiffeId.Text, now, lifetime, id, NewNonce(), out var expires);
        return new SignedEvent(id, Convert.ToHexStringLower(SHA256.HashData(payload)), payload, expires);
    }

    /// <summary>A DSSE envelope over any payload, signed by the identity.</summary>
    public static byte[] Envelope(string payloadType, ReadOnlySpan<byte> payload, AgentIdentity identity)
    {
        var signature = identity.Sign(DsseEncoding.Pae(payloadType, payload));
        var buffer = new ArrayBufferWriter<byte>(payload.Length * 4 / 3 + 320);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("payloadType"u8, payloadType);
            writer.WriteBase64String("payload"u8, payload);
            writer.WriteStartArray("signatures"u8);
            writer.WriteStartObject();
            writer.WriteString("keyid"u8, identity.KeyId);
            writer.WriteBase64String("sig"u8, signature);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An instant as events, leaves and headers write it: RFC 3339, UTC, milliseconds.</summary>
    internal static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Times, CultureInfo.InvariantCulture);

    private static byte[] Event(AgentMessage message, string source, DateTimeOffset now, TimeSpan lifetime, string id, string nonce, out DateTimeOffset expires)
    {
        var time = message.Time ?? now;
        expires = time + (message.Lifetime ?? lifetime);
        var buffer = new ArrayBufferWriter<byte>(message.Data.Length + 512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion"u8, "1.0"u8);
            writer.WriteString("id"u8, id);
            writer.WriteString("source"u8, source);
            writer.WriteString("type"u8, message.Type);
            Optional(writer, "subject"u8, message.Subject);
            writer.WriteString("time"u8, Text(time));
            writer.WriteString("expires"u8, Text(expires));
            writer.WriteString("datacontenttype"u8, "application/json"u8);
            Optional(writer, "dataschema"u8, message.DataSchema);
            Optional(writer, "audience"u8, message.Audience);
            Optional(writer, "action"u8, message.Action);
            writer.WriteString("nonce"u8, nonce);
            writer.WriteString("idempotencykey"u8, message.IdempotencyKey);
            Optional(writer, "demo"u8, message.Demo);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(message.Data.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Optional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    private static string NewNonce()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }
}
