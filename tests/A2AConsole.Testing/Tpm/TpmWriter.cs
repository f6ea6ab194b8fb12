using System.Buffers.Binary;

namespace A2AConsole.Testing.Tpm;

/// <summary>Writes the TPM's big-endian structures.</summary>
public sealed class TpmWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public TpmWriter Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    public TpmWriter Bytes(ReadOnlySpan<byte> value)
    {
        _bytes.AddRange(value);
        return this;
    }

    public TpmWriter UInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return Bytes(bytes);
    }

    public TpmWriter UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Bytes(bytes);
    }

    public TpmWriter UInt64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Bytes(bytes);
    }

    /// <summary>A TPM2B.</summary>
    public TpmWriter Sized(ReadOnlySpan<byte> value) => UInt16((ushort)value.Length).Bytes(value);
}
