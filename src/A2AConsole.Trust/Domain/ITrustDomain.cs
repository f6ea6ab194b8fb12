using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Trust;

/// <summary>
/// The trust domain as the rest of the process sees it: opened (or made, on first start) before anything listens. Reading any
/// member opens it; that throws <see cref="TrustStartupException"/> when keys or certificates cannot be had.
/// </summary>
public interface ITrustDomain
{
    /// <summary>Its name, e.g. <c>acme.example</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Raised when roots, issuing CAs or their states changed, after the members say so: whoever judged by them judges again.
    /// Handlers only signal, they never work.
    /// </summary>
    event Action? Changed;

    /// <summary>The roots that a peer must chain to: all that are not revoked, the one in use first.</summary>
    X509Certificate2Collection Roots { get; }

    /// <summary>The issuing CAs that are not revoked, the one in use first: sent along with leaf certificates and offered to chain building.</summary>
    X509Certificate2Collection Intermediates { get; }

    /// <summary>The roots as PEM: what an agent is given as its trust bundle.</summary>
    string BundlePem { get; }

    /// <summary>The roots as a SPIFFE bundle (JWK Set) with its sequence and refresh hint.</summary>
    string BundleJson { get; }

    /// <summary>Grows whenever the bundle or the authorities' states change.</summary>
    long BundleSequence { get; }

    /// <summary>SHA-256 of the root certificate in use, lower-case hex: what a join token pins.</summary>
    string RootFingerprint { get; }

    /// <summary>The current server certificate with key and chain for the edge and authority listeners; renewed on its own.</summary>
    SslServerIdentity ServerIdentity { get; }

    /// <summary>Signs the ledger's checkpoints.</summary>
    INoteSigner LedgerSigner { get; }
}
