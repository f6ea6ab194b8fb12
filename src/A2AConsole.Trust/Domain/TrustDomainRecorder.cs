using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Certificates;

namespace A2AConsole.Trust.Domain;

/// <summary>
/// Puts the authority's own certificates on the ledger and into the database, whichever are not there yet: after the first
/// start, after a renewal, and after a start that was cut off between making and recording.
/// </summary>
public sealed class TrustDomainRecorder(TrustDomain domain, ILedger ledger, TrustQueries queries, TimeProvider time)
{
    /// <summary>Records what is not on record. Throws <see cref="LedgerUnavailableException"/>.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken = default)
    {
        var own = domain.OwnCertificates;
        var known = await queries.KnownAnchorsAsync([.. own.Select(c => CertificateText.FingerprintOf(c.Certificate))], cancellationToken);
        var missing = own.Where(c => !known.Contains(CertificateText.FingerprintOf(c.Certificate))).ToList();
        if (missing.FirstOrDefault(c => c.Purpose == AuthorityCertificate.Root) is { } root)
        {
            await RecordAsync(root, missing, "Trust domain created.", cancellationToken);
            return;
        }
        foreach (var certificate in missing)
            await RecordAsync(certificate, [certificate], $"New {certificate.Purpose} certificate of the trust domain.", cancellationToken);
    }

    private async Task RecordAsync(AuthorityCertificate named, IReadOnlyList<AuthorityCertificate> certificates, string detail, CancellationToken cancellationToken)
    {
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Administration,
            Verdict = LeafVerdict.Done,
            At = time.GetUtcNow(),
            Actor = "system",
            Subject = $"spiffe://{domain.Name}",
            Certificate = SvidRules.SerialOf(named.Certificate),
            Expires = new DateTimeOffset(named.Certificate.NotAfter).ToUniversalTime(),
            Digest = CertificateText.FingerprintOf(named.Certificate),
            Detail = detail,
        };
        await ledger.RecordAsync(leaf, (context, _) => TrustChanges.AddAnchors(context, certificates.Select(RowOf)), cancellationToken);
    }

    private TrustAnchor RowOf(AuthorityCertificate certificate) => new()
    {
        KeyId = VerificationKey.IdOf(certificate.Certificate.PublicKey),
        State = AnchorState.Active,
        StateChangedAt = time.GetUtcNow(),
        Fingerprint = CertificateText.FingerprintOf(certificate.Certificate),
        Purpose = certificate.Purpose,
        NotBefore = new DateTimeOffset(certificate.Certificate.NotBefore).ToUniversalTime(),
        NotAfter = new DateTimeOffset(certificate.Certificate.NotAfter).ToUniversalTime(),
        Der = certificate.Certificate.RawData,
    };
}
