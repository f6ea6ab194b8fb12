using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using static A2AConsole.Core.Tests.Identity.RawCertificate;
using static A2AConsole.Core.Tests.Identity.RawPath;

namespace A2AConsole.Core.Tests.Identity;

/// <summary>
/// One bad certificate after the other, each signed with the right key, so that nothing but the rule under test stands in its
/// way. Beside each stands whether the framework's path validation alone would have taken it.
/// </summary>
public sealed class PathAttackTests
{
    private const bool Alone = true, Both = false;

    private static readonly X509Extension Harmless = new(Unknown, [5, 0], critical: false);
    private static readonly X509Extension Critical = new(Unknown, [5, 0], critical: true);
    private static readonly X509Extension ServersOnly = new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false);
    private static readonly X509Extension CannotSign = new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true);

    private sealed record Attack(RawPath Path, string Code, bool FrameworkAccepts);

    private static readonly Dictionary<string, Attack> Attacks = new(StringComparer.Ordinal)
    {
        // The leaf's encodings.
        ["negative serial"] = Leaf(c => c with { Serial = [2, 1, 0x80] }, SvidRefusalCodes.Serial, Alone),
        ["serial zero"] = Leaf(c => c with { Serial = [2, 1, 0] }, SvidRefusalCodes.Serial, Alone),
        ["serial of 21 bytes"] = Leaf(c => c with { Serial = Tlv(2, [0x41, .. new byte[20]]) }, SvidRefusalCodes.Serial, Alone),
        ["serial of 20 bytes behind a zero"] = Leaf(c => c with { Serial = Tlv(2, [0, 0xFF, .. new byte[19]]) }, SvidRefusalCodes.Serial, Alone),
        ["date of this year as GeneralizedTime"] = Leaf(c => c with { NotAfter = Generalized("20260302103000Z") }, SvidRefusalCodes.Validity, Alone),
        ["UTCTime without seconds"] = Leaf(c => c with { NotAfter = Utc("2603021030Z") }, SvidRefusalCodes.Validity, Both),
        ["UTCTime with an offset"] = Leaf(c => c with { NotAfter = Utc("260302103000+0000") }, SvidRefusalCodes.Validity, Both),
        ["GeneralizedTime with a fraction"] = Leaf(c => c with { NotAfter = Generalized("20500302103000.5Z") }, SvidRefusalCodes.Validity, Both),
        ["a thirteenth month"] = Leaf(c => c with { NotAfter = Utc("261302103000Z") }, SvidRefusalCodes.Validity, Both),
        ["ends before it begins"] = Leaf(c => c with { NotBefore = Utc("260302103000Z"), NotAfter = Utc("260302100000Z") }, SvidRefusalCodes.Validity, Both),
        ["version 1 with extensions"] = Leaf(c => c with { Version = [] }, SvidRefusalCodes.Malformed, Alone),
        ["version 2"] = Leaf(c => c with { Version = [0xA0, 3, 2, 1, 1] }, SvidRefusalCodes.Malformed, Alone),
        ["version 4"] = Leaf(c => c with { Version = [0xA0, 3, 2, 1, 3] }, SvidRefusalCodes.Malformed, Alone),
        ["another algorithm inside"] = Leaf(c => c with { InnerAlgorithm = EcdsaWithSha384 }, SvidRefusalCodes.AlgorithmMismatch, Both),
        ["unique identifiers"] = Leaf(c => c with { UniqueIdentifiers = [0x81, 2, 0, 1] }, SvidRefusalCodes.Malformed, Alone),
        ["an extension twice"] = Leaf(c => c.Adding(Harmless, Harmless), SvidRefusalCodes.DuplicateExtension, Alone),
        ["two sets of names"] = Leaf(c => c.Adding(TestPki.Names(TestPki.Id("another"))), SvidRefusalCodes.DuplicateExtension, Both),
        ["no names in the names"] = Leaf(c => c.With(Names()), SvidRefusalCodes.Malformed, Alone),
        ["more names than are read"] = Leaf(c => c.With(Names([(6, TestPki.Id()), .. Enumerable.Range(0, 64).Select(i => (2, $"n{i}.acme.example"))])), SvidRefusalCodes.Malformed, Alone),
        ["key usage with trailing zeros"] = Leaf(c => c.With(new X509Extension("2.5.29.15", [3, 2, 0, 0x80], true)), SvidRefusalCodes.Malformed, Alone),
        ["key usage that is not critical"] = Leaf(c => c.With(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: false)), SvidRefusalCodes.KeyUsage, Alone),
        ["bytes after an extension"] = Leaf(c => c.With(new X509Extension("2.5.29.15", [3, 2, 7, 0x80, 0], true)), SvidRefusalCodes.Malformed, Alone),
        ["no subject and names that may be ignored"] = Leaf(c => (c with { Subject = [0x30, 0] }).With(new X509Extension("2.5.29.17", TestPki.Names(TestPki.Id()).RawData, critical: false)), SvidRefusalCodes.Malformed, Alone),
        ["a limit of path length in a leaf"] = Leaf(c => c.With(new X509Extension("2.5.29.19", [0x30, 3, 2, 1, 0], true)), SvidRefusalCodes.PathLength, Alone),
        ["name constraints in a leaf"] = Leaf(c => c.Adding(Constraints(permitted: [(6, TestPki.Domain)])), SvidRefusalCodes.NameConstraints, Alone),
        ["an unknown critical extension"] = Leaf(c => c.Adding(Critical), SvidRefusalCodes.UnknownExtension, Both),
        ["a compressed key"] = Leaf(c => c with { PublicKey = Compressed(c.Key) }, SvidRefusalCodes.Key, Alone),
        ["a key that is off the curve"] = Leaf(c => c with { PublicKey = OffCurve(c.Key) }, SvidRefusalCodes.Key, Both),

        // How the leaf names its issuer.
        ["its issuer's name in capitals"] = Leaf(c => c with { Issuer = Name("ISSUING") }, SvidRefusalCodes.PathNames, Alone),
        ["another key identifier than its issuer's"] = Leaf(c => c.With(AuthorityKeyId(ECDsa.Create(ECCurve.NamedCurves.nistP256))), SvidRefusalCodes.Untrusted, Both),
        ["another serial number than its issuer's"] = Leaf(c => c.With(new X509Extension("2.5.29.35", IssuerAndSerial("root", 7), false)), SvidRefusalCodes.Untrusted, Both),
        ["half of issuer and serial number"] = Leaf(c => c.With(new X509Extension("2.5.29.35", [0x30, 3, 0x82, 1, 7], false)), SvidRefusalCodes.Malformed, Both),

        // The authority.
        ["an issuer that is no authority"] = Issuing(c => c.With(BasicConstraints(isCa: false)), SvidRefusalCodes.IssuerNotCa, Both),
        ["an issuer without basic constraints"] = Issuing(c => c.Without("2.5.29.19"), SvidRefusalCodes.IssuerNotCa, Both),
        ["basic constraints that may be ignored"] = Issuing(c => c.With(BasicConstraints(isCa: true, isCritical: false)), SvidRefusalCodes.IssuerNotCa, Alone),
        ["an issuer that may not sign certificates"] = Issuing(c => c.With(CannotSign), SvidRefusalCodes.IssuerKeyUsage, Both),
        ["an issuer without key usage"] = Issuing(c => c.Without("2.5.29.15"), SvidRefusalCodes.IssuerKeyUsage, Alone),
        ["an issuer for servers only"] = Issuing(c => c.Adding(ServersOnly), SvidRefusalCodes.IssuerKeyUsage, Alone),
        ["a root for servers only"] = Root(c => c.Adding(ServersOnly), SvidRefusalCodes.IssuerKeyUsage, Alone),
        ["an issuer's unknown critical extension"] = Issuing(c => c.Adding(Critical), SvidRefusalCodes.UnknownExtension, Both),
        ["a root's unknown critical extension"] = Root(c => c.Adding(Critical), SvidRefusalCodes.UnknownExtension, Both),
        ["an issuer's extension twice"] = Issuing(c => c.Adding(Harmless, Harmless), SvidRefusalCodes.DuplicateExtension, Alone),
        ["an issuer's negative serial"] = Issuing(c => c with { Serial = [2, 1, 0x80] }, SvidRefusalCodes.Serial, Alone),
        ["an issuer's date as GeneralizedTime"] = Issuing(c => c with { NotAfter = Generalized("20300302103000Z") }, SvidRefusalCodes.Validity, Alone),
        ["an issuer of version 1"] = Issuing(c => c with { Version = [] }, SvidRefusalCodes.Malformed, Alone),
        ["an expired issuer"] = Issuing(c => c with { NotAfter = Utc("260302092900Z") }, SvidRefusalCodes.IssuerNotValid, Both),
        ["an issuer of tomorrow"] = Issuing(c => c with { NotBefore = Utc("260303090000Z"), NotAfter = Utc("270303090000Z") }, SvidRefusalCodes.IssuerNotValid, Both),
        ["an expired root"] = Root(c => c with { NotAfter = Utc("260302092900Z") }, SvidRefusalCodes.IssuerNotValid, Both),
        ["an issuer with a compressed key"] = Issuing(c => c with { PublicKey = Compressed(c.Key) }, SvidRefusalCodes.Key, Alone),
        ["an issuer's names in another case"] = Issuing(c => c with { Issuer = Name("ROOT") }, SvidRefusalCodes.PathNames, Alone),

        // The path's length.
        ["an authority below one that allows none"] = new(new RawPath { Issuing = c => c.With(BasicConstraints(true, 0)), Below = [c => c] }, SvidRefusalCodes.PathLength, Both),
        ["an authority more than the root allows"] = new(new RawPath { Root = c => c.With(BasicConstraints(true, 0)) }, SvidRefusalCodes.PathLength, Both),
        ["a path that is too long"] = new(new RawPath { Below = [c => c, c => c] }, SvidRefusalCodes.PathLength, Alone),
        ["a limit that is lifted further down"] = new(new RawPath { Issuing = c => c.With(BasicConstraints(true, 0)), Below = [c => c.With(BasicConstraints(true, 9))] }, SvidRefusalCodes.PathLength, Both),
    };

    public static TheoryData<string> Titles => [.. Attacks.Keys];

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_bad_certificate_is_refused_for_what_is_bad_about_it(string title)
    {
        var attack = Attacks[title];
        var (der, trust) = attack.Path.Build();
        using var leaf = X509CertificateLoader.LoadCertificate(der);

        Assert.False(SvidValidator.TryValidate(leaf, trust, TestPki.Now, out var svid, out var refusal));

        Assert.Null(svid);
        Assert.True(attack.Code == refusal.Code, $"{refusal.Code}: {refusal.Detail}");
        Assert.NotEmpty(refusal.Detail);
        Assert.Equal(attack.FrameworkAccepts, FrameworkAccepts(leaf, trust));
    }

    [Fact]
    public void The_path_that_the_attacks_start_from_is_accepted_by_both() => Accepted(new RawPath());

    [Fact]
    public void An_authoritys_new_key_under_its_own_name_does_not_count_as_one_below()
        => Accepted(new RawPath { Issuing = c => c.With(BasicConstraints(true, 0)), Below = [c => c with { Subject = Name("issuing") }] });

    [Fact]
    public void A_leaf_whose_issuer_may_sign_for_clients_is_accepted()
        => Accepted(new RawPath { Issuing = c => c.Adding(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], true)) });

    [Fact]
    public void Dates_from_2050_on_are_GeneralizedTime()
        => Accepted(new RawPath { Leaf = c => c with { NotAfter = Generalized("20500302103000Z") } });

    [Fact]
    public void Without_key_identifiers_the_signature_alone_decides()
        => Accepted(new RawPath { Leaf = c => c.Without("2.5.29.35"), Issuing = c => c.Without("2.5.29.35").Without("2.5.29.14") });

    [Fact]
    public void A_serial_with_needless_zeros_is_refused_where_the_framework_does_not_even_load_it()
        => Unreadable(c => c with { Serial = [2, 2, 0, 1] }, SvidRefusalCodes.Serial);

    [Fact]
    public void What_follows_a_certificate_is_refused()
    {
        var (der, _) = new RawPath().Build();
        Assert.Null(CertificateReading.TryRead((byte[])[.. der, 0], out var fault));
        Assert.Equal(SvidRefusalCodes.Malformed, fault!.Code);
    }

    [Fact]
    public void A_certificate_that_is_too_long_is_refused_unread()
    {
        Assert.Null(CertificateReading.TryRead(new byte[CertificateReading.MaxSize + 1], out var fault));
        Assert.Equal(SvidRefusalCodes.Malformed, fault!.Code);
    }

    [Fact]
    public void A_key_identifier_that_disagrees_is_refused_also_where_the_path_was_built_without_it()
    {
        // The framework passes over such an issuer; a path that is put together otherwise must not slip through.
        var (leaf, issuer) = Readings(new RawPath { Leaf = c => c.With(AuthorityKeyId(ECDsa.Create(ECCurve.NamedCurves.nistP256))) });
        Assert.Equal(SvidRefusalCodes.PathKeyId, PathRules.Check([leaf, issuer], TestPki.Now)!.Code);
        (leaf, issuer) = Readings(new RawPath { Leaf = c => c.With(new X509Extension("2.5.29.35", IssuerAndSerial("root", 7), false)) });
        Assert.Equal(SvidRefusalCodes.PathKeyId, PathRules.Check([leaf, issuer], TestPki.Now)!.Code);
    }

    [Fact]
    public void A_path_of_a_leaf_alone_is_none()
        => Assert.Equal(SvidRefusalCodes.PathLength, PathRules.Check([Readings(new RawPath()).Leaf], TestPki.Now)!.Code);

    private static (CertificateReading Leaf, CertificateReading Issuer) Readings(RawPath path)
    {
        var (leaf, trust) = path.Build();
        return (CertificateReading.TryRead(leaf, out _)!, CertificateReading.TryRead(trust.Intermediates[0].RawDataMemory, out _)!);
    }

    private static void Accepted(RawPath path)
    {
        var (der, trust) = path.Build();
        using var leaf = X509CertificateLoader.LoadCertificate(der);
        Assert.True(SvidValidator.TryValidate(leaf, trust, TestPki.Now, out _, out var refusal), refusal?.Detail);
        Assert.True(FrameworkAccepts(leaf, trust));
    }

    private static void Unreadable(Func<RawCertificate, RawCertificate> change, string code)
    {
        var (der, _) = new RawPath { Leaf = change }.Build();
        Assert.Null(CertificateReading.TryRead(der, out var fault));
        Assert.Equal(code, fault!.Code);
        Assert.ThrowsAny<CryptographicException>(() => X509CertificateLoader.LoadCertificate(der).Verify());
    }

    private static Attack Leaf(Func<RawCertificate, RawCertificate> change, string code, bool frameworkAccepts) => new(new RawPath { Leaf = change }, code, frameworkAccepts);

    private static Attack Issuing(Func<RawCertificate, RawCertificate> change, string code, bool frameworkAccepts) => new(new RawPath { Issuing = change }, code, frameworkAccepts);

    private static Attack Root(Func<RawCertificate, RawCertificate> change, string code, bool frameworkAccepts) => new(new RawPath { Root = change }, code, frameworkAccepts);

    private static byte[] Compressed(ECDsa key)
    {
        var spki = key.ExportSubjectPublicKeyInfo();
        var point = spki[^65..];
        return Tlv(0x30, [.. spki[2..23], .. Tlv(3, [0, (byte)(2 + (point[64] & 1)), .. point[1..33]])]);
    }

    private static byte[] OffCurve(ECDsa key)
    {
        var spki = key.ExportSubjectPublicKeyInfo();
        spki[^1] ^= 1;
        return spki;
    }

    /// <summary>An authority key identifier that names the issuer's issuer and serial number instead of its key.</summary>
    private static byte[] IssuerAndSerial(string name, byte serial)
        => Tlv(0x30, [.. Tlv(0xA1, Tlv(0xA4, Name(name))), 0x82, 1, serial]);
}
