using System.Buffers.Binary;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>
/// Reads the TPM's big-endian structures (TPM 2.0 Part 2). Reading past the end gives zeros and is remembered, so that a parser
/// asks once, at its end, whether everything was there and nothing was left.
/// </summary>
internal ref struct TpmReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether something was read that was not there.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether everything was there and all of it has been read.</summary>
    public readonly bool IsComplete => !Failed && _rest.IsEmpty;

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (Failed || count < 0 || count > _rest.Length)
        {
            Failed = true;
            return [];
        }
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte() => Bytes(1) is [var value] ? value : (byte)0;

    public ushort UInt16() => Bytes(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16BigEndian(two) : (ushort)0;

    public uint UInt32() => Bytes(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32BigEndian(four) : 0;

    public ulong UInt64() => Bytes(8) is { Length: 8 } eight ? BinaryPrimitives.ReadUInt64BigEndian(eight) : 0;

    /// <summary>A TPM2B: two bytes of length, then so many bytes.</summary>
    public ReadOnlySpan<byte> Sized() => Bytes(UInt16());
}
