using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// Reads leaves back. Strict where it matters (types, times, hashes, a member twice is refused); members it does not know are
/// passed over, so that an older reader still reads a newer ledger.
/// </summary>
public static class LeafReader
{
    private const int TimeLength = 24;
    private static readonly LeafKind[] Kinds = Enum.GetValues<LeafKind>();
    private static readonly LeafVerdict[] Verdicts = Enum.GetValues<LeafVerdict>();

    /// <summary>Reads a leaf. Throws <see cref="FormatException"/> saying what is wrong.</summary>
    public static LedgerLeaf Parse(ReadOnlySpan<byte> bytes)
        => TryParse(bytes, out var leaf, out var error) ? leaf : throw new FormatException(error);

    /// <summary>Reads a leaf; <paramref name="error"/> says what is wrong.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LedgerLeaf? leaf, [NotNullWhen(false)] out string? error)
    {
        leaf = null;
        if (!Utf8.IsValid(bytes))
        {
            error = "a leaf is UTF-8";
            return false;
        }
        try
        {
            leaf = Read(bytes);
            error = null;
            return true;
        }
        // InvalidOperationException: an escaped lone surrogate, which no string can hold.
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            error = e.Message;
            return false;
        }
    }

    private static LedgerLeaf Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("a leaf is a JSON object");
        var m = default(Members);
        HashSet<string>? unknown = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = Find(ref reader);
            if (member < 0)
            {
                var name = reader.GetString()!;
                if (!(unknown ??= new HashSet<string>(StringComparer.Ordinal)).Add(name))
                    throw new FormatException($"the leaf has the member {name} twice");
                reader.Skip();
                continue;
            }
            if ((m.Seen >> member & 1) != 0)
                throw new FormatException($"the leaf has a member twice: {reader.GetString()}");
            m.Seen |= 1 << member;
            reader.Read();
            Take(ref reader, member, ref m);
        }
        // Reads on to the end: bytes after the object are refused by the reader.
        if (reader.Read())
            throw new FormatException("bytes follow the leaf's object");
        return new LedgerLeaf
        {
            Kind = m.Kind ?? throw Missing("kind"),
            Verdict = m.Verdict ?? throw Missing("verdict"),
            Code = m.Code,
            At = m.At ?? throw Missing("at"),
            Actor = m.Actor ?? throw Missing("actor"),
            Subject = m.Subject,
            Certificate = m.Certificate,
            MessageId = m.MessageId,
            Type = m.Type,
            Audience = m.Audience,
            Time = m.Time,
            Expires = m.Expires,
            Digest = m.Digest,
            Batch = m.Batch,
            Count = m.Count,
            Detail = m.Detail,
            Demo = m.Demo,
        };
    }

    private struct Members
    {
        public int Seen;
        public LeafKind? Kind;
        public LeafVerdict? Verdict;
        public string? Code, Actor, Subject, Certificate, MessageId, Type, Audience, Digest, Batch, Detail, Demo;
        public DateTimeOffset? At, Time, Expires;
        public long? Count;
    }

    private static int Find(ref Utf8JsonReader reader)
        => reader.ValueTextEquals("kind"u8) ? 0 : reader.ValueTextEquals("verdict"u8) ? 1 : reader.ValueTextEquals("code"u8) ? 2
        : reader.ValueTextEquals("at"u8) ? 3 : reader.ValueTextEquals("actor"u8) ? 4 : reader.ValueTextEquals("subject"u8) ? 5
        : reader.ValueTextEquals("certificate"u8) ? 6 : reader.ValueTextEquals("messageId"u8) ? 7 : reader.ValueTextEquals("type"u8) ? 8
        : reader.ValueTextEquals("audience"u8) ? 9 : reader.ValueTextEquals("time"u8) ? 10 : reader.ValueTextEquals("expires"u8) ? 11
        : reader.ValueTextEquals("digest"u8) ? 12 : reader.ValueTextEquals("batch"u8) ? 13 : reader.ValueTextEquals("count"u8) ? 14
        : reader.ValueTextEquals("detail"u8) ? 15 : reader.ValueTextEquals("demo"u8) ? 16 : -1;

    private static void Take(ref Utf8JsonReader reader, int member, ref Members m)
    {
        switch (member)
        {
            case 0: m.Kind = Kind(ref reader); break;
            case 1: m.Verdict = Verdict(ref reader); break;
            case 2: m.Code = Text(ref reader); break;
            case 3: m.At = Time(ref reader); break;
            case 4: m.Actor = Text(ref reader); break;
            case 5: m.Subject = Text(ref reader); break;
            case 6: m.Certificate = Text(ref reader); break;
            case 7: m.MessageId = Text(ref reader); break;
            case 8: m.Type = Text(ref reader); break;
            case 9: m.Audience = Text(ref reader); break;
            case 10: m.Time = Time(ref reader); break;
            case 11: m.Expires = Time(ref reader); break;
            case 12: m.Digest = Hash(ref reader); break;
            case 13: m.Batch = Hash(ref reader); break;
            case 14: m.Count = Number(ref reader); break;
            case 15: m.Detail = Text(ref reader); break;
            case 16: m.Demo = Text(ref reader); break;
        }
    }

    private static LeafKind Kind(ref Utf8JsonReader reader)
    {
        RequireString(ref reader);
        foreach (var kind in Kinds)
            if (reader.ValueTextEquals(LeafEncoding.Name(kind)))
                return kind;
        throw new FormatException("the leaf's kind is not known here");
    }

    private static LeafVerdict Verdict(ref Utf8JsonReader reader)
    {
        RequireString(ref reader);
        foreach (var verdict in Verdicts)
            if (reader.ValueTextEquals(LeafEncoding.Name(verdict)))
                return verdict;
        throw new FormatException("the leaf's verdict is not known here");
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        RequireString(ref reader);
        return reader.GetString()!;
    }

    private static DateTimeOffset Time(ref Utf8JsonReader reader)
    {
        RequireString(ref reader);
        // The reader's own parser takes many forms; the length and the Z leave the one with milliseconds.
        if (reader.ValueIsEscaped || reader.HasValueSequence || reader.ValueSpan.Length != TimeLength || reader.ValueSpan[^1] != 'Z'
            || !reader.TryGetDateTimeOffset(out var time))
            throw new FormatException("a leaf's time is yyyy-MM-ddTHH:mm:ss.fffZ");
        return time;
    }

    private static string Hash(ref Utf8JsonReader reader)
    {
        var text = Text(ref reader);
        foreach (var c in text)
            if (!char.IsAsciiHexDigitLower(c))
                throw new FormatException("a leaf's hash is 64 lower-case hex digits");
        return text.Length == 2 * MerkleHash.Size ? text : throw new FormatException("a leaf's hash is 64 lower-case hex digits");
    }

    private static long Number(ref Utf8JsonReader reader)
        => reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
            ? number : throw new FormatException("a leaf's count is a whole number");

    private static void RequireString(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new FormatException("a leaf's members are strings, but for its count");
    }

    private static FormatException Missing(string member) => new($"the leaf lacks its {member}");
}
