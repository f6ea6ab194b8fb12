using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Trust;

/// <summary>A server certificate with private key, and the intermediates to send along.</summary>
public sealed record SslServerIdentity(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    /// <summary>
    /// The two as TLS wants them, built once: building it for each handshake would search the system's stores each time.
    /// </summary>
    public SslStreamCertificateContext Context { get; } = SslStreamCertificateContext.Create(Certificate, Chain, offline: true);
}
