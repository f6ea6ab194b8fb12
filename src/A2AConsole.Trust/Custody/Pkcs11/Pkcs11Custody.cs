using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using A2AConsole.Core.Crypto;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace A2AConsole.Trust.Custody.Pkcs11;

/// <summary>
/// Custody in a hardware module (PKCS#11 v2.40; Ed25519 as in v3.0): keys are made in it, are not extractable, and sign in it. The listeners'
/// TLS key is not among them (<see cref="ITlsKeyStore"/>): it stays in a file.
/// </summary>
public sealed partial class Pkcs11Custody : IKeyCustody, IDisposable
{
    private const ulong CkkEcEdwards = 0x40;
    private const ulong CkmEcEdwardsKeyPairGen = 0x1055;
    private static readonly byte[] P256 = Convert.FromHexString("06082A8648CE3D030107");
    // As a PrintableString, which modules of before v3.0's final text want; the OID of RFC 8410 is what v3.0 says.
    private static readonly byte[] Edwards25519 = Convert.FromHexString("130C656477617264733235353139");

    private readonly Pkcs11Options _options;
    private readonly Pkcs11Token _token;
    private readonly Lock _creating = new();

    /// <summary>Opens nothing yet. Throws <see cref="TrustStartupException"/> when the settings are not complete.</summary>
    public Pkcs11Custody(Pkcs11Options options)
    {
        if (string.IsNullOrWhiteSpace(options.Library) || string.IsNullOrWhiteSpace(options.TokenLabel))
            throw new TrustStartupException($"Custody by PKCS#11 needs {TrustOptions.Section}:Pkcs11:Library and {TrustOptions.Section}:Pkcs11:TokenLabel.");
        if (options.Sessions < 1)
            throw new TrustStartupException($"{TrustOptions.Section}:Pkcs11:Sessions is at least 1.");
        _options = options;
        _token = new Pkcs11Token(options);
    }

    /// <inheritdoc/>
    public string Kind => $"PKCS#11 token \"{_options.TokenLabel}\"";

    /// <inheritdoc/>
    public bool Contains(string name)
    {
        LabelOf(name);
        return _token.Use((session, _) => Find(session, CKO.CKO_PRIVATE_KEY, name)) is not null;
    }

