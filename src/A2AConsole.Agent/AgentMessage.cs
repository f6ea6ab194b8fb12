using System.Text.Json;

namespace A2AConsole.Sdk;

/// <summary>
/// What an agent wants to say. The client adds what makes it an event: id (UUIDv7), source, nonce (128 random bits), time and
/// expiry; and signs it. One object is one intent: sending the same object twice is a retry, under the same idempotency key.
/// </summary>
public sealed class AgentMessage
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Takes a type, e.g. <c>purchase.approved</c>, and its business body: a JSON object as UTF-8.</summary>
    /// <exception cref="ArgumentException">The body is not a JSON object.</exception>
    public AgentMessage(string type, ReadOnlyMemory<byte> dataJson)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        (Type, Data) = (type, dataJson);
        try
        {
            using var data = JsonDocument.Parse(dataJson);
            if (data.RootElement.ValueKind != JsonValueKind.Object)
                throw new ArgumentException("an event's data is a JSON object", nameof(dataJson));
        }
        catch (JsonException e)
        {
            throw new ArgumentException("an event's data is a JSON object: " + e.Message, nameof(dataJson), e);
        }
    }

    /// <summary>Makes a message of any object; members are written in camelCase, nulls are left out. Keep money and quantities in strings.</summary>
    public static AgentMessage Create<T>(string type, T data, string? audience = null, string? subject = null)
        => new(type, JsonSerializer.SerializeToUtf8Bytes(data, Camel)) { Audience = audience, Subject = subject };

    /// <summary>The registered type.</summary>
    public string Type { get; }

    /// <summary>The business body, UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>What it is about, in the sender's words.</summary>
    public string? Subject { get; init; }

    /// <summary>The SPIFFE ID of the agent that is meant to act on it.</summary>
    public string? Audience { get; init; }

    /// <summary>The action that it asks for, where the type leaves that open.</summary>
    public string? Action { get; init; }

    /// <summary>The schema's <c>$id</c>; the edge checks against the registered one in any case.</summary>
    public string? DataSchema { get; init; }

    /// <summary>1–64 characters, kept by the edge for 24 hours: the same key with the same content gives the earlier receipt. Filled at random; null
    /// gives up that safety: after a lost answer the message may be admitted twice.</summary>
    public string? IdempotencyKey { get; init; } = Guid.CreateVersion7().ToString();

    /// <summary>How long the event stays valid; null: <see cref="AgentOptions.EventLifetime"/>.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>When it happened (UTC); null: when it is signed. The edge takes events up to 5 minutes old by default.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Labels what a demo or a drill plays, e.g. <c>drill:failover</c>; at most 40 characters. Leave it null in earnest.</summary>
    public string? Demo { get; init; }
}
