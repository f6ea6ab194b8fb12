using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Domain;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;

namespace A2AConsole.Trust.Revoking;

/// <summary>A delegated OCSP responder (RFC 6960 §4.2.2.2): its certificate, issued by the CA that it answers for, and its key.</summary>
internal sealed class OcspSigner(X509Certificate2 certificate, ECDsa key) : ISignatureFactory
{
    private static readonly AlgorithmIdentifier EcdsaWithSha256 = new(new DerObjectIdentifier(AlgorithmRegistry.EcdsaP256.SignatureOid!));

    public X509Certificate2 Certificate => certificate;

    public Org.BouncyCastle.X509.X509Certificate Sent { get; } = new(certificate.RawData);

    public object AlgorithmDetails => EcdsaWithSha256;

    public IStreamCalculator<IBlockResult> CreateCalculator() => new Calculator(key);

    // The library's own curve arithmetic is ten times slower than the platform's.
    private sealed class Calculator(ECDsa key) : IStreamCalculator<IBlockResult>, IDisposable
    {
        private readonly MemoryStream _message = new();

        public Stream Stream => _message;

        public void Dispose() => _message.Dispose();

        public IBlockResult GetResult()
            // The library closes the stream first; what was written can still be had.
            => new Signature(key.SignData(_message.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    private sealed class Signature(byte[] bytes) : IBlockResult
    {
        public byte[] Collect() => bytes;

        public int Collect(byte[] buf, int off) => Collect(buf.AsSpan(off));

        public int Collect(Span<byte> output)
        {
            bytes.CopyTo(output);
            return bytes.Length;
        }

        public int GetMaxResultLength() => bytes.Length;
    }
}

/// <summary>
/// One responder for each issuing CA that counts. Its key lives in this process only, its certificate for a day: whoever takes
/// the process over can lie about revocations until then, and never issue. Each certificate is on the ledger before it is used.
/// </summary>
public sealed class OcspSigners(ILedger ledger, ISvidIssuer issuers, TrustOptions options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, OcspSigner> _signers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _making = new(1);

    /// <summary>The CAs that are answered for.</summary>
    internal IReadOnlyList<IssuingAuthority> Issuers => issuers.Issuers;

    /// <summary>The responder for a CA, made when there is none or two thirds of its life are over.</summary>
    internal async ValueTask<OcspSigner> ForAsync(IssuingAuthority issuer, CancellationToken cancellationToken)
    {
        if (_signers.TryGetValue(issuer.KeyId, out var signer) && IsFresh(signer, issuer))
            return signer;
        await _making.WaitAsync(cancellationToken);
        try
        {
            if (_signers.TryGetValue(issuer.KeyId, out signer) && IsFresh(signer, issuer))
                return signer;
            return _signers[issuer.KeyId] = await MakeAsync(issuer, cancellationToken);
        }
        finally
        {
            _making.Release();
        }
    }

    public void Dispose() => _making.Dispose();

    private bool IsFresh(OcspSigner signer, IssuingAuthority issuer)
    {
        var (from, to) = (new DateTimeOffset(signer.Certificate.NotBefore), new DateTimeOffset(signer.Certificate.NotAfter));
        var now = time.GetUtcNow();
        return now >= from && now < from + (to - from) * 2 / 3 && signer.Certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.Certificate.SubjectName.RawData);
    }

    private async Task<OcspSigner> MakeAsync(IssuingAuthority issuer, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Not disposed of when it is replaced: an answer may still be being signed with it.
        var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        var certificate = CertificateBuilder.Issued(CertificateProfiles.OcspResponder(options),
            PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _), issuer.Certificate, issuer.Key, now);
        await ledger.RecordAsync(new LedgerLeaf
        {
            Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = now, Actor = "system", Subject = issuer.Name,
            Certificate = SvidRules.SerialOf(certificate), Digest = CertificateText.FingerprintOf(certificate), Expires = certificate.NotAfter.ToUniversalTime(),
            Detail = $"A certificate was issued to the OCSP responder that answers for {issuer.Name}.",
        }, cancellationToken: cancellationToken);
        return new OcspSigner(certificate, key);
    }
}
