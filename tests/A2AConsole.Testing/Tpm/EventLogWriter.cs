using System.Buffers.Binary;
using System.Text;

namespace A2AConsole.Testing.Tpm;

/// <summary>Writes a crypto-agile event log (TCG PC Client Platform Firmware Profile §10) as firmware does: a SHA-1 and a SHA-256 digest an event.</summary>
public sealed class EventLogWriter
{
    private readonly List<byte> _log = [];
    private readonly bool _sha1;

    public EventLogWriter(bool sha1 = true, bool sha256 = true)
    {
        _sha1 = sha1;
        List<(ushort Id, ushort Size)> algorithms = [.. sha1 ? [(0x0004, 20)] : Array.Empty<(ushort, ushort)>(), .. sha256 ? [(0x000B, 32)] : Array.Empty<(ushort, ushort)>()];
        Int32(0).Int32(3).Bytes(new byte[20]).Int32(16 + 8 + 4 + (4 * algorithms.Count) + 1)
            .Bytes("Spec ID Event03\0"u8).Bytes([0, 0, 0, 0, 0, 2, 0, 2]).Int32(algorithms.Count);
        foreach (var (id, size) in algorithms)
            UInt16(id).UInt16(size);
        Bytes([0]);
    }

    /// <summary>Adds a measurement of the type EV_POST_CODE, or another.</summary>
    public EventLogWriter Measure(int register, byte[] digest, string what = "test", uint type = 1) => Add(register, digest, Encoding.ASCII.GetBytes(what), type);

    /// <summary>Says from which locality TPM2_Startup came.</summary>
    public EventLogWriter Startup(byte locality) => Add(0, new byte[32], [.. "StartupLocality\0"u8, locality], 3);

    public EventLogWriter Add(int register, byte[] digest, byte[] data, uint type)
    {
        Int32(register).Int32((int)type).Int32(_sha1 ? 2 : 1);
        if (_sha1)
            UInt16(0x0004).Bytes(OtherBank);
        return UInt16(0x000B).Bytes(digest).Int32(data.Length).Bytes(data);
    }

    public byte[] ToArray() => [.. _log];

    // Nobody looks at this bank, only at its length.
    private static readonly byte[] OtherBank = new byte[20];

    private EventLogWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _log.AddRange(bytes);
        return this;
    }

    private EventLogWriter Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    private EventLogWriter UInt16(ushort value) => Bytes([(byte)value, (byte)(value >> 8)]);
}
