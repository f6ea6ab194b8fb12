using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Envelopes;

/// <summary>
/// Reads an event: CloudEvents 1.0 in JSON, one object, every attribute but <c>data</c> a string. One pass over the bytes,
/// which finds duplicate members at any depth too; nothing is kept but the attributes.
/// </summary>
public static class AgentEventReader
{
    private const string What = "The event";

    /// <summary>
    /// Reads an event. <paramref name="likelySource"/> spares a copy of the source when it is the one that was expected;
    /// <paramref name="digest"/> is the payload's SHA-256 when the caller has it already.
    /// </summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out UnverifiedEvent? value, [NotNullWhen(false)] out Fault? fault,
        string? likelySource = null, ReadOnlyMemory<byte> digest = default)
    {
        value = null;
        fault = JsonText.CheckUtf8(payload.Span, What);
        if (fault is not null)
            return false;
        try
        {
            var draft = new Draft { LikelySource = likelySource };
            fault = Read(payload.Span, ref draft) ?? Complete(in draft);
            if (fault is null)
                value = Finish(in draft, payload, digest.IsEmpty ? Sha256.Hash(payload.Span) : digest);
        }
        catch (JsonException e)
        {
            fault = JsonText.Broken(What, e);
        }
        return fault is null;
    }

    private static Fault? Read(ReadOnlySpan<byte> json, ref Draft draft)
    {
        var reader = JsonText.Reader(json);
        var members = MemberSet.ForText();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return Fault.Malformed("The event must be a JSON object (CloudEvents 1.0).");
        members.Enter(1);
        Span<byte> scratch = stackalloc byte[128];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.CheckName(ref reader, members, What) is { } nameFault)
                return nameFault;
            var name = JsonText.Unescaped(in reader, scratch);
            reader.Read();
            var fault = name.SequenceEqual("data"u8) ? ReadData(ref reader, members, ref draft) : ReadAttribute(name, ref reader, ref draft);
            if (fault is not null)
                return fault;
        }
        reader.Read();
        return null;
    }

    private static Fault? ReadData(ref Utf8JsonReader reader, MemberSet members, ref Draft draft)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Fault.Malformed("The event's data must be a JSON object.");
        var start = (int)reader.TokenStartIndex;
        if (JsonText.Skip(ref reader, members, What) is { } fault)
            return fault;
        draft.Data = start..(int)reader.BytesConsumed;
        draft.HasData = true;
        return null;
    }

    private static Fault? ReadAttribute(scoped ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ref Draft draft)
    {
        if (!EventAttributes.IsName(name))
            return Fault.Malformed(name.SequenceEqual("data_base64"u8)
                ? "Binary data (data_base64) is not taken: data must be a JSON object."
                : $"The event's attribute \"{JsonText.Printable(name)}\" has a name that CloudEvents does not allow: lower-case letters and digits only.");
        if (reader.TokenType != JsonTokenType.String)
            return Fault.Malformed($"The event's attribute {JsonText.Printable(name)} must be a string.");
        if (!JsonText.IsWellFormed(in reader))
            return JsonText.BrokenString(in reader, What);
        if (reader.ValueSpan.Length > JsonText.MaxNameLength)
            return Fault.Malformed($"The event's attribute {JsonText.Printable(name)} is longer than {JsonText.MaxNameLength} bytes.");
        return name switch
        {
            _ when name.SequenceEqual("id"u8) => Take(ref reader, ref draft.Id, EventAttributes.IsId, "id", "1–64 characters of A–Z a–z 0–9 . _ : -"),
            _ when name.SequenceEqual("type"u8) => Take(ref reader, ref draft.Type, EventAttributes.IsType, "type", "1–128 characters of A–Z a–z 0–9 . _ : -"),
            _ when name.SequenceEqual("time"u8) => TakeTime(ref reader, ref draft.Time, "time"),
            _ when name.SequenceEqual("nonce"u8) => Take(ref reader, ref draft.Nonce, EventAttributes.IsNonce, "nonce", "16–64 characters of A–Z a–z 0–9 _ -"),
            _ when name.SequenceEqual("source"u8) => TakeSource(ref reader, ref draft),
            _ when name.SequenceEqual("expires"u8) => TakeTime(ref reader, ref draft.Expires, "expires"),
            _ when name.SequenceEqual("audience"u8) => TakeSpiffeId(ref reader, ref draft.Audience, "audience"),
            _ when name.SequenceEqual("action"u8) => Take(ref reader, ref draft.Action, EventAttributes.IsId, "action", "1–64 characters of A–Z a–z 0–9 . _ : -"),
            _ when name.SequenceEqual("subject"u8) => Take(ref reader, ref draft.Subject, static t => EventAttributes.IsText(t, EventAttributes.MaxSubject), "subject", "1–255 characters, none of them a control character"),
            _ when name.SequenceEqual("idempotencykey"u8) => Take(ref reader, ref draft.IdempotencyKey, EventAttributes.IsId, "idempotencykey", "1–64 characters of A–Z a–z 0–9 . _ : -"),
            _ when name.SequenceEqual("demo"u8) => Take(ref reader, ref draft.Demo, static t => EventAttributes.IsText(t, EventAttributes.MaxDemo), "demo", "1–40 characters, none of them a control character"),
            _ when name.SequenceEqual("dataschema"u8) => Take(ref reader, ref draft.DataSchema, static t => EventAttributes.IsText(t, EventAttributes.MaxSubject), "dataschema", "a URI of 1–255 characters"),
            _ when name.SequenceEqual("critical"u8) => TakeCritical(ref reader),
            _ when name.SequenceEqual("specversion"u8) => TakeVersion(ref reader, ref draft),
            _ when name.SequenceEqual("datacontenttype"u8) => reader.ValueTextEquals("application/json"u8) ? null : Fault.Malformed("The event's datacontenttype must be \"application/json\" where it is given."),
            _ => null,
        };
    }

    private static Fault? Take(ref Utf8JsonReader reader, ref string? field, Func<string, bool> rule, string name, string right)
    {
        var text = reader.ValueIsEscaped ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
        if (!rule(text))
            return Fault.Malformed($"The event's {name} must be {right}.");
        field = text;
        return null;
    }

    private static Fault? TakeTime(ref Utf8JsonReader reader, ref DateTimeOffset? field, string name)
    {
        Span<byte> scratch = stackalloc byte[192];
        if (reader.ValueSpan.Length > scratch.Length || !UtcTime.TryParse(JsonText.Unescaped(in reader, scratch), out var time))
            return Fault.Malformed($"The event's {name} must be an RFC 3339 time in UTC, such as 2026-01-31T09:30:00.000Z.");
        field = time;
        return null;
    }

    private static Fault? TakeSource(ref Utf8JsonReader reader, ref Draft draft)
    {
        if (draft.LikelySource is { } likely && reader.ValueTextEquals(likely))
        {
            draft.Source = likely;
            return null;
        }
        return TakeSpiffeId(ref reader, ref draft.Source, "source");
    }

    private static Fault? TakeSpiffeId(ref Utf8JsonReader reader, ref string? field, string name)
    {
        var text = reader.ValueIsEscaped ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
        if (SpiffeId.Check(text) is { } wrong)
            return Fault.Malformed($"The event's {name} must be a SPIFFE ID: {wrong}.");
        field = text;
        return null;
    }

    private static Fault? TakeVersion(ref Utf8JsonReader reader, ref Draft draft)
    {
        draft.HasVersion = reader.ValueTextEquals("1.0"u8);
        return draft.HasVersion ? null : Fault.Malformed("The event's specversion must be \"1.0\".");
    }

    private static Fault? TakeCritical(ref Utf8JsonReader reader)
        => EventAttributes.FirstUnknown(reader.GetString()!) is { } unknown
            ? new Fault(RefusalCode.UnknownCriticalMember, unknown.Length == 0
                ? "The event's critical must be names of attributes with a comma between two, without white space."
                : $"The event marks \"{JsonText.Printable(Encoding.UTF8.GetBytes(unknown))}\" critical, which is not understood here.")
            : null;

    private static Fault? Complete(ref readonly Draft draft)
    {
        var missing = !draft.HasVersion ? "specversion"
            : draft.Id is null ? "id"
            : draft.Source is null ? "source"
            : draft.Type is null ? "type"
            : draft.Time is null ? "time"
            : draft.Expires is null ? "expires"
            : draft.Nonce is null ? "nonce"
            : !draft.HasData ? "data"
            : null;
        return missing is not null ? Fault.Malformed($"The event lacks {missing}.")
            : draft.Expires <= draft.Time ? Fault.Malformed("The event's expires must be after its time.")
            : null;
    }

    private static UnverifiedEvent Finish(ref readonly Draft draft, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> digest)
    {
        var claims = new EventFacts
        {
            MessageId = draft.Id!,
            Source = draft.Source!,
            Type = draft.Type!,
            Subject = draft.Subject,
            Audience = draft.Audience,
            Action = draft.Action,
            Time = draft.Time!.Value,
            Expires = draft.Expires!.Value,
            Nonce = draft.Nonce!,
            IdempotencyKey = draft.IdempotencyKey,
            Demo = draft.Demo,
            Digest = digest,
            ContentDigest = draft.IdempotencyKey is null ? default : ContentDigest(in draft, payload.Span[draft.Data]),
        };
        return new UnverifiedEvent(claims, draft.DataSchema, payload, draft.Data);
    }

    /// <summary>SHA-256 over type, subject, audience, action and data, each after its length (4 bytes, big-endian; all ones when absent).</summary>
    private static byte[] ContentDigest(ref readonly Draft draft, ReadOnlySpan<byte> data)
    {
        var hash = Sha256.Context;
        Span<byte> buffer = stackalloc byte[4 + 4 * EventAttributes.MaxSubject];
        foreach (var text in (ReadOnlySpan<string?>)[draft.Type, draft.Subject, draft.Audience, draft.Action])
        {
            var length = text is null ? 0 : Encoding.UTF8.GetBytes(text, buffer[4..]);
            BinaryPrimitives.WriteInt32BigEndian(buffer, text is null ? -1 : length);
            hash.AppendData(buffer[..(4 + length)]);
        }
        BinaryPrimitives.WriteInt32BigEndian(buffer, data.Length);
        hash.AppendData(buffer[..4]);
        hash.AppendData(data);
        return hash.GetHashAndReset();
    }

    private struct Draft
    {
        public string? LikelySource;
        public bool HasVersion;
        public bool HasData;
        public Range Data;
        public string? Id;
        public string? Source;
        public string? Type;
        public string? Subject;
        public string? Audience;
        public string? Action;
        public string? Nonce;
        public string? IdempotencyKey;
        public string? DataSchema;
        public string? Demo;
        public DateTimeOffset? Time;
        public DateTimeOffset? Expires;
    }
}
