using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Domain;

/// <summary>
/// Our own trust domain: root, issuing CA, server certificate and ledger key. Made on first start, each piece by itself, so that
/// a start that was cut off is completed by the next one; loaded afterwards.
/// </summary>
public sealed class TrustDomain : ITrustDomain, ISvidIssuer
{
    /// <summary>The ledger key's name in custody.</summary>
    public const string LedgerKey = "ledger";

    private readonly TrustOptions _options;
    private readonly IKeyCustody _custody;
    private readonly ITlsKeyStore _tlsKeys;
    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly Func<string?> _recordedRoot;
    private readonly Lock _lock = new();
    private volatile Opened? _opened;

    /// <summary>
    /// Prepares the domain; nothing is read or made before <see cref="Open"/>. <paramref name="recordedRoot"/> tells the fingerprint
    /// of the root that the database knows, or null: keys that were lost must not be replaced by new ones in silence.
    /// </summary>
    public TrustDomain(TrustOptions options, IKeyCustody custody, ITlsKeyStore tlsKeys, CertificateFiles files, TimeProvider time, Func<string?> recordedRoot)
    {
        _options = options;
        _custody = custody;
        _tlsKeys = tlsKeys;
        _files = files;
        _time = time;
        _recordedRoot = recordedRoot;
    }

    // Not a record: a copy made by "with" would keep the texts and collections of the one before.
    private sealed class Opened(X509Certificate2 root, X509Certificate2 issuing, ICustodyKey issuingKey, SslServerIdentity server, INoteSigner ledgerSigner)
    {
        public X509Certificate2 Root => root;
        public X509Certificate2 Issuing => issuing;
        public ICustodyKey IssuingKey => issuingKey;
        public string IssuingKeyId { get; } = VerificationKey.IdOf(issuingKey.SubjectPublicKeyInfo.Span);
        public SslServerIdentity Server => server;
        public INoteSigner LedgerSigner => ledgerSigner;
        public X509Certificate2Collection Roots { get; } = [root];
        public X509Certificate2Collection Intermediates { get; } = [issuing];
        public string BundlePem { get; } = CertificateText.PemOf([root]);
        public string IssuingPem { get; } = CertificateText.PemOf([issuing]);
        public string RootFingerprint { get; } = CertificateText.FingerprintOf(root);
    }

    /// <inheritdoc/>
    public string Name => _options.TrustDomain;

    /// <inheritdoc/>
    public X509Certificate2Collection Roots => Current.Roots;

    /// <inheritdoc/>
    public X509Certificate2Collection Intermediates => Current.Intermediates;

    /// <inheritdoc/>
    public string BundlePem => Current.BundlePem;

    /// <inheritdoc/>
    public string RootFingerprint => Current.RootFingerprint;

    /// <inheritdoc/>
    public SslServerIdentity ServerIdentity => Current.Server;

    /// <inheritdoc/>
    public INoteSigner LedgerSigner => Current.LedgerSigner;

    /// <summary>The authority's own certificates, root first.</summary>
    public IReadOnlyList<AuthorityCertificate> OwnCertificates =>
    [
        new(AuthorityCertificate.Root, Current.Root),
        new(AuthorityCertificate.Issuing, Current.Issuing),
        new(AuthorityCertificate.Server, Current.Server.Certificate),
    ];

    private Opened Current => _opened ?? Open();

    /// <inheritdoc/>
    public X509Certificate2 Issue(SpiffeId id, PublicKey key, DateTimeOffset now)
        => CertificateBuilder.Issued(CertificateProfiles.Svid(id, _options), key, Current.Issuing, Current.IssuingKey, now);

    /// <summary>A certificate of the issuing CA for a key of our own (records, say); agents' come from <see cref="Issue"/>.</summary>
    public X509Certificate2 IssueOwn(CertificateProfile profile, PublicKey key, DateTimeOffset now)
    {
        var current = Current;
        return CertificateBuilder.Issued(profile, key, current.Issuing, current.IssuingKey, now);
    }

