using System.Security.Cryptography;

namespace A2AConsole.Trust.Custody;

/// <summary>
/// Keeps the listeners' TLS key. Apart from <see cref="IKeyCustody"/> since the TLS stack needs the private key itself, and
/// since such a key is short-lived and replaced with each server certificate.
/// </summary>
public interface ITlsKeyStore
{
    /// <summary>The stored key, or null when there is none. The caller disposes it.</summary>
    ECDsa? Load(string name);

    /// <summary>Makes a new P-256 key and puts it in the old one's place. The caller disposes it.</summary>
    ECDsa Replace(string name);
}
