using System.Numerics;
using System.Security.Cryptography;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>Values of platform configuration registers, SHA-256 bank, by their number.</summary>
public sealed class PcrValues
{
    /// <summary>A PC client's TPM has 24 registers (PC Client Platform TPM Profile §4.6).</summary>
    public const int Registers = 24;

    /// <summary>Bytes of a value.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private readonly SortedDictionary<int, byte[]> _values = [];

    /// <summary>Bit n for register n.</summary>
    public uint Bitmap { get; private set; }

    /// <summary>The registers in ascending order.</summary>
    public IEnumerable<KeyValuePair<int, byte[]>> InOrder => _values;

    public byte[] this[int register] => _values[register];

    public bool Contains(int register) => _values.ContainsKey(register);

    /// <summary>Adds a value; false when the number or the length is impossible or the register is there already.</summary>
    public bool TryAdd(int register, byte[] value)
    {
        if (register is < 0 or >= Registers || value.Length != Size || !_values.TryAdd(register, value))
            return false;
        Bitmap |= 1u << register;
        return true;
    }

    /// <summary>The digest that a quote carries: SHA-256 over the values in ascending order (TPM 2.0 Part 4, PCRComputeCurrentDigest).</summary>
    public byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, value) in _values)
            hash.AppendData(value);
        return hash.GetHashAndReset();
    }

    /// <summary>The registers of a bitmap for people and requests: "0, 4, 7".</summary>
    public static string Describe(uint bitmap) => bitmap == 0 ? "none" : string.Join(", ", InBitmap(bitmap));

    /// <summary>The registers of a bitmap in ascending order.</summary>
    public static IEnumerable<int> InBitmap(uint bitmap)
    {
        for (var rest = bitmap; rest != 0; rest &= rest - 1)
            yield return BitOperations.TrailingZeroCount(rest);
    }
}
