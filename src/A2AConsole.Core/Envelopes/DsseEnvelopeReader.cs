using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.Envelopes;

/// <summary>
/// Reads a DSSE envelope from its JSON in one pass into one pooled buffer. Unknown members are ignored, as DSSE says;
/// duplicate members, lenient base64 and anything after the object are refused.
/// </summary>
public static class DsseEnvelopeReader
{
    /// <summary>The most signatures that an envelope may carry.</summary>
    public const int MaxSignatures = 8;

    private const string What = "The envelope";
    private const int PayloadStart = Dsse.MaxHeaderLength;
    private const int MaxKeyIdLength = 256;

    private static readonly DsseSignature[] NoSignatures = [];

    /// <summary>Reads an envelope. On success the caller owns <paramref name="envelope"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out UnverifiedEnvelope? envelope, [NotNullWhen(false)] out Fault? fault)
    {
        envelope = null;
        fault = JsonText.CheckUtf8(json, What);
        if (fault is not null)
            return false;
        // Everything decoded is shorter than its text, so one buffer of the text's length takes it all.
        var draft = new Draft { Buffer = ArrayPool<byte>.Shared.Rent(PayloadStart + json.Length), Used = PayloadStart };
        try
        {
            fault = Read(json, ref draft);
            if (fault is null)
                envelope = Finish(ref draft);
        }
        catch (JsonException e)
        {
            fault = JsonText.Broken(What, e);
        }
        finally
        {
            if (envelope is null)
                ArrayPool<byte>.Shared.Return(draft.Buffer);
        }
        return fault is null;
    }

