using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Sdk;

/// <summary>
/// An agent's key and certificate (X.509-SVID). The key signs its events and authenticates its connections; it never leaves
/// the machine. Thread-safe.
/// </summary>
public sealed class AgentIdentity : IDisposable
{
    private AgentIdentity(X509Certificate2 certificate, X509Certificate2Collection chain, SigningKey key, SpiffeId id)
        => (Certificate, Chain, Key, SpiffeId) = (certificate, chain, key, id);

    /// <summary>The certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The issuing CAs to send along, without the root.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>Who the certificate says it is.</summary>
    public SpiffeId SpiffeId { get; }

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo, DER), lower-case hex: the <c>keyid</c> of its signatures.</summary>
    public string KeyId => Key.KeyId;

    /// <summary>The certificate's serial, lower-case hex.</summary>
    public string Serial => SvidRules.SerialOf(Certificate);

    internal SigningKey Key { get; }

    /// <summary>UTC.</summary>
    public DateTimeOffset NotBefore => Certificate.NotBefore.ToUniversalTime();

    /// <summary>UTC.</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    /// <summary>Reads a key and a certificate chain (leaf first) from PEM.</summary>
    /// <exception cref="AgentStateException">The two do not belong together, or the certificate is no X.509-SVID.</exception>
    public static AgentIdentity FromPem(string chainPem, string keyPem)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(chainPem);
            if (certificates.Count == 0)
                throw new AgentStateException("there is no certificate in the chain");
            using var leaf = certificates[0];
            var key = ECDsa.Create();
            key.ImportFromPem(keyPem);
            return Create(leaf, [.. certificates.Skip(1)], key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new AgentStateException("key and certificate cannot be used: " + e.Message, e);
        }
    }

    /// <summary>Puts a certificate and its key together; the identity takes the key and the chain over, the certificate is copied.</summary>
    /// <exception cref="AgentStateException">The two do not belong together, or the certificate is no X.509-SVID.</exception>
    public static AgentIdentity Create(X509Certificate2 leaf, X509Certificate2Collection chain, ECDsa key)
    {
        try
        {
            var uris = SubjectNames.Uris(leaf);
            if (uris.Count != 1 || !SpiffeId.TryParse(uris[0], out var id, out _))
                throw new AgentStateException("the certificate is no X.509-SVID: it must have exactly one URI name, a SPIFFE ID");
            var certificate = leaf.CopyWithPrivateKey(key);
            if (OperatingSystem.IsWindows())
            {
                // SChannel cannot use a key that lives in memory only.
                using var ephemeral = certificate;
                certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
            }
            return new AgentIdentity(certificate, chain, SigningKey.Adopt(key), id);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new AgentStateException("key and certificate cannot be used: " + e.Message, e);
        }
    }

    /// <summary>Reads the identity that an <see cref="AgentClient"/> keeps in its state directory.</summary>
    /// <exception cref="AgentStateException">There is none, or it cannot be read.</exception>
    public static AgentIdentity Load(string stateDirectory) => new AgentStateDirectory(stateDirectory).LoadIdentity();

    /// <summary>Signs <paramref name="data"/> with the default algorithm: ECDSA P-256 with SHA-256, r‖s (IEEE P1363), 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => Key.Sign(data);

    /// <summary>
    /// An HTTP handler that presents this identity and trusts exactly <paramref name="bundle"/>: for the edge, and for mutual TLS
    /// between agents. The host name is checked. The caller owns it and disposes of it before the identity.
    /// </summary>
    public SocketsHttpHandler CreateHandler(TrustBundle bundle, TimeProvider? timeProvider = null)
        => CreateHandler(() => bundle, timeProvider ?? TimeProvider.System);

    /// <summary>As the public one, trusting at each handshake what <paramref name="bundle"/> gives then.</summary>
    internal SocketsHttpHandler CreateHandler(Func<TrustBundle> bundle, TimeProvider timeProvider)
        => PeerTrust.Handler(bundle, timeProvider, SslStreamCertificateContext.Create(Certificate, Chain, offline: true));

    /// <inheritdoc/>
    public void Dispose()
    {
        Key.Dispose();
        Certificate.Dispose();
        foreach (var issuer in Chain)
            issuer.Dispose();
    }
}
