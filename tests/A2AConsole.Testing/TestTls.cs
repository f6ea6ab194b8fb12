using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Testing;

/// <summary>How clients of tests do TLS: they trust the given roots only, at the given clock's time.</summary>
public static class TestTls
{
    /// <summary>A client's options; without a certificate it shows none.</summary>
    public static SslClientAuthenticationOptions Client(X509Certificate2? certificate, X509Certificate2Collection? chain, X509Certificate2Collection roots, TimeProvider time) => new()
    {
        TargetHost = "localhost",
        ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, chain, offline: true),
        RemoteCertificateValidationCallback = (_, server, sent, _) => Trusts(server, sent, roots, time),
    };

    /// <summary>A client of the edge; HTTP/2 over one connection unless told otherwise.</summary>
    public static HttpClient Connect(Uri edge, SslClientAuthenticationOptions tls, Version? version = null) => new(new SocketsHttpHandler { SslOptions = tls })
    {
        BaseAddress = edge,
        DefaultRequestVersion = version ?? HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };

    private static bool Trusts(X509Certificate? server, X509Chain? sent, X509Certificate2Collection roots, TimeProvider time)
    {
        if (server is null)
            return false;
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        policy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = time.GetUtcNow().UtcDateTime;
        using var certificate = X509CertificateLoader.LoadCertificate(server.GetRawCertData());
        return chain.Build(certificate) && certificate.MatchesHostname("localhost");
    }
}