    private static Fault? Read(ReadOnlySpan<byte> json, ref Draft draft)
    {
        var reader = JsonText.Reader(json);
        var members = MemberSet.ForText();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return Fault.Malformed("The envelope must be a JSON object with payloadType, payload and signatures.");
        members.Enter(1);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.CheckName(ref reader, members, What) is { } nameFault)
                return nameFault;
            var isPayload = reader.ValueTextEquals("payload"u8);
            var isType = !isPayload && reader.ValueTextEquals("payloadType"u8);
            var isSignatures = !isPayload && !isType && reader.ValueTextEquals("signatures"u8);
            reader.Read();
            var fault = isPayload ? ReadPayload(ref reader, ref draft)
                : isType ? ReadType(ref reader, ref draft)
                : isSignatures ? ReadSignatures(ref reader, members, ref draft)
                : JsonText.Skip(ref reader, members, What);
            if (fault is not null)
                return fault;
        }
        // Reading on finds whatever trails the object.
        reader.Read();
        return draft.PayloadType is null ? Fault.Malformed("The envelope lacks payloadType.")
            : draft.Payload is null ? Fault.Malformed("The envelope lacks payload.")
            : null;
    }

    private static Fault? ReadPayload(ref Utf8JsonReader reader, ref Draft draft)
    {
        if (reader.TokenType != JsonTokenType.String)
            return Fault.Malformed("The envelope's payload must be a string: base64 of the signed bytes.");
        // The payload has its place after the room for the PAE's header; what came before it moves behind.
        if (draft.Used != PayloadStart)
            return ReadLatePayload(ref reader, ref draft);
        if (Decode(ref reader, ref draft, "payload", out var payload) is { } fault)
            return fault;
        draft.Payload = payload;
        return null;
    }

    private static Fault? ReadLatePayload(ref Utf8JsonReader reader, ref Draft draft)
    {
        // Signatures came first. Decode behind them, then turn the two parts round so that the payload follows the header's room.
        var before = draft.Used - PayloadStart;
        if (Decode(ref reader, ref draft, "payload", out var payload) is { } fault)
            return fault;
        var length = payload.End.Value - payload.Start.Value;
        var all = draft.Buffer.AsSpan(PayloadStart, before + length);
        all[..before].Reverse();
        all[before..].Reverse();
        all.Reverse();
        draft.Payload = PayloadStart..(PayloadStart + length);
        for (var i = 0; i < draft.SignatureCount; i++)
            draft.Signatures![i] = draft.Signatures[i].MovedBy(length);
        return null;
    }

    private static Fault? ReadType(ref Utf8JsonReader reader, ref Draft draft)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > Dsse.MaxTypeLength || !JsonText.IsWellFormed(in reader))
            return Fault.Malformed($"The envelope's payloadType must be a string of at most {Dsse.MaxTypeLength} bytes.");
        draft.PayloadType = reader.ValueTextEquals("application/cloudevents+json"u8) ? Dsse.EventType
            : reader.ValueTextEquals("application/vnd.a2aconsole.batch+json"u8) ? Dsse.BatchType
            : reader.GetString();
        return null;
    }

    private static Fault? ReadSignatures(ref Utf8JsonReader reader, MemberSet members, ref Draft draft)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fault.Malformed("The envelope's signatures must be an array.");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return Fault.Malformed("Each of the envelope's signatures must be an object with sig and, optionally, keyid.");
            if (draft.SignatureCount == MaxSignatures)
                return Fault.Malformed($"The envelope carries more than {MaxSignatures} signatures.");
            if (ReadSignature(ref reader, members, ref draft) is { } fault)
                return fault;
        }
        return null;
    }

    private static Fault? ReadSignature(ref Utf8JsonReader reader, MemberSet members, ref Draft draft)
    {
        var signature = default(SignatureSlice);
        var hasValue = false;
        members.Enter(reader.CurrentDepth + 1);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.CheckName(ref reader, members, What) is { } nameFault)
                return nameFault;
            var isValue = reader.ValueTextEquals("sig"u8);
            var isKeyId = !isValue && reader.ValueTextEquals("keyid"u8);
            reader.Read();
            if (isValue)
            {
                if (reader.TokenType != JsonTokenType.String)
                    return Fault.Malformed("A signature's sig must be a string: base64 of the signature.");
                if (Decode(ref reader, ref draft, "sig", out var value) is { } fault)
                    return fault;
                (signature.ValueStart, signature.ValueLength, hasValue) = (value.Start.Value, value.End.Value - value.Start.Value, true);
            }
            else if (isKeyId)
            {
                if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > MaxKeyIdLength || !JsonText.IsWellFormed(in reader))
                    return Fault.Malformed($"A signature's keyid must be a string of at most {MaxKeyIdLength} bytes.");
                var length = reader.CopyString(draft.Buffer.AsSpan(draft.Used));
                (signature.KeyStart, signature.KeyLength) = (draft.Used, length);
                draft.Used += length;
            }
            else if (JsonText.Skip(ref reader, members, What) is { } fault)
            {
                return fault;
            }
        }
        if (!hasValue)
            return Fault.Malformed("A signature of the envelope lacks sig.");
        draft.Add(signature);
        return null;
    }

    private static Fault? Decode(ref Utf8JsonReader reader, ref Draft draft, string member, out Range decoded)
    {
        decoded = default;
        if (!JsonText.IsWellFormed(in reader))
            return JsonText.BrokenString(in reader, What);
        var text = reader.ValueSpan;
        byte[]? rented = null;
        try
        {
            // Many JSON writers escape '/' or '+': such text is the same string.
            if (reader.ValueIsEscaped)
            {
                rented = ArrayPool<byte>.Shared.Rent(text.Length);
                text = rented.AsSpan(0, reader.CopyString(rented));
            }
            if (StrictBase64.Decode(text, draft.Buffer.AsSpan(draft.Used), out var written) is { } wrong)
                return Fault.Malformed($"The envelope's {member} is not standard base64 (RFC 4648 §4): {wrong}.");
            decoded = draft.Used..(draft.Used + written);
            draft.Used += written;
            return null;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static UnverifiedEnvelope Finish(ref Draft draft)
    {
        Span<byte> type = stackalloc byte[Dsse.MaxTypeLength];
        type = type[..Encoding.UTF8.GetBytes(draft.PayloadType!, type)];
        var payload = draft.Payload!.Value;
        var length = payload.End.Value - PayloadStart;
        Span<byte> header = stackalloc byte[Dsse.MaxHeaderLength];
        header = header[..Dsse.WritePaeHeader(type, length, header)];
        var start = PayloadStart - header.Length;
        header.CopyTo(draft.Buffer.AsSpan(start));

        var signatures = draft.SignatureCount == 0 ? NoSignatures : new DsseSignature[draft.SignatureCount];
        for (var i = 0; i < signatures.Length; i++)
        {
            var slice = draft.Signatures![i];
            signatures[i] = new(draft.Buffer.AsMemory(slice.KeyStart, slice.KeyLength), draft.Buffer.AsMemory(slice.ValueStart, slice.ValueLength));
        }
        return new UnverifiedEnvelope(draft.Buffer, start..payload.End, payload, draft.PayloadType!, signatures);
    }

    private record struct SignatureSlice(int KeyStart, int KeyLength, int ValueStart, int ValueLength)
    {
        public readonly SignatureSlice MovedBy(int count) => this with { KeyStart = KeyStart + count, ValueStart = ValueStart + count };
    }

    private struct Draft
    {
        public byte[] Buffer;
        public int Used;
        public string? PayloadType;
        public Range? Payload;
        public SignatureSlice[]? Signatures;
        public int SignatureCount;

        public void Add(SignatureSlice signature)
        {
            if (SignatureCount == (Signatures ??= new SignatureSlice[1]).Length)
                Array.Resize(ref Signatures, MaxSignatures);
            Signatures[SignatureCount++] = signature;
        }
    }
}
