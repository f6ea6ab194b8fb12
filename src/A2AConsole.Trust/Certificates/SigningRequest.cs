using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Trust.Certificates;

/// <summary>
/// What of a certification request (PKCS#10, RFC 2986) is used: its key, which is of a kind that agents may hold and has signed the request, and the
/// identities that it names, if any. Made by <see cref="SigningRequestReader"/> only.
/// </summary>
public sealed class SigningRequest
{
    internal SigningRequest(ReadOnlyMemory<byte> der, PublicKey key, IReadOnlyList<string> uriNames) => (Der, Key, UriNames) = (der, key, uriNames);

    /// <summary>The whole request, DER: what a further signing key proves itself over.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>The key to certify.</summary>
    public PublicKey Key { get; }

    /// <summary>The URI names asked for. They are compared with what may be issued, never taken over.</summary>
    public IReadOnlyList<string> UriNames { get; }
}