    /// <inheritdoc/>
    public string KeyId => Current.IssuingKeyId;

    /// <inheritdoc/>
    public string ChainPem(X509Certificate2 svid) => CertificateText.PemOf([svid]) + Current.IssuingPem;

    /// <summary>Loads or makes everything. Doing it again does nothing. Throws <see cref="TrustStartupException"/>.</summary>
    public void EnsureOpen() => _ = Current;

    /// <summary>
    /// Renews what has lived two thirds of its life: the server certificate with a new key, the issuing CA under its own key, so
    /// that what it issued goes on to verify. True when something changed.
    /// </summary>
    public bool RenewIfDue()
    {
        lock (_lock)
        {
            var before = Current;
            var now = _time.GetUtcNow();
            var issuing = IsDue(before.Issuing, now) ? MakeIssuing(before.Root, before.IssuingKey, now) : before.Issuing;
            var server = IsDue(before.Server.Certificate, now) ? MakeServer(issuing, before.IssuingKey, now) : before.Server;
            if (ReferenceEquals(issuing, before.Issuing) && ReferenceEquals(server, before.Server))
                return false;
            _opened = new Opened(before.Root, issuing, before.IssuingKey, server, before.LedgerSigner);
            return true;
        }
    }

    private Opened Open()
    {
        lock (_lock)
        {
            if (_opened is not null)
                return _opened;
            if (!SpiffeId.IsTrustDomain(_options.TrustDomain))
                throw new TrustStartupException($"\"{_options.TrustDomain}\" cannot name a trust domain: use lower-case letters, digits, '.', '-' and '_' ({TrustOptions.Section}:TrustDomain).");
            var now = _time.GetUtcNow();
            var root = _files.Load(AuthorityCertificate.Root);
            if (root is null)
            {
                RefuseToReplaceTheLost();
                root = MakeRoot(now);
            }
            RefuseUnlessUsable(root, now);

            if (!_custody.Contains(LedgerKey) && _recordedRoot() is not null)
                throw new TrustStartupException($"The ledger's key is missing from {_files.Directory}: restore it from a backup. A new key would make another ledger of this one.");

            // Opening a key file is slow on purpose (PBKDF2): do both at once.
            var ledgerKey = Task.Run(() => _custody.GetOrCreate(LedgerKey, KeyKind.Ed25519));
            var issuing = _files.Load(AuthorityCertificate.Issuing);
            if (issuing is not null && !_custody.Contains(AuthorityCertificate.Issuing))
                throw new TrustStartupException($"The issuing CA's key is missing from {_files.Directory}: restore it from a backup.");
            var issuingKey = _custody.GetOrCreate(AuthorityCertificate.Issuing, KeyKind.EcdsaP256);
            if (issuing is null || IsDue(issuing, now))
                issuing = MakeIssuing(root, issuingKey, now);
            RefuseUnlessIssuedBy(root, issuing, issuingKey);

            var server = LoadServer(issuing, now) ?? MakeServer(issuing, issuingKey, now);
            var signer = new CustodyNoteSigner($"{Name}/{LedgerKey}", ledgerKey.GetAwaiter().GetResult());
            return _opened = new Opened(root, issuing, issuingKey, server, signer);
        }
    }

    private static bool IsDue(X509Certificate2 certificate, DateTimeOffset now)
    {
        var life = certificate.NotAfter - certificate.NotBefore;
        return now >= new DateTimeOffset(certificate.NotBefore) + (life * 2 / 3);
    }

    private void RefuseToReplaceTheLost()
    {
        if (_files.Load(AuthorityCertificate.Issuing) is not null)
            throw new TrustStartupException($"The root certificate is missing from {_files.Directory}: restore it from a backup.");
        if (_recordedRoot() is { } fingerprint)
            throw new TrustStartupException(
                $"The database belongs to the trust domain with the root {fingerprint}, of which {_files.Directory} holds nothing: restore that directory from a backup, or start with an empty data directory.");
    }

