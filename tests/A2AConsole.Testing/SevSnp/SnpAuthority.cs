using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Attestation.SevSnp;

namespace A2AConsole.Testing.SevSnp;

/// <summary>
/// Stands in for AMD and for its hardware, which no test machine has: a root (ARK), a signing key (ASK), and chips' certificates (VCEK) with AMD's
/// extensions. What real ones look like is held against a report of a real processor elsewhere.
/// </summary>
public sealed class SnpAuthority : IDisposable
{
    private readonly RSA _rootKey = RSA.Create(2048);
    private readonly RSA _signingKey = RSA.Create(2048);
    private readonly DateTimeOffset _now;

    public SnpAuthority(DateTimeOffset now, string line = "Milan", bool isSigningCa = true, RSASignaturePadding? padding = null)
    {
        _now = now;
        padding ??= RSASignaturePadding.Pss;
        var root = Request($"CN=ARK-{line}", _rootKey, isCa: true, padding);
        Root = root.CreateSelfSigned(now.AddYears(-5), now.AddYears(20));
        Signing = Request($"CN=SEV-{line}", _signingKey, isSigningCa, padding).Create(Root.SubjectName, X509SignatureGenerator.CreateForRSA(_rootKey, padding), now.AddYears(-4), now.AddYears(15), [1, 0, 1]);
    }

    public X509Certificate2 Root { get; }
    public X509Certificate2 Signing { get; }

    /// <summary>The certificate of a chip's key for a firmware; <paramref name="change"/> may falsify its extensions.</summary>
    public X509Certificate2 Certify(ECDsa chipKey, byte[] chipId, SnpTcb tcb, string product = "Milan-B0", DateTimeOffset? notAfter = null, Action<List<X509Extension>>? change = null)
    {
        var request = new CertificateRequest("CN=SEV-VCEK", chipKey, HashAlgorithmName.SHA384);
        var extensions = new List<X509Extension> { Of("1", w => w.WriteInteger(0)), Of("2", w => w.WriteCharacterString(UniversalTagNumber.IA5String, product)) };
        byte[] numbers = [tcb.BootLoader, tcb.Tee, tcb.Snp, 0, 0, 0, 0, tcb.Microcode];
        for (var i = 0; i < numbers.Length; i++)
        {
            var number = numbers[i];
            extensions.Add(Of($"3.{i + 1}", w => w.WriteInteger(number)));
        }
        extensions.Add(new X509Extension("1.3.6.1.4.1.3704.1.4", chipId, false));
        change?.Invoke(extensions);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        return request.Create(Signing.SubjectName, X509SignatureGenerator.CreateForRSA(_signingKey, RSASignaturePadding.Pss), _now.AddYears(-1), notAfter ?? _now.AddYears(6), [1]);
    }

    /// <summary>One of AMD's extensions.</summary>
    public static X509Extension Of(string number, Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return new X509Extension("1.3.6.1.4.1.3704.1." + number, writer.Encode(), false);
    }

    public void Dispose()
    {
        _rootKey.Dispose();
        _signingKey.Dispose();
        Root.Dispose();
        Signing.Dispose();
    }

    private static CertificateRequest Request(string name, RSA key, bool isCa, RSASignaturePadding padding)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA384, padding);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isCa, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(isCa ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, true));
        return request;
    }
}
