using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Certificates;

namespace A2AConsole.Trust.Domain;

/// <summary>What is in force at one moment, whole: a reader never sees the roots of one step with the issuing CA of another.</summary>
internal sealed class OpenDomain
{
    public OpenDomain(AuthorityRoster roster, IReadOnlyList<KeyValuePair<AuthorityMember, X509Certificate2>> roots, IReadOnlyList<IssuingAuthority> issuers,
        SslServerIdentity server, INoteSigner ledgerSigner, TimeSpan refresh)
    {
        (Roster, Issuers, Server, LedgerSigner) = (roster, issuers, server, ledgerSigner);
        RootsByMember = roots;
        Issuing = issuers.Single(i => i.State == AnchorState.Active);
        Root = roots.Single(r => r.Key.State == AnchorState.Active).Value;
        // The one in use goes first: whoever takes only one takes that.
        Roots = [Root, .. roots.Where(r => r.Key.State != AnchorState.Active).Select(r => r.Value)];
        Intermediates = [Issuing.Certificate, .. issuers.Where(i => i != Issuing).Select(i => i.Certificate)];
        BundlePem = CertificateText.PemOf(Roots);
        BundleJson = BundleDocument.Write(Roots, roster.Sequence, refresh);
        RootFingerprint = CertificateText.FingerprintOf(Root);
    }

    public AuthorityRoster Roster { get; }
    public IReadOnlyList<KeyValuePair<AuthorityMember, X509Certificate2>> RootsByMember { get; }
    public X509Certificate2 Root { get; }
    public IssuingAuthority Issuing { get; }
    public IReadOnlyList<IssuingAuthority> Issuers { get; }
    public SslServerIdentity Server { get; }
    public INoteSigner LedgerSigner { get; }
    public X509Certificate2Collection Roots { get; }
    public X509Certificate2Collection Intermediates { get; }
    public string BundlePem { get; }
    public string BundleJson { get; }
    public string RootFingerprint { get; }
}
