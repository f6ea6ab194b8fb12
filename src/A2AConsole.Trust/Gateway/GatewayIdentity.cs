using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Domain;

namespace A2AConsole.Trust.Gateway;

/// <summary>
/// Makes the gateway's certificate under the issuing CA that is in use, when it is first needed, and anew, with a new key, when two thirds
/// of it are over or another CA issues.
/// </summary>
public sealed class GatewayIdentity(ISvidIssuer authority, ITlsKeyStore keys, CertificateFiles files, TrustOptions options, TimeProvider time) : IGatewayIdentity
{
    /// <summary>The name of its key and of its certificate's file.</summary>
    public const string KeyName = "gateway";

    private readonly Lock _gate = new();
    private volatile GatewayCertificate? _current;

    /// <inheritdoc/>
    public string Name => CertificateProfiles.GatewayName(options.TrustDomain);

    /// <inheritdoc/>
    public GatewayCertificate Current
    {
        get
        {
            var issuer = authority.Issuers.Single(i => i.State == AnchorState.Active).Certificate;
            if (_current is { } current && Fits(current.Certificate, issuer))
                return current;
            lock (_gate)
                return _current is { } other && Fits(other.Certificate, issuer) ? other : _current = Load(issuer) ?? Make();
        }
    }

    private GatewayCertificate? Load(X509Certificate2 issuer)
    {
        if (files.Load(KeyName) is not { } certificate || !Fits(certificate, issuer))
            return null;
        using var key = keys.Load(KeyName);
        // A start cut off between key and certificate leaves two that do not fit: then both are made anew.
        return key is not null && certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()) ? With(certificate, key, issuer) : null;
    }

    private GatewayCertificate Make()
    {
        var issuer = authority.Issuers.Single(i => i.State == AnchorState.Active);
        using var key = keys.Replace(KeyName);
        var subjectKey = PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);
        var certificate = CertificateBuilder.Issued(CertificateProfiles.Gateway(options), subjectKey, issuer.Certificate, issuer.Key, time.GetUtcNow());
        files.Store(KeyName, certificate);
        return With(certificate, key, issuer.Certificate);
    }

    private static GatewayCertificate With(X509Certificate2 certificate, ECDsa key, X509Certificate2 issuer)
    {
        var withKey = certificate.CopyWithPrivateKey(key);
        if (OperatingSystem.IsWindows())
        {
            // Schannel takes no key that lives in memory only.
            using (withKey)
                return new(X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable), issuer);
        }
        return new(withKey, issuer);
    }

    private bool Fits(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        var life = certificate.NotAfter - certificate.NotBefore;
        return time.GetUtcNow() < new DateTimeOffset(certificate.NotBefore) + (life * 2 / 3) && certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData);
    }
}