    /// <inheritdoc/>
    public ICustodyKey GetOrCreate(string name, KeyKind kind)
    {
        LabelOf(name);
        lock (_creating)
        {
            return _token.Use((session, generation) =>
            {
                if (Find(session, CKO.CKO_PRIVATE_KEY, name) is null)
                    Generate(session, name, kind);
                var type = session.GetAttributeValue(Require(session, CKO.CKO_PRIVATE_KEY, name), [CKA.CKA_KEY_TYPE])[0].GetValueAsUlong();
                if (type != TypeOf(kind))
                    throw new TrustStartupException($"The key \"{LabelOf(name)}\" on the token \"{_options.TokenLabel}\" is not of the kind {kind}.");
                return new Pkcs11Key(name, kind, PublicKeyOf(session, name, kind), this);
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _token.Dispose();

    internal byte[] Sign(Pkcs11Key key, ReadOnlySpan<byte> message)
    {
        // The plain mechanisms exist everywhere; hashing is done here, for ECDSA.
        var input = key.Kind == KeyKind.EcdsaP256 ? SHA256.HashData(message) : message.ToArray();
        return _token.Use((session, generation) =>
        {
            using var mechanism = _token.Factories.MechanismFactory.Create(key.Kind == KeyKind.EcdsaP256 ? (ulong)CKM.CKM_ECDSA : 0x1057UL);
            return session.Sign(mechanism, key.HandleIn(generation, () => Require(session, CKO.CKO_PRIVATE_KEY, key.Name)), input);
        });
    }

    private void Generate(ISession session, string name, KeyKind kind)
    {
        var attributes = _token.Factories.ObjectAttributeFactory;
        var id = Encoding.ASCII.GetBytes(LabelOf(name));
        List<IObjectAttribute> publicKey =
        [
            attributes.Create(CKA.CKA_TOKEN, true), attributes.Create(CKA.CKA_PRIVATE, false), attributes.Create(CKA.CKA_LABEL, LabelOf(name)), attributes.Create(CKA.CKA_ID, id),
            attributes.Create(CKA.CKA_VERIFY, true), attributes.Create(CKA.CKA_EC_PARAMS, kind == KeyKind.EcdsaP256 ? P256 : Edwards25519),
        ];
        List<IObjectAttribute> privateKey =
        [
            attributes.Create(CKA.CKA_TOKEN, true), attributes.Create(CKA.CKA_PRIVATE, true), attributes.Create(CKA.CKA_LABEL, LabelOf(name)), attributes.Create(CKA.CKA_ID, id),
            attributes.Create(CKA.CKA_SENSITIVE, true), attributes.Create(CKA.CKA_EXTRACTABLE, false), attributes.Create(CKA.CKA_SIGN, true),
        ];
        using var mechanism = _token.Factories.MechanismFactory.Create(kind == KeyKind.EcdsaP256 ? (ulong)CKM.CKM_EC_KEY_PAIR_GEN : CkmEcEdwardsKeyPairGen);
        session.GenerateKeyPair(mechanism, publicKey, privateKey, out _, out _);
    }

    private ReadOnlyMemory<byte> PublicKeyOf(ISession session, string name, KeyKind kind)
    {
        var encoded = session.GetAttributeValue(Require(session, CKO.CKO_PUBLIC_KEY, name), [CKA.CKA_EC_POINT])[0].GetValueAsByteArray();
        // A DER octet string of the point; some modules leave the wrapping off.
        var point = encoded is [0x04, var length, ..] && length == encoded.Length - 2 ? encoded[2..] : encoded;
        if (kind == KeyKind.Ed25519)
            return Ed25519CustodyKey.SubjectPublicKeyInfoOf(point);
        using var key = ECDsa.Create(new ECParameters { Curve = AlgorithmRegistry.DefaultCurve, Q = new ECPoint { X = point[1..33], Y = point[33..65] } });
        return key.ExportSubjectPublicKeyInfo();
    }

    private IObjectHandle Require(ISession session, CKO objectClass, string name)
        => Find(session, objectClass, name) ?? throw new TrustStartupException($"The key \"{LabelOf(name)}\" is no longer on the token \"{_options.TokenLabel}\".");

    private IObjectHandle? Find(ISession session, CKO objectClass, string name)
    {
        var attributes = _token.Factories.ObjectAttributeFactory;
        var found = session.FindAllObjects([attributes.Create(CKA.CKA_CLASS, objectClass), attributes.Create(CKA.CKA_LABEL, LabelOf(name))]);
        return found.Count <= 1
            ? found.FirstOrDefault()
            : throw new TrustStartupException($"{found.Count} keys on the token \"{_options.TokenLabel}\" are called \"{LabelOf(name)}\": which of them is the authority's must be made clear there.");
    }

    private string LabelOf(string name) => KeyName().IsMatch(name)
        ? _options.LabelPrefix + name
        : throw new ArgumentException("A key's name has lower-case letters, digits and '-' only.", nameof(name));

    private static ulong TypeOf(KeyKind kind) => kind == KeyKind.EcdsaP256 ? (ulong)CKK.CKK_EC : CkkEcEdwards;

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex KeyName();
}

/// <summary>A key in the module. It keeps its handle for as long as the connection that gave it lives.</summary>
internal sealed class Pkcs11Key(string name, KeyKind kind, ReadOnlyMemory<byte> subjectPublicKeyInfo, Pkcs11Custody custody) : ICustodyKey
{
    private volatile Known? _known;

    private sealed record Known(object Generation, IObjectHandle Handle);

    public string Name => name;
    public KeyKind Kind => kind;
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => subjectPublicKeyInfo;

    public byte[] Sign(ReadOnlySpan<byte> message) => custody.Sign(this, message);

    internal IObjectHandle HandleIn(object generation, Func<IObjectHandle> find)
    {
        if (_known is { } known && ReferenceEquals(known.Generation, generation))
            return known.Handle;
        var handle = find();
        _known = new Known(generation, handle);
        return handle;
    }
}
