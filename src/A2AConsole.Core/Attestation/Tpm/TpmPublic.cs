using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>
/// An asymmetric key's public area (TPM 2.0 Part 2 §12.2, TPMT_PUBLIC). Well formed, nothing more: what a key must be is said by
/// <see cref="TpmKeyRules"/>.
/// </summary>
public sealed class TpmPublic
{
    /// <summary>The longest TPM2B_PUBLIC that is read, in bytes.</summary>
    public const int MaxSize = 1024;

    private const uint DefaultExponent = 65537;

    private TpmPublic(byte[] area) => Area = area;

    /// <summary>The TPMT_PUBLIC as it came: what the name is computed over.</summary>
    public byte[] Area { get; }
    /// <summary><see cref="TpmAlgorithm.Rsa"/> or <see cref="TpmAlgorithm.Ecc"/>.</summary>
    public ushort Type { get; private init; }
    /// <summary>The hash that names the object.</summary>
    public ushort NameAlgorithm { get; private init; }
    public TpmObjectAttributes Attributes { get; private init; }
    /// <summary>The cipher that protects children and credentials; <see cref="TpmAlgorithm.None"/> for other keys than storage keys.</summary>
    public ushort Symmetric { get; private set; }
    /// <summary>Bits of the cipher's key.</summary>
    public ushort SymmetricBits { get; private set; }
    public ushort SymmetricMode { get; private set; }
    /// <summary>The signing scheme, or <see cref="TpmAlgorithm.None"/>.</summary>
    public ushort Scheme { get; private set; }
    /// <summary>The scheme's hash; 0 when it has none.</summary>
    public ushort SchemeHash { get; private set; }
    /// <summary>Bits of an RSA modulus.</summary>
    public ushort RsaBits { get; private set; }
    public uint RsaExponent { get; private set; }
    public byte[] RsaModulus { get; private set; } = [];
    /// <summary>TPM_ECC_CURVE.</summary>
    public ushort Curve { get; private set; }
    /// <summary>The point's coordinates, as they came: leading zeros may be missing.</summary>
    public byte[] X { get; private set; } = [];
    public byte[] Y { get; private set; } = [];

    /// <summary>Reads a TPM2B_PUBLIC that is nothing but an RSA or ECC key. Never throws; <paramref name="error"/> says what is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> tpm2bPublic, [NotNullWhen(true)] out TpmPublic? area, [NotNullWhen(false)] out string? error)
    {
        area = null;
        error = "it is not one complete TPM2B_PUBLIC";
        if (tpm2bPublic.Length > MaxSize)
            return false;
        var outer = new TpmReader(tpm2bPublic);
        var inner = outer.Sized();
        if (!outer.IsComplete)
            return false;

        var reader = new TpmReader(inner);
        var read = new TpmPublic(inner.ToArray())
        {
            Type = reader.UInt16(),
            NameAlgorithm = reader.UInt16(),
            Attributes = (TpmObjectAttributes)reader.UInt32(),
        };
        reader.Sized(); // authPolicy: how the owner may use the key, which is not ours to judge.
        if (read.Type is not (TpmAlgorithm.Rsa or TpmAlgorithm.Ecc))
        {
            error = "its type is neither RSA nor ECC";
            return false;
        }
        if (!read.ReadParameters(ref reader) || !reader.IsComplete)
        {
            error = "its parameters are not those of its type";
            return false;
        }
        (area, error) = (read, null);
        return true;
    }

    /// <summary>
    /// The object's name (TPM 2.0 Part 1 §16): the hash's id and the hash of the public area. Only for <see cref="TpmAlgorithm.Sha256"/>.
    /// </summary>
    public byte[] Name()
    {
        var name = new byte[2 + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt16BigEndian(name, NameAlgorithm);
        SHA256.HashData(Area, name.AsSpan(2));
        return name;
    }

    /// <summary>The key as everybody else writes it; null when it is no valid key (a point that is not on P-256).</summary>
    public PublicKey? ToPublicKey()
    {
        try
        {
            if (Type == TpmAlgorithm.Rsa)
            {
                using var rsa = RSA.Create(new RSAParameters { Modulus = RsaModulus, Exponent = ExponentBytes() });
                return new PublicKey(rsa);
            }
            using var ecdsa = ECDsa.Create(EcParameters());
            return new PublicKey(ecdsa);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    internal byte[] ExponentBytes()
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, RsaExponent);
        return bytes.AsSpan().TrimStart((byte)0).ToArray();
    }

    internal ECParameters EcParameters() => new() { Curve = ECCurve.NamedCurves.nistP256, Q = { X = Coordinate(X), Y = Coordinate(Y) } };

    /// <summary>A P-256 coordinate in its full 32 bytes; empty when it is longer.</summary>
    private static byte[] Coordinate(byte[] value)
    {
        const int size = 32;
        if (value.Length > size)
            return [];
        var padded = new byte[size];
        value.CopyTo(padded, size - value.Length);
        return padded;
    }

    private bool ReadParameters(ref TpmReader reader)
    {
        Symmetric = reader.UInt16();
        if (Symmetric != TpmAlgorithm.None)
            (SymmetricBits, SymmetricMode) = (reader.UInt16(), reader.UInt16());
        Scheme = reader.UInt16();
        switch (Scheme)
        {
            case TpmAlgorithm.None or TpmAlgorithm.RsaEs:
                break;
            case TpmAlgorithm.Ecdaa:
                (SchemeHash, _) = (reader.UInt16(), reader.UInt16());
                break;
            case >= TpmAlgorithm.RsaSsa and <= TpmAlgorithm.EcMqv:
                SchemeHash = reader.UInt16();
                break;
            default:
                return false;
        }
        return Type == TpmAlgorithm.Rsa ? ReadRsa(ref reader) : ReadEcc(ref reader);
    }

    private bool ReadRsa(ref TpmReader reader)
    {
        RsaBits = reader.UInt16();
        RsaExponent = reader.UInt32();
        if (RsaExponent == 0)
            RsaExponent = DefaultExponent;
        RsaModulus = reader.Sized().ToArray();
        // A modulus that is shorter than it claims would pass a check of the claim.
        return RsaModulus is [>= 0x80, ..] && RsaModulus.Length * 8 == RsaBits && (RsaModulus[^1] & 1) == 1;
    }

    private bool ReadEcc(ref TpmReader reader)
    {
        Curve = reader.UInt16();
        if (reader.UInt16() != TpmAlgorithm.None)
            reader.UInt16(); // the hash of a key derivation scheme
        X = reader.Sized().ToArray();
        Y = reader.Sized().ToArray();
        return X.Length > 0 && Y.Length > 0;
    }
}
