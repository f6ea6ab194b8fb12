using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.Envelopes;

/// <summary>One event of a batch, decoded.</summary>
/// <param name="Payload">The event's bytes.</param>
/// <param name="Index">Its place in the batch's tree, where the batch came in part.</param>
/// <param name="Path">Its inclusion path (32-byte hashes one after the other, the leaf's sibling first), or empty.</param>
public readonly record struct BatchItem(byte[] Payload, int? Index, byte[] Path);

/// <summary>Reads one event of a batch: <c>{"payload":"&lt;base64&gt;","index":n,"path":["&lt;base64&gt;"…]}</c>.</summary>
public static class BatchItemReader
{
    /// <summary>The longest path: that of a tree of <see cref="BatchReader.MaxSize"/>.</summary>
    private const int MaxPath = 20;

    private const string What = "The batch's event";

    /// <summary>Reads an item. <paramref name="item"/> counts only when there is no fault.</summary>
    public static Fault? Read(ReadOnlySpan<byte> json, out BatchItem item)
    {
        item = default;
        try
        {
            return ReadMembers(json, out item);
        }
        catch (JsonException e)
        {
            return JsonText.Broken(What, e);
        }
    }

    private static Fault? ReadMembers(ReadOnlySpan<byte> json, out BatchItem item)
    {
        item = default;
        var reader = JsonText.Reader(json);
        var members = MemberSet.ForText();
        byte[]? payload = null;
        int? index = null;
        byte[] path = [];
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return Fault.Malformed("A batch's event must be an object with payload.");
        members.Enter(1);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.CheckName(ref reader, members, What) is { } nameFault)
                return nameFault;
            var isPayload = reader.ValueTextEquals("payload"u8);
            var isIndex = !isPayload && reader.ValueTextEquals("index"u8);
            var isPath = !isPayload && !isIndex && reader.ValueTextEquals("path"u8);
            reader.Read();
            var fault = isPayload ? Decode(ref reader, "payload", out payload)
                : isIndex ? ReadIndex(ref reader, out index)
                : isPath ? ReadPath(ref reader, out path)
                : JsonText.Skip(ref reader, members, What);
            if (fault is not null)
                return fault;
        }
        reader.Read();
        if (payload is null)
            return Fault.Malformed("A batch's event lacks payload.");
        item = new BatchItem(payload, index, path);
        return null;
    }

    private static Fault? ReadIndex(ref Utf8JsonReader reader, out int? index)
    {
        index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value) && value >= 0 ? value : null;
        return index is null ? Fault.Malformed("A batch's event's index must be a whole number from 0.") : null;
    }

    private static Fault? ReadPath(ref Utf8JsonReader reader, out byte[] path)
    {
        path = [];
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fault.Malformed("A batch's event's path must be an array of base64 hashes.");
        Span<byte> hashes = stackalloc byte[MaxPath * Sha256.Size];
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == MaxPath)
                return Fault.Malformed($"A batch's event's path has more than {MaxPath} hashes.");
            if (Decode(ref reader, "path", out var hash) is { } fault)
                return fault;
            if (hash!.Length != Sha256.Size)
                return Fault.Malformed("Each hash of a batch's event's path has 32 bytes.");
            hash.CopyTo(hashes[(count++ * Sha256.Size)..]);
        }
        path = hashes[..(count * Sha256.Size)].ToArray();
        return null;
    }

    private static Fault? Decode(ref Utf8JsonReader reader, string member, out byte[]? decoded)
    {
        decoded = null;
        if (reader.TokenType != JsonTokenType.String)
            return Fault.Malformed($"A batch's event's {member} must be base64.");
        if (!JsonText.IsWellFormed(in reader))
            return JsonText.BrokenString(in reader, What);
        var text = reader.ValueIsEscaped ? JsonText.Unescaped(in reader, []) : reader.ValueSpan;
        var bytes = new byte[StrictBase64.DecodedLength(text)];
        if (StrictBase64.Decode(text, bytes, out var written) is { } wrong)
            return Fault.Malformed($"A batch's event's {member} is not standard base64 (RFC 4648 §4): {wrong}.");
        decoded = written == bytes.Length ? bytes : bytes[..written];
        return null;
    }
}
