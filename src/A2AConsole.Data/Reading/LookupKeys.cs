using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace A2AConsole.Data.Reading;

/// <summary>
/// What events are found by: 8 bytes of the digest, or of the message id's hash. Equal keys are only candidates; whoever looks
/// one up reads the leaf and compares.
/// </summary>
internal static class LookupKeys
{
    /// <summary>Leaves in a segment.</summary>
    public const int SegmentLeaves = 65_536;

    /// <summary>Buckets in a segment: by the key's top six bits.</summary>
    public const int Buckets = 64;

    /// <summary>Bytes of an entry: key and offset in the segment.</summary>
    public const int EntryBytes = sizeof(ulong) + sizeof(ushort);

    private const int DigestHex = 64;

    // Within a leaf's strings a quote is escaped, so these byte runs only occur as members.
    private static ReadOnlySpan<byte> MessageIdMember => ",\"messageId\":\""u8;
    private static ReadOnlySpan<byte> DigestMember => ",\"digest\":\""u8;

    /// <summary>The keys that a text may be found by.</summary>
    public static IEnumerable<ulong> Of(string messageIdOrDigest)
    {
        yield return OfMessageId(Encoding.UTF8.GetBytes(messageIdOrDigest));
        if (messageIdOrDigest.Length == DigestHex
            && ulong.TryParse(messageIdOrDigest.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key))
            yield return key;
    }

    /// <summary>A key's bucket.</summary>
    public static int Bucket(ulong key) => (int)(key >> 58);

    /// <summary>The bytes by which a leaf with this message id or digest is told from others without being parsed.</summary>
    public static (byte[] MessageId, byte[] Digest) Needles(string messageIdOrDigest)
    {
        var text = Encoding.UTF8.GetBytes(messageIdOrDigest);
        return ([.. MessageIdMember, .. text, (byte)'"'], [.. DigestMember, .. text, (byte)'"']);
    }

    /// <summary>Adds a leaf's keys.</summary>
    public static void Collect(ReadOnlySpan<byte> leaf, List<ulong> keys)
    {
        var messageId = Member(leaf, MessageIdMember);
        if (!messageId.IsEmpty)
            keys.Add(OfMessageId(messageId));
        var digest = Member(leaf, DigestMember);
        if (digest.Length == DigestHex && ulong.TryParse(digest[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key))
            keys.Add(key);
    }

    /// <summary>The offsets in the segment of a bucket's entries with a key.</summary>
    public static IEnumerable<int> Find(byte[] entries, ulong key)
    {
        var (low, high) = (0, entries.Length / EntryBytes);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (KeyAt(entries, middle) < key)
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < entries.Length / EntryBytes && KeyAt(entries, low) == key; low++)
            yield return BinaryPrimitives.ReadUInt16BigEndian(entries.AsSpan(low * EntryBytes + sizeof(ulong)));
    }

    private static ulong OfMessageId(ReadOnlySpan<byte> messageId) => XxHash3.HashToUInt64(messageId);

    private static ulong KeyAt(byte[] entries, int i) => BinaryPrimitives.ReadUInt64BigEndian(entries.AsSpan(i * EntryBytes));

    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> name)
    {
        var at = leaf.IndexOf(name);
        if (at < 0)
            return default;
        var value = leaf[(at + name.Length)..];
        return value[..value.IndexOf((byte)'"')];
    }
}