    private void RefuseUnlessUsable(X509Certificate2 root, DateTimeOffset now)
    {
        var expected = CertificateProfiles.Root(_options).SubjectAlternativeName.RawData;
        var actual = root.Extensions.FirstOrDefault(e => e.Oid?.Value == "2.5.29.17")?.RawData;
        if (actual is null || !actual.AsSpan().SequenceEqual(expected))
            throw new TrustStartupException(
                $"The keys in {_files.Directory} are those of another trust domain ({root.Subject}) than \"{Name}\": set {TrustOptions.Section}:TrustDomain to its name, or use another data directory.");
        if (new DateTimeOffset(root.NotAfter) <= now)
            throw new TrustStartupException($"The trust domain's root expired at {root.NotAfter.ToUniversalTime():u}: a new trust domain is needed.");
    }

    private void RefuseUnlessIssuedBy(X509Certificate2 root, X509Certificate2 issuing, ICustodyKey issuingKey)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        if (!HasKey(issuing, issuingKey.SubjectPublicKeyInfo.Span) || !chain.Build(issuing))
            throw new TrustStartupException($"The root, the issuing CA and its key in {_files.Directory} do not belong together: restore the directory from one backup.");
    }

    private static bool HasKey(X509Certificate2 certificate, ReadOnlySpan<byte> subjectPublicKeyInfo)
        => certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(subjectPublicKeyInfo);

    private X509Certificate2 MakeRoot(DateTimeOffset now)
    {
        var root = CertificateBuilder.SelfSigned(CertificateProfiles.Root(_options), _custody.GetOrCreate(AuthorityCertificate.Root, KeyKind.EcdsaP256), now);
        _files.Store(AuthorityCertificate.Root, root);
        return root;
    }

    private X509Certificate2 MakeIssuing(X509Certificate2 root, ICustodyKey issuingKey, DateTimeOffset now)
    {
        // The root's key is opened for this only, once in the issuing CA's life.
        var rootKey = _custody.Contains(AuthorityCertificate.Root)
            ? _custody.GetOrCreate(AuthorityCertificate.Root, KeyKind.EcdsaP256)
            : throw new TrustStartupException($"The root's key is missing from {_files.Directory} and a new issuing CA is due: restore it from a backup.");
        if (!HasKey(root, rootKey.SubjectPublicKeyInfo.Span))
            throw new TrustStartupException($"The root and its key in {_files.Directory} do not belong together: restore the directory from one backup.");
        var issuing = CertificateBuilder.Issued(CertificateProfiles.Issuing(_options), CertificateBuilder.PublicKeyOf(issuingKey), root, rootKey, now);
        _files.Store(AuthorityCertificate.Issuing, issuing);
        return issuing;
    }

    /// <summary>The stored server certificate, or null when another one is called for.</summary>
    private SslServerIdentity? LoadServer(X509Certificate2 issuing, DateTimeOffset now)
    {
        var certificate = _files.Load(AuthorityCertificate.Server);
        if (certificate is null || IsDue(certificate, now) || !certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuing.SubjectName.RawData))
            return null;
        var wanted = CertificateProfiles.Server(_options).SubjectAlternativeName.RawData;
        if (certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == "2.5.29.17")?.RawData.AsSpan().SequenceEqual(wanted) != true)
            return null;
        using var key = _tlsKeys.Load(AuthorityCertificate.Server);
        // A start cut off between key and certificate leaves two that do not fit: then both are made anew.
        return key is not null && HasKey(certificate, key.ExportSubjectPublicKeyInfo()) ? Identity(certificate, key, issuing) : null;
    }

    private SslServerIdentity MakeServer(X509Certificate2 issuing, ICustodyKey issuingKey, DateTimeOffset now)
    {
        using var key = _tlsKeys.Replace(AuthorityCertificate.Server);
        var subjectKey = PublicKey.CreateFromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);
        var certificate = CertificateBuilder.Issued(CertificateProfiles.Server(_options), subjectKey, issuing, issuingKey, now);
        _files.Store(AuthorityCertificate.Server, certificate);
        return Identity(certificate, key, issuing);
    }

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
