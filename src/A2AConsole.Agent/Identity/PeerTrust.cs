using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Sdk;

/// <summary>Builds the HTTP handlers: TLS 1.3, the trust bundle as only trust, an identity or none.</summary>
internal static class PeerTrust
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    public static SocketsHttpHandler Handler(Func<TrustBundle> bundle, TimeProvider timeProvider, SslStreamCertificateContext? identity)
        => Handler(identity, (_, certificate, chain, errors) => IsTrusted(bundle(), timeProvider, certificate, chain, errors));

    /// <summary>For downloading the bundle only: what it brings is checked against the join token's fingerprint.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "Nothing secret is sent, and the download is checked by its digest.")]
    public static SocketsHttpHandler UnauthenticatedHandler() => Handler(null, (_, _, _, _) => true);

    private static SocketsHttpHandler Handler(SslStreamCertificateContext? identity, RemoteCertificateValidationCallback validate) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        EnableMultipleHttp2Connections = true,
        // A handshake costs the edge as much as a dozen events: keep connections.
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateContext = identity,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = validate,
        },
    };

    private static bool IsTrusted(TrustBundle bundle, TimeProvider timeProvider, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        // The system's chain is bound to fail; the name check is the platform's and must hold.
        if (certificate is not X509Certificate2 peer || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
            return false;
        var sent = new X509Certificate2Collection();
        if (chain is not null)
            sent.AddRange(chain.ChainPolicy.ExtraStore);
        return bundle.Accepts(peer, sent, timeProvider.GetUtcNow(), ServerAuthentication, out _);
    }
}
