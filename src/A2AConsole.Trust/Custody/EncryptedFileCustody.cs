using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text.RegularExpressions;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Trust.Custody;

/// <summary>
/// Custody in files: each key a PEM "ENCRYPTED PRIVATE KEY" (PKCS#8, RFC 5958; PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256,
/// RFC 8018), which openssl reads too.
/// </summary>
public sealed partial class EncryptedFileCustody : IKeyCustody, ITlsKeyStore
{
    /// <summary>The key files' extension.</summary>
    public const string Extension = ".key";

    /// <summary>The fewest PBKDF2 iterations that new files get.</summary>
    public const int MinimumIterations = 600_000;

    private const string PemLabel = "ENCRYPTED PRIVATE KEY";

    private readonly PrivateDirectory _directory;
    private readonly Lazy<string> _passphrase;
    private readonly PbeParameters _encryption;

    /// <summary>
    /// Keeps keys in <paramref name="directory"/> under the passphrase, which is asked for when the first key is.
    /// Throws <see cref="ArgumentOutOfRangeException"/> for fewer than <see cref="MinimumIterations"/> iterations.
    /// </summary>
    public EncryptedFileCustody(PrivateDirectory directory, Func<string> passphrase, int iterations = MinimumIterations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, MinimumIterations);
        _directory = directory;
        _passphrase = new Lazy<string>(passphrase);
        _encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterations);
    }

    /// <inheritdoc/>
    public string Kind => "encrypted files";

    /// <inheritdoc/>
    public bool Contains(string name) => _directory.Contains(FileOf(name));

    /// <inheritdoc/>
    public ICustodyKey GetOrCreate(string name, KeyKind kind)
    {
        if (LoadPkcs8(name) is not { } pkcs8)
        {
            pkcs8 = Generate(kind);
            if (!Store(name, pkcs8, replace: false))
                pkcs8 = LoadPkcs8(name)!;
        }
        try
        {
            return kind switch
            {
                KeyKind.EcdsaP256 => new EcdsaCustodyKey(name, ImportP256(name, pkcs8)),
                KeyKind.Ed25519 => new Ed25519CustodyKey(name, pkcs8),
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            };
        }
        catch (CryptographicException e)
        {
            throw new TrustStartupException($"{PathOf(name)} does not hold a key of the kind {kind}.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <inheritdoc/>
    public ECDsa? Load(string name)
    {
        if (LoadPkcs8(name) is not { } pkcs8)
            return null;
        try
        {
            return ImportP256(name, pkcs8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <inheritdoc/>
    public ECDsa Replace(string name)
    {
        var pkcs8 = Generate(KeyKind.EcdsaP256);
        try
        {
            Store(name, pkcs8, replace: true);
            return ImportP256(name, pkcs8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private string PathOf(string name) => _directory.PathOf(FileOf(name));

    private static string FileOf(string name) => KeyName().IsMatch(name)
        ? name + Extension
        : throw new ArgumentException("A key's name has lower-case letters, digits and '-' only.", nameof(name));

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex KeyName();

    private static byte[] Generate(KeyKind kind)
    {
        if (kind == KeyKind.Ed25519)
            return Ed25519CustodyKey.Generate();
        using var key = ECDsa.Create(AlgorithmRegistry.DefaultCurve);
        return key.ExportPkcs8PrivateKey();
    }

    private ECDsa ImportP256(string name, byte[] pkcs8)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != AlgorithmRegistry.Default.CurveOid)
                throw new CryptographicException("another curve than P-256");
            return key;
        }
        catch (CryptographicException e)
        {
            key.Dispose();
            throw new TrustStartupException($"{PathOf(name)} does not hold an ECDSA P-256 key.", e);
        }
    }

    private bool Store(string name, byte[] pkcs8, bool replace)
    {
        var encrypted = Pkcs8PrivateKeyInfo.Decode(pkcs8, out _).Encrypt(_passphrase.Value, _encryption);
        return _directory.Write(FileOf(name), PemEncoding.WriteString(PemLabel, encrypted) + "\n", replace);
    }

    private byte[]? LoadPkcs8(string name)
    {
        if (_directory.Read(FileOf(name)) is not { } pem)
            return null;
        byte[] encrypted;
        if (PemEncoding.TryFind(pem, out var fields) && pem.AsSpan()[fields.Label] is PemLabel)
            encrypted = Convert.FromBase64String(pem[fields.Base64Data]);
        else
            throw new TrustStartupException($"{PathOf(name)} is damaged: it is not a PEM \"{PemLabel}\". Restore it from a backup.");
        try
        {
            return Pkcs8PrivateKeyInfo.DecryptAndDecode(_passphrase.Value, encrypted, out _).Encode();
        }
        catch (CryptographicException e)
        {
            throw new TrustStartupException(
                $"{PathOf(name)} does not open: the passphrase is wrong or the file is damaged. Set {TrustOptions.PassphraseVariable} to the passphrase under which the keys were made.", e);
        }
    }
}
