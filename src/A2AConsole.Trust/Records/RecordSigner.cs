using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Domain;

namespace A2AConsole.Trust.Records;

/// <summary>
/// Signs with a key of its own, under a certificate of the issuing CA: a CA's key signs certificates and nothing else. The
/// certificate is made when the first record is signed, and anew when two thirds of it are over or the issuing CA has changed.
/// </summary>
public sealed class RecordSigner(ISvidIssuer authority, IKeyCustody custody, CertificateFiles files, TrustOptions options, TimeProvider time) : IRecordSigner
{
    /// <summary>The name of its key in custody and of its certificate's file.</summary>
    public const string KeyName = "records";

    private readonly Lock _gate = new();
    private X509Certificate2? _certificate;

    /// <inheritdoc/>
    public SignedDocument Sign(string payloadType, ReadOnlySpan<byte> payload)
    {
        var issuer = authority.Issuers.Single(i => i.State == AnchorState.Active);
        var key = custody.GetOrCreate(KeyName, KeyKind.EcdsaP256);
        var chain = CertificateText.PemOf([CertificateFor(key, issuer), issuer.Certificate]);
        var signature = key.Sign(Dsse.Pae(Encoding.UTF8.GetBytes(payloadType), payload));
        return new SignedDocument(DsseEnvelopeWriter.Encode(payloadType, payload, [(VerificationKey.IdOf(key.SubjectPublicKeyInfo.Span), signature)]), chain);
    }

    private X509Certificate2 CertificateFor(ICustodyKey key, IssuingAuthority issuer)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            _certificate ??= files.Load(KeyName);
            if (_certificate is not { } current || !Fits(current, key, issuer, now))
            {
                _certificate = CertificateBuilder.Issued(CertificateProfiles.Records(options), CertificateBuilder.PublicKeyOf(key), issuer.Certificate, issuer.Key, now);
                files.Store(KeyName, _certificate);
            }
            return _certificate;
        }
    }

    private static bool Fits(X509Certificate2 certificate, ICustodyKey key, IssuingAuthority issuer, DateTimeOffset now)
    {
        var life = certificate.NotAfter - certificate.NotBefore;
        var issuerKey = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        return now < new DateTimeOffset(certificate.NotBefore) + (life * 2 / 3)
            && certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.SubjectPublicKeyInfo.Span)
            && issuerKey is { } id && issuer.Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifierBytes.Span.SequenceEqual(id.Span) == true;
    }
}
