using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace A2AConsole.Trust.Listening;

/// <summary>How our listeners do TLS: 1.3 only, with the trust domain's server certificate of the moment, for our own roots only.</summary>
public static class TlsListener
{
    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    /// <summary>
    /// Binds <c>https://host:port</c>: an IP address, localhost (both loopback addresses; one of them for port 0, which asks for a
    /// free port), or any other name for all addresses. Throws <see cref="TrustStartupException"/> when the text is no such address.
    /// </summary>
    public static void ListenAt(this KestrelServerOptions kestrel, string url, Action<ListenOptions> configure)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new TrustStartupException($"\"{url}\" is not an address to listen on; write it as https://host:port.", e);
        }
        if (!string.Equals(address.Scheme, "https", StringComparison.OrdinalIgnoreCase))
            throw new TrustStartupException($"\"{url}\" is not an https address; agents are talked to over TLS only.");

        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, configure);
        else if (!string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase))
            kestrel.ListenAnyIP(address.Port, configure);
        else if (address.Port == 0)
            kestrel.Listen(IPAddress.Loopback, 0, configure);
        else
            kestrel.ListenLocalhost(address.Port, configure);
    }

    /// <summary>
    /// Puts TLS on a listener. <paramref name="judge"/> decides on the client certificate within the handshake (null: none was
    /// sent); without it no certificate is asked for.
    /// </summary>
    public static void UseTls(this ListenOptions listen, ITrustDomain domain, TimeSpan handshakeTimeout, Func<X509Certificate2?, bool>? judge)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = handshakeTimeout,
            OnConnection = _ => ValueTask.FromResult(Options(domain, judge)),
        });
    }

    /// <summary>
    /// The options of one handshake. Sessions are not resumed: each connection shows its certificate anew, so neither expiry nor
    /// revocation can be slept through.
    /// </summary>
    public static SslServerAuthenticationOptions Options(ITrustDomain domain, Func<X509Certificate2?, bool>? judge) => new()
    {
        ServerCertificateContext = domain.ServerIdentity.Context,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = Protocols,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        ClientCertificateRequired = judge is not null,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = PathPolicy(domain),
        RemoteCertificateValidationCallback = judge is null ? null : (_, certificate, _, _) => judge(certificate as X509Certificate2),
    };

    // The framework builds a path before it asks us. It decides nothing here, so it must neither go online nor to the machine's store.
    private static X509ChainPolicy PathPolicy(ITrustDomain domain)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(domain.Roots);
        policy.ExtraStore.AddRange(domain.Intermediates);
        return policy;
    }
}
