using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Sdk;

/// <summary>
/// An agent's keys and certificate (X.509-SVID). The certificate's own key (P-256) authenticates its connections and signs its
/// events; a further key, where the certificate carries one, signs events instead of it or beside it (<see cref="EventSigning"/>).
/// Keys never leave the machine. Thread-safe.
/// </summary>
public sealed class AgentIdentity : IDisposable
{
    private AgentIdentity(X509Certificate2 certificate, X509Certificate2Collection chain, EcdsaSigningKey key, SigningKey? alternative, SpiffeId id)
        => (Certificate, Chain, Key, AlternativeKey, SpiffeId) = (certificate, chain, key, alternative, id);

    /// <summary>The certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The issuing CAs to send along, without the root.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>Who the certificate says it is.</summary>
    public SpiffeId SpiffeId { get; }

    /// <summary>SHA-256 of the certificate's own public key (SubjectPublicKeyInfo, DER), lower-case hex: the <c>keyid</c> of that key's signatures.</summary>
    public string KeyId => Key.KeyId;

    /// <summary>The certificate's serial, lower-case hex.</summary>
    public string Serial => SvidRules.SerialOf(Certificate);

    internal EcdsaSigningKey Key { get; }

    internal SigningKey? AlternativeKey { get; }

    /// <summary>Which keys sign events. Both, unless its user chose one and the certificate leaves the choice.</summary>
    internal EventSigning? Preferred { get; set; }

    /// <summary>The key that signs events, and the one that signs beside it, if any.</summary>
    internal (SigningKey Key, SigningKey? Also) Signers
        => AlternativeKey is null || (Preferred == EventSigning.Ecdsa && !RequiresBoth) ? (Key, null)
            : RequiresBoth || Preferred?.IsDual() != false ? (Key, AlternativeKey)
            : (AlternativeKey, null);

    private bool RequiresBoth { get; init; }

    /// <summary>UTC.</summary>
    public DateTimeOffset NotBefore => Certificate.NotBefore.ToUniversalTime();

    /// <summary>UTC.</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    /// <summary>Reads a certificate chain (leaf first) and its key from PEM; a second private key is the one in the certificate's alternative-key extension.</summary>
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
            var (key, alternative) = PrivateKeyPem.Read(keyPem);
            return Create(leaf, [.. certificates.Skip(1)], key, alternative);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new AgentStateException("key and certificate cannot be used: " + e.Message, e);
        }
    }

    /// <summary>Puts a certificate and its keys together; the identity takes the keys and the chain over, the certificate is copied.</summary>
    /// <exception cref="AgentStateException">The two do not belong together, or the certificate is no X.509-SVID.</exception>
    public static AgentIdentity Create(X509Certificate2 leaf, X509Certificate2Collection chain, ECDsa key, SigningKey? alternative = null)
    {
        try
        {
            var uris = SubjectNames.Uris(leaf);
            if (uris.Count != 1 || !SpiffeId.TryParse(uris[0], out var id, out _))
                throw new AgentStateException("the certificate is no X.509-SVID: it must have exactly one URI name, a SPIFFE ID");
            var requiresBoth = SvidExtensions.RequiresBothSignatures(leaf);
            if (alternative is null ? requiresBoth : !alternative.SubjectPublicKeyInfo.AsSpan().SequenceEqual(SvidExtensions.AlternativeKeyOf(leaf)))
                throw new AgentStateException("the key that the certificate carries beside its own is not the one that is here");
            var certificate = leaf.CopyWithPrivateKey(key);
            if (OperatingSystem.IsWindows())
            {
                // SChannel cannot use a key that lives in memory only.
                using var ephemeral = certificate;
                certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
            }
            return new AgentIdentity(certificate, chain, SigningKey.Adopt(key), alternative, id) { RequiresBoth = requiresBoth };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new AgentStateException("key and certificate cannot be used: " + e.Message, e);
        }
    }

    /// <summary>Reads the identity that an <see cref="AgentClient"/> keeps in its state directory.</summary>
    /// <exception cref="AgentStateException">There is none, or it cannot be read.</exception>
    public static AgentIdentity Load(string stateDirectory) => new AgentStateDirectory(stateDirectory).LoadIdentity();

    /// <summary>Signs <paramref name="data"/> with the certificate's own key: ECDSA P-256 with SHA-256, r‖s (IEEE P1363), 64 bytes.</summary>
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
        AlternativeKey?.Dispose();
        Certificate.Dispose();
        foreach (var issuer in Chain)
            issuer.Dispose();
    }
}
