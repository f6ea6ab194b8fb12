using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Attestation.Tpm;

namespace A2AConsole.Testing.Tpm;

/// <summary>
/// A TPM in the test's memory that can be told to lie. It is written against the specification, not against our verifier: what a
/// real one does is shown with swtpm.
/// </summary>
public sealed class SoftTpm : IDisposable
{
    public SoftTpm(bool ecc = true, TpmTemplate? endorsement = null) => Endorsement = new SoftTpmKey(endorsement ?? TpmTemplate.Endorsement(ecc));

    public SoftTpmKey Endorsement { get; }

    /// <summary>The registers, SHA-256 bank.</summary>
    public byte[][] Registers { get; } = [.. Enumerable.Range(0, PcrValues.Registers).Select(i => Enumerable.Repeat(i is >= 17 and <= 22 ? (byte)0xff : (byte)0, PcrValues.Size).ToArray())];

    /// <summary>TPM2_PCR_Extend.</summary>
    public void Extend(int register, byte[] digest) => Registers[register] = SHA256.HashData([.. Registers[register], .. digest]);

    /// <summary>TPM2_ActivateCredential: the secret, or null when integrity fails (the credential is for another object or another TPM).</summary>
    public byte[]? Activate(byte[] attestationName, byte[] credentialBlob, byte[] encryptedSeed)
    {
        var seed = Endorsement.Rsa is not null ? OpenRsa(encryptedSeed[2..]) : OpenEcc(encryptedSeed[2..]);
        if (seed is null)
            return null;
        var blob = credentialBlob[2..];
        var integrity = blob[2..34];
        var encrypted = blob[34..];
        var hmacKey = Kdfa(seed, "INTEGRITY", [], 256);
        if (!HMACSHA256.HashData(hmacKey, (byte[])[.. encrypted, .. attestationName]).AsSpan().SequenceEqual(integrity))
            return null;
        using var aes = Aes.Create();
        aes.Key = Kdfa(seed, "STORAGE", attestationName, 128);
        // CFB by hand: each block is xored with the encryption of the one before.
        var plain = new byte[encrypted.Length];
        var previous = new byte[16];
        for (var i = 0; i < encrypted.Length; i += 16)
        {
            var stream = aes.EncryptEcb(previous, PaddingMode.None);
            for (var j = 0; j < 16 && i + j < encrypted.Length; j++)
                plain[i + j] = (byte)(encrypted[i + j] ^ stream[j]);
            if (i + 16 <= encrypted.Length)
                previous = encrypted[i..(i + 16)];
        }
        return plain[2..(2 + BinaryPrimitives.ReadUInt16BigEndian(plain))];
    }

    /// <summary>TPM2_Quote, with every field to be made as it should not be.</summary>
    public byte[] Quote(byte[] qualifyingData, uint registers, uint magic = TpmQuote.GeneratedValue, ushort type = TpmQuote.QuoteType, ushort bank = TpmAlgorithm.Sha256, byte[]? digest = null)
        => new TpmWriter().UInt32(magic).UInt16(type).Sized([0, 11, .. new byte[32]]).Sized(qualifyingData)
            .UInt64(1234).UInt32(5).UInt32(6).Byte(1).UInt64(0x2019_1023_0016_3636)
            .UInt32(1).UInt16(bank).Byte(3).Bytes([(byte)registers, (byte)(registers >> 8), (byte)(registers >> 16)])
            .Sized(digest ?? DigestOf(registers)).ToArray();

    public byte[] DigestOf(uint registers) => SHA256.HashData(PcrValues.InBitmap(registers).SelectMany(r => Registers[r]).ToArray());

    public void Dispose() => Endorsement.Dispose();

    /// <summary>OAEP with a label, by RFC 8017 §7.1.2 on the raw RSA result.</summary>
    private byte[]? OpenRsa(byte[] wrapped)
    {
        var parameters = Endorsement.Rsa!.ExportParameters(true);
        var size = parameters.Modulus!.Length;
        var number = System.Numerics.BigInteger.ModPow(Unsigned(wrapped), Unsigned(parameters.D!), Unsigned(parameters.Modulus));
        var encoded = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        encoded = [.. new byte[size - encoded.Length], .. encoded];
        var seed = Xor(encoded[1..33], Mask(encoded[33..], 32));
        var block = Xor(encoded[33..], Mask(seed, size - 33));
        if (encoded[0] != 0 || !block.AsSpan(0, 32).SequenceEqual(SHA256.HashData("IDENTITY\0"u8)))
            return null;
        var one = Array.IndexOf(block, (byte)1, 32);
        return block[(one + 1)..];
    }

    private byte[] OpenEcc(byte[] point)
    {
        var (x, y) = (point[2..34], point[36..68]);
        using var peer = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = { X = x, Y = y } });
        using var ours = ECDiffieHellman.Create(Endorsement.Ecc!.ExportParameters(true));
        using var theirs = peer.PublicKey;
        return SHA256.HashData([0, 0, 0, 1, .. ours.DeriveRawSecretAgreement(theirs), .. "IDENTITY\0"u8, .. x, .. Endorsement.Ecc!.ExportParameters(false).Q.X!]);
    }

    /// <summary>KDFa (TPM 2.0 Part 1 §11.4.10.2) for at most one block.</summary>
    private static byte[] Kdfa(byte[] key, string label, byte[] context, int bits)
        => HMACSHA256.HashData(key, (byte[])[0, 0, 0, 1, .. Encoding.ASCII.GetBytes(label), 0, .. context, 0, 0, (byte)(bits >> 8), (byte)bits])[..(bits / 8)];

    private static byte[] Mask(byte[] seed, int length)
    {
        var mask = new List<byte>();
        for (var i = 0; mask.Count < length; i++)
            mask.AddRange(SHA256.HashData([.. seed, 0, 0, 0, (byte)i]));
        return [.. mask.Take(length)];
    }

    private static byte[] Xor(byte[] a, byte[] b) => [.. a.Zip(b, (x, y) => (byte)(x ^ y))];

    private static System.Numerics.BigInteger Unsigned(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
