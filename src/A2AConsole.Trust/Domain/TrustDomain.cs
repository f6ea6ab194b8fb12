using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Revoking;

namespace A2AConsole.Trust.Domain;

/// <summary>
/// Our own trust domain: roots and issuing CAs side by side, the server certificate and the ledger key. Made on first start, each
/// piece by itself, so that a start that was cut off is completed by the next one; loaded afterwards.
/// </summary>
public sealed class TrustDomain : ITrustDomain, ISvidIssuer
{
    /// <summary>The ledger key's name in custody.</summary>
    public const string LedgerKey = "ledger";

    private readonly TrustOptions _options;
    private readonly IKeyCustody _custody;
    private readonly CertificateFiles _files;
    private readonly AuthorityRosterFile _rosterFile;
    private readonly AuthorityMaker _maker;
    private readonly TimeProvider _time;
    private readonly Func<string?> _recordedRoot;
    private readonly Lock _lock = new();
    private volatile OpenDomain? _opened;

    /// <summary>
    /// Prepares the domain; nothing is read or made before <see cref="EnsureOpen"/>. <paramref name="recordedRoot"/> tells the fingerprint
    /// of a root that the database knows, or null: keys that were lost must not be replaced by new ones in silence.
    /// </summary>
    public TrustDomain(TrustOptions options, IKeyCustody custody, ITlsKeyStore tlsKeys, CertificateFiles files, AuthorityRosterFile rosterFile, TimeProvider time, Func<string?> recordedRoot)
    {
        _options = options;
        _custody = custody;
        _files = files;
        _rosterFile = rosterFile;
        _maker = new AuthorityMaker(options, custody, tlsKeys, files, time);
        _time = time;
        _recordedRoot = recordedRoot;
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public string Name => _options.TrustDomain;

    /// <inheritdoc/>
    public X509Certificate2Collection Roots => Current.Roots;

    /// <inheritdoc/>
    public X509Certificate2Collection Intermediates => Current.Intermediates;

    /// <inheritdoc/>
    public string BundlePem => Current.BundlePem;

    /// <inheritdoc/>
    public string BundleJson => Current.BundleJson;

    /// <inheritdoc/>
    public long BundleSequence => Current.Roster.Sequence;

    /// <inheritdoc/>
    public string RootFingerprint => Current.RootFingerprint;

    /// <inheritdoc/>
    public SslServerIdentity ServerIdentity => Current.Server;

    /// <inheritdoc/>
    public INoteSigner LedgerSigner => Current.LedgerSigner;

    /// <inheritdoc/>
    public IReadOnlyList<IssuingAuthority> Issuers => Current.Issuers;

    /// <summary>The authorities and the step that is under way.</summary>
    public AuthorityRoster Roster => Current.Roster;

    /// <summary>The authority's own certificates that count, roots first.</summary>
    public IReadOnlyList<AuthorityCertificate> OwnCertificates
    {
        get
        {
            var current = Current;
            return
            [
                .. current.RootsByMember.Select(r => new AuthorityCertificate(AuthorityCertificate.Root, r.Value, r.Key.State)),
                .. current.Issuers.Select(i => new AuthorityCertificate(AuthorityCertificate.Issuing, i.Certificate, i.State)),
                new(AuthorityCertificate.Server, current.Server.Certificate, AnchorState.Active),
            ];
        }
    }

    private OpenDomain Current => _opened ?? Open();

    /// <inheritdoc/>
    public IssuedSvid Issue(SpiffeId id, PublicKey key, DateTimeOffset now, SvidContent? content = null)
    {
        var issuing = Current.Issuing;
        var profile = CertificateProfiles.Svid(id, content, _options);
        if (_options.StatusRoot is { } root)
            profile = profile with { StatusOf = serial => StatusAddresses.Extensions(root, issuing.KeyId, serial) };
        var built = CertificateBuilder.Built(profile, key, issuing.Facts, issuing.Key, now);
        return new(built.Der, built.Serial, built.NotBefore, built.NotAfter, issuing);
    }

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
            var isIssuingDue = _maker.IsDue(before.Issuing.Certificate);
            if (!isIssuingDue && !_maker.IsDue(before.Server.Certificate))
                return false;
            if (isIssuingDue)
                _maker.CertifyIssuing(before.Roster.Find(before.Issuing.Name)!, before.Root, before.Issuing.Key);
            _opened = Load(before.Roster, before.LedgerSigner);
        }
        Changed?.Invoke();
        return true;
    }

    /// <summary>Takes over what another process of the same key directory changed. True when something did.</summary>
    public bool ReloadIfChanged()
    {
        lock (_lock)
        {
            if (_rosterFile.Load() is not { } stored || (stored.Sequence == Current.Roster.Sequence && stored.Pending == Current.Roster.Pending))
                return false;
            _opened = Load(stored, Current.LedgerSigner);
        }
        Changed?.Invoke();
        return true;
    }

    /// <summary>Makes what a step calls for: keys and certificates, in force only once the step is.</summary>
    internal IReadOnlyList<AuthorityCertificate> Make(AuthorityRoster next)
    {
        var made = new List<AuthorityCertificate>();
        lock (_lock)
        {
            foreach (var member in next.Members.Where(m => m.State == AnchorState.Prepared))
            {
                var root = _maker.Root(member.Root);
                made.Add(new(member.Purpose, member.Purpose == AuthorityCertificate.Root ? root : _maker.Issuing(member, root), member.State));
            }
        }
        return made;
    }

    /// <summary>The certificate of an authority, whatever its state; null when its file is gone.</summary>
    internal X509Certificate2? CertificateOf(AuthorityMember member) => _files.Load(member.Name);

    /// <summary>Stores a roster and puts it in force.</summary>
    internal void Put(AuthorityRoster roster)
    {
        lock (_lock)
        {
            _rosterFile.Store(roster);
            _opened = Load(roster, Current.LedgerSigner);
        }
        Changed?.Invoke();
    }

    private OpenDomain Open()
    {
        lock (_lock)
        {
            if (_opened is not null)
                return _opened;
            if (!SpiffeId.IsTrustDomain(_options.TrustDomain))
                throw new TrustStartupException($"\"{_options.TrustDomain}\" cannot name a trust domain: use lower-case letters, digits, '.', '-' and '_' ({TrustOptions.Section}:TrustDomain).");
            var stored = _rosterFile.Load();
            if (_files.Load(AuthorityCertificate.Root) is null && stored is null)
                RefuseToReplaceTheLost();
            if (!_custody.Contains(LedgerKey) && _recordedRoot() is not null)
                throw new TrustStartupException($"The ledger's key is missing from {_files.Directory}: restore it from a backup. A new key would make another ledger of this one.");

            // Opening a key file is slow on purpose (PBKDF2): do both at once.
            var ledgerKey = Task.Run(() => _custody.GetOrCreate(LedgerKey, KeyKind.Ed25519));
            var roster = stored ?? MakeFirst();
            var signer = new Lazy<INoteSigner>(() => new CustodyNoteSigner($"{Name}/{LedgerKey}", ledgerKey.GetAwaiter().GetResult()));
            return _opened = Load(roster, signer);
        }
    }

    private AuthorityRoster MakeFirst()
    {
        var roster = AuthorityRoster.First(_time.GetUtcNow());
        var root = _maker.Root(AuthorityCertificate.Root);
        RefuseUnlessUsable(root);
        var issuing = roster.Active(AuthorityCertificate.Issuing);
        if (_files.Load(issuing.Name) is not null)
            _maker.Key(issuing.Name, issuing.Purpose);
        _maker.Issuing(issuing, root);
        _rosterFile.Store(roster);
        return roster;
    }

    private OpenDomain Load(AuthorityRoster roster, INoteSigner signer) => Load(roster, new Lazy<INoteSigner>(() => signer));

    private OpenDomain Load(AuthorityRoster roster, Lazy<INoteSigner> signer)
    {
        var now = _time.GetUtcNow();
        var roots = new List<KeyValuePair<AuthorityMember, X509Certificate2>>();
        var issuers = new List<IssuingAuthority>();
        foreach (var member in roster.Members.Where(m => m.IsTrusted))
        {
            if (member.Purpose == AuthorityCertificate.Root && LoadRoot(member, now) is { } root)
                roots.Add(new(member, root));
        }
        foreach (var member in roster.Members.Where(m => m.IsTrusted && m.Purpose == AuthorityCertificate.Issuing))
        {
            // One whose root is no longer valid signs nothing that counts.
            if (roots.FirstOrDefault(r => r.Key.Name == member.Root).Value is { } root && LoadIssuing(member, root, now) is { } issuing)
                issuers.Add(issuing);
        }
        var server = _maker.Server(issuers.Single(i => i.State == AnchorState.Active));
        return new OpenDomain(roster, roots, issuers, server, signer.Value, _options.BundleRefresh);
    }

    private X509Certificate2? LoadRoot(AuthorityMember member, DateTimeOffset now)
    {
        var root = _maker.Load(member);
        if (member.State == AnchorState.Active)
            RefuseUnlessUsable(root);
        return new DateTimeOffset(root.NotAfter) > now ? root : null;
    }

    private IssuingAuthority? LoadIssuing(AuthorityMember member, X509Certificate2 root, DateTimeOffset now)
    {
        var certificate = _maker.Load(member);
        if (member.State != AnchorState.Active)
            return new DateTimeOffset(certificate.NotAfter) > now ? new IssuingAuthority(member, certificate, () => _maker.Key(member.Name, member.Purpose)) : null;
        var key = _maker.Key(member.Name, member.Purpose);
        if (_maker.IsDue(certificate))
            certificate = _maker.CertifyIssuing(member, root, key);
        _maker.RefuseUnlessIssuedBy(root, certificate, key);
        return new IssuingAuthority(member, certificate, () => key);
    }

    private void RefuseToReplaceTheLost()
    {
        if (_files.Load(AuthorityCertificate.Issuing) is not null)
            throw new TrustStartupException($"The root certificate is missing from {_files.Directory}: restore it from a backup.");
        if (_recordedRoot() is { } fingerprint)
            throw new TrustStartupException(
                $"The database belongs to the trust domain with the root {fingerprint}, of which {_files.Directory} holds nothing: restore that directory from a backup, or start with an empty data directory.");
    }

    private void RefuseUnlessUsable(X509Certificate2 root)
    {
        var expected = CertificateProfiles.Root(_options).SubjectAlternativeName!.RawData;
        var actual = root.Extensions.FirstOrDefault(e => e.Oid?.Value == "2.5.29.17")?.RawData;
        if (actual is null || !actual.AsSpan().SequenceEqual(expected))
            throw new TrustStartupException(
                $"The keys in {_files.Directory} are those of another trust domain ({root.Subject}) than \"{Name}\": set {TrustOptions.Section}:TrustDomain to its name, or use another data directory.");
        if (new DateTimeOffset(root.NotAfter) <= _time.GetUtcNow())
            throw new TrustStartupException($"The trust domain's root expired at {root.NotAfter.ToUniversalTime():u}: a new trust domain is needed.");
    }
}
