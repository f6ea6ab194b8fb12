using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Domain;

/// <summary>
/// Makes the authority's own certificates and loads those that are there. Each piece by itself, key before certificate, so that
/// what was cut off is completed by doing it again.
/// </summary>
internal sealed class AuthorityMaker(TrustOptions options, IKeyCustody custody, ITlsKeyStore tlsKeys, CertificateFiles files, TimeProvider time)
{
    /// <summary>The stored certificate of an authority. Throws <see cref="TrustStartupException"/> when it is missing.</summary>
    public X509Certificate2 Load(AuthorityMember member) => files.Load(member.Name)
        ?? throw new TrustStartupException($"The {(member.Purpose == AuthorityCertificate.Root ? "root" : "issuing CA's")} certificate is missing from {files.Directory} ({member.Name}): restore it from a backup.");

    /// <summary>An authority's key. Throws <see cref="TrustStartupException"/> when custody has none: a new one would be another authority.</summary>
    public ICustodyKey Key(string name, string purpose)
    {
        if (custody.Contains(name))
            return custody.GetOrCreate(name, KeyKind.EcdsaP256);
        throw new TrustStartupException(purpose == AuthorityCertificate.Root
            ? $"The root's key is missing from {files.Directory} and a new issuing CA is due: restore it from a backup."
            : $"The issuing CA's key is missing from {files.Directory}: restore it from a backup.");
    }

    /// <summary>A root with a new key, or the one of that name when it is there.</summary>
    public X509Certificate2 Root(string name)
    {
        if (files.Load(name) is { } there)
            return there;
        var root = CertificateBuilder.SelfSigned(CertificateProfiles.Root(options, name), custody.GetOrCreate(name, KeyKind.EcdsaP256), time.GetUtcNow());
        files.Store(name, root);
        return root;
    }

    /// <summary>An issuing CA with a new key under a root, or the one of that name when it is there.</summary>
    public X509Certificate2 Issuing(AuthorityMember member, X509Certificate2 root)
        => files.Load(member.Name) ?? CertifyIssuing(member, root, custody.GetOrCreate(member.Name, KeyKind.EcdsaP256));

    /// <summary>A new certificate for an issuing CA's own key, so that what it issued goes on to verify.</summary>
    public X509Certificate2 CertifyIssuing(AuthorityMember member, X509Certificate2 root, ICustodyKey key)
    {
        // The root's key is opened for this only, once in the issuing CA's life.
        var rootKey = Key(member.Root, AuthorityCertificate.Root);
        if (!HasKey(root, rootKey.SubjectPublicKeyInfo.Span))
            throw new TrustStartupException($"The root and its key in {files.Directory} do not belong together: restore the directory from one backup.");
        var issuing = CertificateBuilder.Issued(CertificateProfiles.Issuing(options, member.Name), CertificateBuilder.PublicKeyOf(key), root, rootKey, time.GetUtcNow());
        files.Store(member.Name, issuing);
        return issuing;
    }

    /// <summary>Throws <see cref="TrustStartupException"/> unless the three belong together.</summary>
    public void RefuseUnlessIssuedBy(X509Certificate2 root, X509Certificate2 issuing, ICustodyKey issuingKey)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        if (!HasKey(issuing, issuingKey.SubjectPublicKeyInfo.Span) || !chain.Build(issuing))
            throw new TrustStartupException($"The root, the issuing CA and its key in {files.Directory} do not belong together: restore the directory from one backup.");
    }

    /// <summary>The listeners' identity under an issuing CA: the stored one, or a new one when another is called for.</summary>
    public SslServerIdentity Server(IssuingAuthority issuing) => LoadServer(issuing) ?? MakeServer(issuing);

    /// <summary>A new identity for the listeners, with a new key.</summary>
    public SslServerIdentity MakeServer(IssuingAuthority issuing)
    {
        using var key = tlsKeys.Replace(AuthorityCertificate.Server);
        var subjectKey = PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);
        var certificate = CertificateBuilder.Issued(CertificateProfiles.Server(options), subjectKey, issuing.Certificate, issuing.Key, time.GetUtcNow());
        files.Store(AuthorityCertificate.Server, certificate);
        return Identity(certificate, key, issuing.Certificate);
    }

    /// <summary>Whether two thirds of a certificate's life are over.</summary>
    public bool IsDue(X509Certificate2 certificate)
    {
        var life = certificate.NotAfter - certificate.NotBefore;
        return time.GetUtcNow() >= new DateTimeOffset(certificate.NotBefore) + (life * 2 / 3);
    }

    private SslServerIdentity? LoadServer(IssuingAuthority issuing)
    {
        var certificate = files.Load(AuthorityCertificate.Server);
        if (certificate is null || IsDue(certificate) || !certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuing.Certificate.SubjectName.RawData))
            return null;
        var wanted = CertificateProfiles.Server(options).SubjectAlternativeName!.RawData;
        if (certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == "2.5.29.17")?.RawData.AsSpan().SequenceEqual(wanted) != true)
            return null;
        using var key = tlsKeys.Load(AuthorityCertificate.Server);
        // A start cut off between key and certificate leaves two that do not fit: then both are made anew.
        return key is not null && HasKey(certificate, key.ExportSubjectPublicKeyInfo()) ? Identity(certificate, key, issuing.Certificate) : null;
    }

    private static bool HasKey(X509Certificate2 certificate, ReadOnlySpan<byte> subjectPublicKeyInfo)
        => certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(subjectPublicKeyInfo);

    private static SslServerIdentity Identity(X509Certificate2 certificate, ECDsa key, X509Certificate2 issuing)
    {
        var withKey = certificate.CopyWithPrivateKey(key);
        if (OperatingSystem.IsWindows())
        {
            // Schannel takes no key that lives in memory only.
            using (withKey)
                return new(X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null), [issuing]);
        }
        return new(withKey, [issuing]);
    }
}
