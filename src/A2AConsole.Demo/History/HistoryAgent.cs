using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Demo.Live;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;
using A2AConsole.Trust;

namespace A2AConsole.Demo.History;

/// <summary>An agent in the past: enrolled and renewed by the real authority, in this process instead of over a socket.</summary>
internal sealed class HistoryAgent(CastMember member, IAuthority authority, SvidGate gate, TimeProvider time) : IDisposable
{
    // Slices do not begin where two thirds of a certificate's life end; a little early is better than a slice late.
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(5);

    private AgentIdentity? _identity;
    private VerifiedSvid? _svid;

    public CastMember Member => member;

    /// <summary>Key and certificate of the moment.</summary>
    public AgentIdentity Identity => _identity ?? throw new InvalidOperationException($"{member.Name} has not enrolled.");

    /// <summary>The certificate as the edge would have validated it.</summary>
    public VerifiedSvid Svid => _svid!;

    /// <summary>The agent's local number.</summary>
    public int Number { get; private set; }

    /// <summary>When it would renew next.</summary>
    public DateTimeOffset RenewAt { get; private set; }

    public async Task EnrolAsync(double jitter, CancellationToken cancellationToken)
    {
        var token = await authority.InviteAsync(DemoSite.Invitation(member), "system", cancellationToken);
        var key = SigningKey.Generate();
        Take(key, await authority.EnrollAsync(Request(key), token.Text, null, cancellationToken), jitter);
    }

    public async Task RenewAsync(double jitter, CancellationToken cancellationToken)
    {
        if (Identity.NotAfter <= time.GetUtcNow())
        {
            await EnrolAsync(jitter, cancellationToken);
            return;
        }
        var key = SigningKey.Generate();
        Take(key, await authority.RenewAsync(Identity.Certificate, Request(key), null, cancellationToken), jitter);
    }

    /// <summary>Until then it misses its renewals.</summary>
    public DateTimeOffset SilentUntil { get; set; }

    /// <summary>Whether it renews at the start of a slice of the past.</summary>
    public bool IsDue(DateTimeOffset start, DateTimeOffset end) => start >= SilentUntil && (RenewAt < start + Leeway || Identity.NotAfter <= end);

    public void Dispose() => _identity?.Dispose();

    private static byte[] Request(EcdsaSigningKey key) => new CertificateRequest("CN=agent", key.Key, HashAlgorithmName.SHA256).CreateSigningRequest();

    private void Take(EcdsaSigningKey key, IssuanceResult result, double jitter)
    {
        if (result.Certificate is not { } issued)
            throw new InvalidOperationException($"The authority gave {member.Name} no certificate: {result.Refusal}");
        _identity?.Dispose();
        using var leaf = X509CertificateLoader.LoadCertificate(issued.Der);
        _identity = AgentIdentity.Create(leaf, [], key.Key);
        // The gate remembers what it has validated: the next renewal finds it there.
        var verdict = gate.Check(_identity.Certificate);
        if (!verdict.IsAccepted)
            throw new InvalidOperationException($"The authority issued a certificate that the edge would not take: {verdict.Refusal}");
        (_svid, Number) = (verdict.Svid, verdict.AgentNumber);
        RenewAt = issued.NotBefore + (issued.NotAfter - issued.NotBefore) * (2.0 / 3 + jitter);
    }
}
