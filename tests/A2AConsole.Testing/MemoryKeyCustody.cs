using System.Collections.Concurrent;
using System.Security.Cryptography;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Testing;

/// <summary>
/// Keys in memory, for tests that are not about custody: opening encrypted key files is slow on purpose. Register it as
/// <see cref="IKeyCustody"/> and <see cref="ITlsKeyStore"/> before <c>AddTrust</c>.
/// </summary>
public sealed class MemoryKeyCustody : IKeyCustody, ITlsKeyStore
{
    private readonly ConcurrentDictionary<string, ICustodyKey> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _tlsKeys = new(StringComparer.Ordinal);

    public string Kind => "a test's keys";

    public bool Contains(string name) => _keys.ContainsKey(name);

    public ICustodyKey GetOrCreate(string name, KeyKind kind) => _keys.GetOrAdd(name, _ => kind == KeyKind.Ed25519
        ? new Ed25519CustodyKey(name, Ed25519CustodyKey.Generate())
        : new EcdsaCustodyKey(name, ECDsa.Create(ECCurve.NamedCurves.nistP256)));

    public ECDsa? Load(string name)
    {
        if (!_tlsKeys.TryGetValue(name, out var pkcs8))
            return null;
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key;
    }

    public ECDsa Replace(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _tlsKeys[name] = key.ExportPkcs8PrivateKey();
        return key;
    }
}
