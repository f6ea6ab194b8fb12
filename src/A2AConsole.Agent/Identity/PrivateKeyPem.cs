using System.Security.Cryptography;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Sdk;

/// <summary>Reads the private keys of an identity: the certificate's own comes first, the one that signs beside it second.</summary>
internal static class PrivateKeyPem
{
    /// <summary>Throws <see cref="ArgumentException"/> or <see cref="CryptographicException"/> when there is none, or one cannot be used.</summary>
    public static (ECDsa Key, SigningKey? Alternative) Read(string pem)
    {
        var blocks = new List<string>();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                blocks.Add(rest[fields.Location].ToString());
            rest = rest[fields.Location.End..];
        }
        if (blocks.Count is 0 or > 2)
            throw new ArgumentException($"one private key is needed, or two where the certificate carries a second one; there are {blocks.Count}");
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(blocks[0]);
            return (key, blocks.Count == 1 ? null : ReadAlternative(blocks[1]));
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static SigningKey ReadAlternative(string block)
    {
        var pkcs8 = Convert.FromBase64String(block[PemEncoding.Find(block).Base64Data]);
        try
        {
            return SigningKey.FromPkcs8(pkcs8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
