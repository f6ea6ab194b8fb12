using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace A2AConsole.Web.Access;

/// <summary>
/// Encrypts the console's key ring, with which sessions, forms and one-time links are made, under the passphrase of the other keys:
/// AES-256-GCM with a key from PBKDF2-HMAC-SHA-256 (RFC 8018), as strong as the key files. So whoever gets the files and not the
/// passphrase can sign nobody in.
/// </summary>
/// <param name="passphrase">Asked for when the first key is read or made.</param>
internal sealed class KeyRingCipher(Func<string> passphrase)
{
    public const int Iterations = 600_000;

    private const int KeyBytes = 32, SaltBytes = 16;
    private static readonly byte[] Purpose = "a2aconsole key ring 1"u8.ToArray();

    private readonly Lazy<string> _passphrase = new(passphrase);
    // One salt a process: the key costs a fifth of a second, and a ring has a handful of entries.
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(SaltBytes);
    private readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <summary>The element, encrypted: <c>salt</c>, <c>nonce</c>, <c>tag</c> and content in base64.</summary>
    public XElement Encrypt(XElement plain)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(plain.ToString(SaveOptions.DisableFormatting));
        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var (cipher, tag) = (new byte[text.Length], new byte[AesGcm.TagByteSizes.MaxSize]);
        using (var aes = new AesGcm(KeyOf(_salt), tag.Length))
            aes.Encrypt(nonce, text, cipher, tag, Purpose);
        CryptographicOperations.ZeroMemory(text);
        return new XElement("sealed",
            new XAttribute("salt", Convert.ToBase64String(_salt)), new XAttribute("nonce", Convert.ToBase64String(nonce)), new XAttribute("tag", Convert.ToBase64String(tag)),
            Convert.ToBase64String(cipher));
    }

    /// <summary>The element that was encrypted. Throws <see cref="CryptographicException"/> when it was changed or the passphrase is another.</summary>
    public XElement Decrypt(XElement encrypted)
    {
        byte[] salt = Bytes(encrypted, "salt"), nonce = Bytes(encrypted, "nonce"), tag = Bytes(encrypted, "tag"), cipher = Convert.FromBase64String(encrypted.Value);
        var text = new byte[cipher.Length];
        try
        {
            using var aes = new AesGcm(KeyOf(salt), AesGcm.TagByteSizes.MaxSize);
            aes.Decrypt(nonce, cipher, tag, text, Purpose);
            return XElement.Parse(System.Text.Encoding.UTF8.GetString(text));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CryptographicException("A key of the console's key ring does not open: it was made under another passphrase, or its file was changed.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private byte[] KeyOf(byte[] salt)
        => _keys.GetOrAdd(Convert.ToBase64String(salt), _ => Rfc2898DeriveBytes.Pbkdf2(_passphrase.Value, salt, Iterations, HashAlgorithmName.SHA256, KeyBytes));

    private static byte[] Bytes(XElement element, string name)
        => Convert.FromBase64String((string?)element.Attribute(name) ?? throw new CryptographicException($"A key of the console's key ring lacks its {name}."));
}

/// <summary>Encrypts what the key ring writes.</summary>
internal sealed class KeyRingEncryptor(KeyRingCipher cipher) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(cipher.Encrypt(plaintextElement), typeof(KeyRingDecryptor));
}

/// <summary>Decrypts what the key ring reads; made by the framework, which finds its name in the ring's files.</summary>
internal sealed class KeyRingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly KeyRingCipher _cipher = services.GetRequiredService<KeyRingCipher>();

    public XElement Decrypt(XElement encryptedElement) => _cipher.Decrypt(encryptedElement);
}
