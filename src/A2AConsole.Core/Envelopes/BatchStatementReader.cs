using System.Text;
using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Envelopes;

/// <summary>Reads what a batch's signature covers. Unknown members are ignored, duplicates refused.</summary>
internal static class BatchStatementReader
{
    private const string What = "The batch's statement";

    public static Fault? Read(ReadOnlySpan<byte> json, out BatchStatement? statement)
    {
        statement = null;
        if (JsonText.CheckUtf8(json, What) is { } broken)
            return broken;
        try
        {
            return ReadMembers(json, out statement);
        }
        catch (JsonException e)
        {
            return JsonText.Broken(What, e);
        }
    }

    private static Fault? ReadMembers(ReadOnlySpan<byte> json, out BatchStatement? statement)
    {
        statement = null;
        var reader = JsonText.Reader(json);
        var members = MemberSet.ForText();
        string? source = null;
        byte[]? root = null;
        var size = 0;
        DateTimeOffset? time = null;
        Span<byte> scratch = stackalloc byte[64];
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return Fault.Malformed("The batch's statement must be a JSON object with source, root, size and time.");
        members.Enter(1);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.CheckName(ref reader, members, What) is { } nameFault)
                return nameFault;
            var name = JsonText.Unescaped(in reader, scratch);
            reader.Read();
            var fault = name.SequenceEqual("source"u8) ? ReadSource(ref reader, out source)
                : name.SequenceEqual("root"u8) ? ReadRoot(ref reader, out root)
                : name.SequenceEqual("size"u8) ? ReadSize(ref reader, out size)
                : name.SequenceEqual("time"u8) ? ReadTime(ref reader, out time)
                : JsonText.Skip(ref reader, members, What);
            if (fault is not null)
                return fault;
        }
        reader.Read();
        var missing = source is null ? "source" : root is null ? "root" : size == 0 ? "size" : time is null ? "time" : null;
        if (missing is not null)
            return Fault.Malformed($"The batch's statement lacks {missing}.");
        statement = new BatchStatement(source!, root, size, time!.Value);
        return null;
    }

    private static Fault? ReadSource(ref Utf8JsonReader reader, out string? source)
    {
        source = null;
        if (!IsShortString(in reader, SpiffeId.MaxLength * 2))
            return Fault.Malformed("The batch's source must be a SPIFFE ID.");
        var text = reader.GetString()!;
        if (SpiffeId.Check(text) is { } wrong)
            return Fault.Malformed($"The batch's source must be a SPIFFE ID: {wrong}.");
        source = text;
        return null;
    }

    private static Fault? ReadRoot(ref Utf8JsonReader reader, out byte[]? root)
    {
        root = null;
        Span<byte> bytes = stackalloc byte[Sha256.Size];
        // Lower-case only: one root has one spelling.
        if (!IsShortString(in reader, 2 * Sha256.Size) || reader.ValueIsEscaped || reader.ValueSpan.Length != 2 * Sha256.Size
            || reader.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'f') || reader.ValueSpan.ContainsAnyInRange((byte)'A', (byte)'F')
            || Convert.FromHexString(Encoding.ASCII.GetString(reader.ValueSpan), bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return Fault.Malformed("The batch's root must be 64 lower-case hex digits.");
        root = bytes.ToArray();
        return null;
    }

    private static Fault? ReadSize(ref Utf8JsonReader reader, out int size)
    {
        size = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out size) && size is >= 1 and <= BatchReader.MaxSize
            ? null
            : Fault.Malformed($"The batch's size must be a number from 1 to {BatchReader.MaxSize}.");
    }

    private static Fault? ReadTime(ref Utf8JsonReader reader, out DateTimeOffset? time)
    {
        time = null;
        if (!IsShortString(in reader, 32) || reader.ValueIsEscaped || !UtcTime.TryParse(reader.ValueSpan, out var value))
            return Fault.Malformed("The batch's time must be an RFC 3339 time in UTC, such as 2026-01-31T09:30:00.000Z.");
        time = value;
        return null;
    }

    private static bool IsShortString(ref readonly Utf8JsonReader reader, int maxLength)
        => reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= maxLength && JsonText.IsWellFormed(in reader);
}
