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
internal sealed class HistoryAgent(CastMember member, IAuthority authority, ITrustDomain domain, TimeProvider time) : IDisposable
{
    private AgentIdentity? _identity;
    private VerifiedSvid? _svid;

    public CastMember Member => member;

    /// <summary>Key and certificate of the moment.</summary>
    public AgentIdentity Identity => _identity ?? throw new InvalidOperationException($"{member.Name} has not enrolled.");

    /// <summary>The certificate as the edge would have validated it.</summary>
    public VerifiedSvid Svid => _svid!;

    /// <summary>When it renews next.</summary>
    public DateTimeOffset RenewAt { get; private set; }

    public async Task EnrolAsync(double jitter, CancellationToken cancellationToken)
    {
        var token = await authority.InviteAsync(DemoSite.Invitation(member), "system", cancellationToken);
        using var key = SigningKey.Generate();
        Take(key, await authority.EnrollAsync(Request(key), token.Text, null, cancellationToken), jitter);
    }

    public async Task RenewAsync(double jitter, CancellationToken cancellationToken)
    {
        if (Identity.NotAfter <= time.GetUtcNow())
        {
            await EnrolAsync(jitter, cancellationToken);
            return;
        }
        using var key = SigningKey.Generate();
        Take(key, await authority.RenewAsync(Identity.Certificate, Request(key), null, cancellationToken), jitter);
    }

    /// <summary>Misses renewals until then.</summary>
    public void FallSilentUntil(DateTimeOffset until) => RenewAt = until;

    public void Dispose() => _identity?.Dispose();

    private static byte[] Request(SigningKey key) => new CertificateRequest("CN=agent", key.Key, HashAlgorithmName.SHA256).CreateSigningRequest();

    private void Take(SigningKey key, IssuanceResult result, double jitter)
    {
        if (result.Certificate is not { } issued)
            throw new InvalidOperationException($"The authority gave {member.Name} no certificate: {result.Refusal}");
        _identity?.Dispose();
        _identity = AgentIdentity.FromPem(issued.ChainPem, key.Key.ExportPkcs8PrivateKeyPem());
        if (!SvidValidator.TryValidate(_identity.Certificate, new SvidTrust(domain.Name, domain.Roots, domain.Intermediates), time.GetUtcNow(), out _svid, out var refusal))
            throw new InvalidOperationException($"The authority issued a certificate that the edge would not take: {refusal}");
        RenewAt = issued.NotBefore + (issued.NotAfter - issued.NotBefore) * (2.0 / 3 + jitter);
    }
}
