using System.Security.Cryptography;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Demo.Identity;

/// <summary>A P-256 key of somebody in the demo who vouches for agents, kept in a file that only its user can read, so that a restart vouches with the same.</summary>
internal sealed class DemoKey : IDisposable
{
    private readonly ECDsa _key;

    private DemoKey(ECDsa key)
    {
        _key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
        Id = VerificationKey.IdOf(PublicKey);
    }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public byte[] PublicKey { get; }

    /// <summary>The public key as PEM.</summary>
    public string PublicPem => PemEncoding.WriteString("PUBLIC KEY", PublicKey);

    /// <summary>SHA-256 of the public key, lower-case hex.</summary>
    public string Id { get; }

    /// <summary>The point, for a JWK.</summary>
    public ECPoint Point => _key.ExportParameters(false).Q;

    /// <summary>ECDSA with SHA-256, r‖s.</summary>
    public byte[] Sign(byte[] data)
    {
        lock (_key)
            return _key.SignData(data, HashAlgorithmName.SHA256);
    }

    /// <summary>Reads the key of a name, or makes it.</summary>
    public static DemoKey Open(string directory, string name)
    {
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, name + ".pem");
        var key = ECDsa.Create();
        if (File.Exists(file))
        {
            key.ImportFromPem(File.ReadAllText(file));
            return new DemoKey(key);
        }
        key.GenerateKey(AlgorithmRegistry.DefaultCurve);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(file, options))
            writer.Write(key.ExportPkcs8PrivateKeyPem());
        return new DemoKey(key);
    }

    public void Dispose() => _key.Dispose();
}
