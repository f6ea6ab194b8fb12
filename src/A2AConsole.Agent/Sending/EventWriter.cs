using System.Buffers.Text;
using System.Security.Cryptography;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Sdk;

/// <summary>
/// Turns messages into signed events: CloudEvents 1.0 JSON in a DSSE envelope. For agents that bring their own transport;
/// <see cref="AgentClient"/> does it on its own.
/// </summary>
public static class EventWriter
{
    private const int NonceSize = 16;

    /// <summary>Signs a message under a fresh id (UUIDv7) and nonce (128 random bits).</summary>
    /// <param name="message">What to say.</param>
    /// <param name="identity">Who says it.</param>
    /// <param name="now">When (UTC); becomes <c>time</c> unless the message has its own.</param>
    /// <param name="lifetime">How long it is valid, unless the message says.</param>
    /// <exception cref="FormatException">The edge would not read it; the exception names the broken rule.</exception>
    public static SignedEvent Sign(AgentMessage message, AgentIdentity identity, DateTimeOffset now, TimeSpan lifetime)
        => Sign(message, identity, now, lifetime, NewId(now), NewNonce());

    /// <summary>As the other overload, with the id and nonce given: for replaying a recorded story. Never use either twice.</summary>
    /// <inheritdoc cref="Sign(AgentMessage, AgentIdentity, DateTimeOffset, TimeSpan)"/>
    public static SignedEvent Sign(AgentMessage message, AgentIdentity identity, DateTimeOffset now, TimeSpan lifetime, string id, string nonce)
    {
        var bare = Bare(message, identity, now, lifetime, id, nonce);
        return bare with { Envelope = Envelope(bare.Envelope.Span, identity) };
    }

    /// <summary>A DSSE envelope over any event payload, signed by the identity; nothing is checked.</summary>
    public static byte[] Envelope(ReadOnlySpan<byte> payload, AgentIdentity identity) => DsseEnvelopeWriter.SignEvent(payload, identity.Signers.Key, identity.Signers.Also);

    /// <summary>An event's bytes without signature: a leaf of a signed batch.</summary>
    internal static SignedEvent Bare(AgentMessage message, AgentIdentity identity, DateTimeOffset now, TimeSpan lifetime)
        => Bare(message, identity, now, lifetime, NewId(now), NewNonce());

    private static SignedEvent Bare(AgentMessage message, AgentIdentity identity, DateTimeOffset now, TimeSpan lifetime, string id, string nonce)
    {
        var time = message.Time ?? now;
        var expires = time + (message.Lifetime ?? lifetime);
        var payload = AgentEventWriter.Write(new AgentEvent
        {
            Id = id,
            Source = identity.SpiffeId.Text,
            Type = message.Type,
            Subject = message.Subject,
            Time = time,
            Expires = expires,
            DataSchema = message.DataSchema,
            Audience = message.Audience,
            Action = message.Action,
            Nonce = nonce,
            IdempotencyKey = message.IdempotencyKey,
            Demo = message.Demo,
            Data = message.Data,
        });
        return new SignedEvent(id, Convert.ToHexStringLower(SHA256.HashData(payload)), payload, expires);
    }

    private static string NewId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString();

    private static string NewNonce()
    {
        Span<byte> random = stackalloc byte[NonceSize];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }
}
