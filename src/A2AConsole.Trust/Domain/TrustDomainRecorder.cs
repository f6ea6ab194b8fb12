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
/// Puts the authority's own certificates and their states on the ledger and into the database, whichever are not there yet: after
/// the first start, after a renewal, after a start that was cut off between making and recording, and after an older database
/// was restored. What is trusted comes from the key directory; this is the public record of it.
/// </summary>
public sealed class TrustDomainRecorder(TrustDomain domain, ILedger ledger, TrustQueries queries, TimeProvider time)
{
    /// <summary>Records what is not on record. Throws <see cref="LedgerUnavailableException"/>.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken = default)
    {
        var own = domain.OwnCertificates;
        var states = await queries.AnchorStatesAsync(cancellationToken);
        var missing = own.Where(c => !states.ContainsKey(CertificateText.FingerprintOf(c.Certificate))).ToList();
        if (states.Count == 0)
        {
            await RecordAsync(missing[0], missing, "Trust domain created.", cancellationToken);
            return;
        }
        foreach (var certificate in missing)
            await RecordAsync(certificate, [certificate], $"New {certificate.Purpose} certificate of the trust domain.", cancellationToken);
        foreach (var certificate in own.Where(c => states.TryGetValue(CertificateText.FingerprintOf(c.Certificate), out var state) && state != c.State))
            await RecordAsync(certificate, [certificate], $"The record of this {certificate.Purpose} certificate was behind: it is {certificate.State.ToString().ToLowerInvariant()}.", cancellationToken);
    }

    /// <summary>Records a step: its leaf, and the state of each certificate that it changes. Nothing when it is on record already.</summary>
    internal async Task RecordStepAsync(AuthorityStep step, string detail, IReadOnlyList<AuthorityCertificate> changed, CancellationToken cancellationToken)
    {
        var states = await queries.AnchorStatesAsync(cancellationToken);
        if (changed.All(c => states.TryGetValue(CertificateText.FingerprintOf(c.Certificate), out var state) && state == c.State))
            return;
        await RecordAsync(changed[0], changed, detail, cancellationToken, step.Actor);
    }

    private async Task RecordAsync(AuthorityCertificate named, IReadOnlyList<AuthorityCertificate> certificates, string detail, CancellationToken cancellationToken, string actor = "system")
    {
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Administration,
            Verdict = LeafVerdict.Done,
            At = time.GetUtcNow(),
            Actor = actor,
            Subject = $"spiffe://{domain.Name}",
            Certificate = SvidRules.SerialOf(named.Certificate),
            Expires = new DateTimeOffset(named.Certificate.NotAfter).ToUniversalTime(),
            Digest = CertificateText.FingerprintOf(named.Certificate),
            Detail = detail,
        };
        await ledger.RecordAsync(leaf, (context, _) => TrustChanges.PutAnchors(context, certificates.Select(RowOf)), cancellationToken);
    }

    private TrustAnchor RowOf(AuthorityCertificate certificate) => new()
    {
        KeyId = VerificationKey.IdOf(certificate.Certificate.PublicKey),
        State = certificate.State,
        StateChangedAt = time.GetUtcNow(),
        Fingerprint = CertificateText.FingerprintOf(certificate.Certificate),
        Purpose = certificate.Purpose,
        NotBefore = new DateTimeOffset(certificate.Certificate.NotBefore).ToUniversalTime(),
        NotAfter = new DateTimeOffset(certificate.Certificate.NotAfter).ToUniversalTime(),
        Der = certificate.Certificate.RawData,
    };
}
