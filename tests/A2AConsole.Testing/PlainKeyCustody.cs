using System.Security.Cryptography;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Testing;

/// <summary>
/// Keys in plain files, for tests in which another process opens them again and again: opening encrypted ones is slow on purpose,
/// and custody is not what those tests are about.
/// </summary>
public sealed class PlainKeyCustody(string directory) : IKeyCustody, ITlsKeyStore
{
    public string Kind => "a test's keys";

    public bool Contains(string name) => File.Exists(PathOf(name));

    public ICustodyKey GetOrCreate(string name, KeyKind kind)
    {
        if (!Contains(name))
        {
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            Store(name, kind == KeyKind.Ed25519 ? Ed25519CustodyKey.Generate() : fresh.ExportPkcs8PrivateKey());
        }
        var bytes = File.ReadAllBytes(PathOf(name));
        return kind == KeyKind.Ed25519 ? new Ed25519CustodyKey(name, bytes) : new EcdsaCustodyKey(name, Import(bytes));
    }

    public ECDsa? Load(string name) => Contains("tls-" + name) ? Import(File.ReadAllBytes(PathOf("tls-" + name))) : null;

    public ECDsa Replace(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Store("tls-" + name, key.ExportPkcs8PrivateKey());
        return key;
    }

    private static ECDsa Import(byte[] pkcs8)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key;
    }

    private void Store(string name, byte[] bytes)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(PathOf(name), bytes);
    }

    private string PathOf(string name) => Path.Combine(directory, name + ".key");
}
