using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Trust;

/// <summary>
/// Judges client certificates for every listener: path and SVID rules, revocation, and whether we know the agent. The costly
/// part, path validation, is remembered by certificate; time, revocation and the agent are asked each time.
/// </summary>
public sealed class SvidGate(ITrustDomain domain, IRevocationList revocations, IAgentDirectory directory, TimeProvider time, AlgorithmPolicySource? algorithms = null)
{
    /// <summary>Refusal code: the certificate was revoked.</summary>
    public const string Revoked = "certificate-revoked";

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
        if (revocations.IsRevoked(svid.Serial))
        {
            _validated.TryRemove(fingerprint, out _);
            return new SvidVerdict(new SvidRefusal(Revoked, "The certificate was revoked; the agent must be invited and enrol again."));
        }
        return directory.NumberOf(svid.SpiffeId.Text) is { } number
            ? new SvidVerdict(svid, number)
            : new SvidVerdict(new SvidRefusal(UnknownAgent, $"No agent {svid.SpiffeId} was ever invited here."));
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
