using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Trust;

/// <summary>
/// Judges client certificates for every listener: path and SVID rules, whether we know the agent, whether its issuance is on the
/// ledger, and how both stand. The costly part, path validation, is remembered by certificate; the rest is asked each time.
/// </summary>
public sealed class SvidGate(ITrustDomain domain, IStandings standings, UnloggedCertificates unlogged, TimeProvider time, AlgorithmPolicySource? algorithms = null)
{
    /// <summary>Refusal code: the certificate was revoked.</summary>
    public const string Revoked = CertificateLifecycle.Revoked;

    /// <summary>Refusal code: our authority's key signed it, but no ledger leaf says so.</summary>
    public const string Unlogged = "certificate-unlogged";

    /// <summary>Refusal code: a valid certificate, but no agent of that name was ever invited.</summary>
    public const string UnknownAgent = "agent-unknown";

    /// <summary>How many validated certificates are remembered.</summary>
    public const int CacheSize = 20_000;

    private readonly AlgorithmPolicySource _algorithms = algorithms ?? new AlgorithmPolicySource();
    private readonly ConcurrentDictionary<string, Validated> _validated = new(StringComparer.Ordinal);

    /// <summary>What path validation said under the trust bundle of that sequence and those algorithms; others may say otherwise.</summary>
    private readonly record struct Validated(VerifiedSvid Svid, long BundleSequence, AlgorithmPolicy Algorithms);

    /// <summary>Judges a certificate whose key its holder has proven (TLS). Never throws for a bad certificate.</summary>
    public SvidVerdict Check(X509Certificate2 certificate)
    {
        var now = time.GetUtcNow();
        var policy = _algorithms.Current;
        var fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        // Read before roots and issuing CAs: should they change in between, what is remembered is asked again.
        var sequence = domain.BundleSequence;
        _validated.TryGetValue(fingerprint, out var known);
        var svid = known.BundleSequence == sequence && ReferenceEquals(known.Algorithms, policy) ? known.Svid : null;
        if (svid is null || now < svid.NotBefore || now > svid.NotAfter)
        {
            _validated.TryRemove(fingerprint, out _);
            var trust = new SvidTrust(domain.Name, domain.Roots, domain.Intermediates) { Algorithms = policy };
            if (!SvidValidator.TryValidate(certificate, trust, now, out svid, out var refusal))
                return new SvidVerdict(refusal);
            Remember(fingerprint, new Validated(svid, sequence, policy), now);
        }
        // The date from which a kind of key is refused may have come since.
        if (SvidRules.CheckKind(svid, policy, now) is { } forbidden)
            return new SvidVerdict(forbidden);
        if (standings.Agent(svid.SpiffeId.Text) is not { } agent)
        {
            unlogged.Report(svid, null, fingerprint.ToLowerInvariant());
            return new SvidVerdict(new SvidRefusal(UnknownAgent, $"No agent {svid.SpiffeId} was ever invited here."));
        }
        // The serial alone would not do: whoever holds the key can choose one that is on record.
        if (!standings.TryFind(svid.Serial, out var standing) || standing.Agent != agent || !standing.IsOf(Convert.FromHexString(fingerprint)))
        {
            unlogged.Report(svid, agent.Number, fingerprint.ToLowerInvariant());
            return new SvidVerdict(new SvidRefusal(Unlogged, "The certificate's issuance is not on the ledger, so it does not count; enrol with a join token."));
        }
        if (standing.Refusal is not { } refused)
            return new SvidVerdict(svid, standing);
        standing.NoteRefusedUse(now);
        return new SvidVerdict(new SvidRefusal(refused.Code, refused.Detail));
    }

    private void Remember(string fingerprint, Validated svid, DateTimeOffset now)
    {
        if (_validated.Count >= CacheSize)
        {
            foreach (var entry in _validated)
            {
                if (entry.Value.Svid.NotAfter < now)
                    _validated.TryRemove(entry);
            }
            // All of them alive: forgetting costs one path validation each, growing without end costs more.
            if (_validated.Count >= CacheSize)
                _validated.Clear();
        }
        _validated[fingerprint] = svid;
    }
}
