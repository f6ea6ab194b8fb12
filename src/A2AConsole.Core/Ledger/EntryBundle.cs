using System.Buffers;
using System.Buffers.Binary;

namespace A2AConsole.Core.Ledger;

/// <summary>Entry bundles of C2SP tlog-tiles: log entries one after the other, each behind its big-endian 16-bit length.</summary>
public static class EntryBundle
{
    /// <summary>The longest entry, in bytes.</summary>
    public const int MaxEntry = ushort.MaxValue;

    /// <summary>Adds an entry. Throws <see cref="ArgumentException"/> when it is longer than <see cref="MaxEntry"/>.</summary>
    public static void Append(IBufferWriter<byte> bundle, ReadOnlySpan<byte> entry)
    {
        if (entry.Length > MaxEntry)
            throw new ArgumentException($"an entry is at most {MaxEntry} bytes long", nameof(entry));
        var span = bundle.GetSpan(sizeof(ushort) + entry.Length);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)entry.Length);
        entry.CopyTo(span[sizeof(ushort)..]);
        bundle.Advance(sizeof(ushort) + entry.Length);
    }

    /// <summary>The entries of a bundle, as slices of it. Throws <see cref="FormatException"/> when it is cut short.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Parse(ReadOnlyMemory<byte> bundle)
    {
        var entries = new List<ReadOnlyMemory<byte>>();
        while (!bundle.IsEmpty)
        {
            if (bundle.Length < sizeof(ushort))
                throw new FormatException("the entry bundle ends within a length");
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            if (bundle.Length < sizeof(ushort) + length)
                throw new FormatException("the entry bundle ends within an entry");
            entries.Add(bundle.Slice(sizeof(ushort), length));
            bundle = bundle[(sizeof(ushort) + length)..];
        }
        return entries;
    }
}
