using System.Security.Cryptography;
using A2AConsole.Core.Attestation.Tpm;

namespace A2AConsole.Testing.Tpm;

/// <summary>What a key's public area says, to be made as it should not be.</summary>
public sealed record TpmTemplate
{
    /// <summary>The TCG's template L-1 or L-2 for an endorsement key.</summary>
    public static TpmTemplate Endorsement(bool ecc) => new()
    {
        Type = ecc ? TpmAlgorithm.Ecc : TpmAlgorithm.Rsa,
        Attributes = TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent | TpmObjectAttributes.SensitiveDataOrigin | TpmObjectAttributes.AdminWithPolicy
            | TpmObjectAttributes.Restricted | TpmObjectAttributes.Decrypt,
        AuthPolicy = Convert.FromHexString("837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa"),
        Symmetric = TpmAlgorithm.Aes,
    };

    /// <summary>What tpm2_createak makes.</summary>
    public static TpmTemplate Attestation(bool ecc) => new()
    {
        Type = ecc ? TpmAlgorithm.Ecc : TpmAlgorithm.Rsa,
        Attributes = TpmObjectAttributes.FixedTpm | TpmObjectAttributes.FixedParent | TpmObjectAttributes.SensitiveDataOrigin | TpmObjectAttributes.UserWithAuth
            | TpmObjectAttributes.Restricted | TpmObjectAttributes.Sign,
        Scheme = ecc ? TpmAlgorithm.Ecdsa : TpmAlgorithm.RsaSsa,
        SchemeHash = TpmAlgorithm.Sha256,
    };

    public ushort Type { get; init; }
    public ushort NameAlgorithm { get; init; } = TpmAlgorithm.Sha256;
    public TpmObjectAttributes Attributes { get; init; }
    public byte[] AuthPolicy { get; init; } = [];
    public ushort Symmetric { get; init; } = TpmAlgorithm.None;
    public ushort SymmetricBits { get; init; } = 128;
    public ushort SymmetricMode { get; init; } = TpmAlgorithm.Cfb;
    public ushort Scheme { get; init; } = TpmAlgorithm.None;
    public ushort SchemeHash { get; init; }
    public int RsaBits { get; init; } = 2048;
    public ushort Curve { get; init; } = TpmAlgorithm.NistP256;
}

/// <summary>A key of a TPM that exists only in the test's memory.</summary>
public sealed class SoftTpmKey : IDisposable
{
    public SoftTpmKey(TpmTemplate template)
    {
        Template = template;
        if (template.Type == TpmAlgorithm.Rsa)
        {
            Rsa = RSA.Create(template.RsaBits);
        }
        else
        {
            Ecc = ECDsa.Create(template.Curve == TpmAlgorithm.NistP256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384);
        }
        Area = WriteArea();
    }

    public TpmTemplate Template { get; }
    public RSA? Rsa { get; }
    public ECDsa? Ecc { get; }

    /// <summary>TPMT_PUBLIC.</summary>
    public byte[] Area { get; }

    /// <summary>TPM2B_PUBLIC.</summary>
    public byte[] Public => new TpmWriter().Sized(Area).ToArray();

    public byte[] Name => [0, (byte)TpmAlgorithm.Sha256, .. SHA256.HashData(Area)];

    /// <summary>TPMT_SIGNATURE with this key's scheme.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var writer = new TpmWriter().UInt16(Template.Scheme).UInt16(Template.SchemeHash);
        if (Rsa is not null)
            return writer.Sized(Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)).ToArray();
        var signature = Ecc!.SignData(data, HashAlgorithmName.SHA256);
        return writer.Sized(signature.AsSpan(0, signature.Length / 2)).Sized(signature.AsSpan(signature.Length / 2)).ToArray();
    }

    public void Dispose()
    {
        Rsa?.Dispose();
        Ecc?.Dispose();
    }

    private byte[] WriteArea()
    {
        var writer = new TpmWriter().UInt16(Template.Type).UInt16(Template.NameAlgorithm).UInt32((uint)Template.Attributes).Sized(Template.AuthPolicy).UInt16(Template.Symmetric);
        if (Template.Symmetric != TpmAlgorithm.None)
            writer.UInt16(Template.SymmetricBits).UInt16(Template.SymmetricMode);
        writer.UInt16(Template.Scheme);
        if (Template.Scheme != TpmAlgorithm.None)
            writer.UInt16(Template.SchemeHash);
        if (Rsa is not null)
            return writer.UInt16((ushort)Template.RsaBits).UInt32(0).Sized(Rsa.ExportParameters(false).Modulus).ToArray();
        var point = Ecc!.ExportParameters(false).Q;
        return writer.UInt16(Template.Curve).UInt16(TpmAlgorithm.None).Sized(point.X).Sized(point.Y).ToArray();
    }
}
