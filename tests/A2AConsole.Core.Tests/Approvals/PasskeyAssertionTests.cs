using System.Security.Cryptography;
using A2AConsole.Core.Approvals;
using A2AConsole.Core.Crypto;
using A2AConsole.Testing;

namespace A2AConsole.Core.Tests.Approvals;

public sealed class PasskeyAssertionTests : IDisposable
{
    private readonly Authenticator _authenticator = new();
    private readonly byte[] _record = Authenticator.Record().Write();

    [Fact]
    public void A_passkey_that_verified_its_user_and_signed_this_record_is_taken() => Assert.Null(_authenticator.Sign(_record).Check(_record));

    [Fact]
    public void It_is_the_same_after_it_was_written_and_read()
    {
        var read = PasskeyAssertion.Read(_authenticator.Sign(_record).Write(), out var error);
        Assert.Null(error);
        Assert.Null(read!.Check(_record));
    }

    [Theory]
    [InlineData("type", "assertion-type")]
    [InlineData("origin", "assertion-origin")]
    [InlineData("cross-origin", "assertion-cross-origin")]
    [InlineData("relying-party", "assertion-relying-party")]
    [InlineData("not-present", "assertion-user-present")]
    [InlineData("not-verified", "assertion-user-verified")]
    public void What_was_not_signed_here_by_somebody_present_and_verified_is_refused(string what, string code)
    {
        var assertion = what switch
        {
            "type" => _authenticator.Sign(_record, type: "webauthn.create"),
            "origin" => _authenticator.Sign(_record, origin: "https://console.acme.example.evil"),
            "cross-origin" => _authenticator.Sign(_record, extra: ",\"crossOrigin\":true"),
            "relying-party" => _authenticator.Sign(_record, rpId: "acme.example"),
            "not-present" => _authenticator.Sign(_record, flags: 0x04),
            _ => _authenticator.Sign(_record, flags: 0x01),
        };
        Assert.Equal(code, assertion.Check(_record)?.Code);
    }

    [Fact]
    public void A_signature_over_another_decision_is_none_over_this_one()
    {
        var other = Authenticator.Record(limit: 6_400_001).Write();
        Assert.Equal("assertion-challenge", _authenticator.Sign(other).Check(_record)?.Code);
    }

    [Fact]
    public void Another_passkey_cannot_stand_in()
    {
        using var other = new Authenticator();
        Assert.Equal("assertion-signature", (_authenticator.Sign(_record) with { PublicKey = other.PublicKey }).Check(_record)?.Code);
    }

    public static TheoryData<string, string> Regions => new()
    {
        { "nonce", "assertion-challenge" }, { "client", "assertion-" }, { "data", "assertion-" }, { "signature", "assertion-signature" }, { "key", "assertion-" }, { "record", "assertion-challenge" },
    };

    [Theory]
    [MemberData(nameof(Regions))]
    public void Each_altered_byte_is_refused(string region, string code)
    {
        var assertion = _authenticator.Sign(_record);
        var bytes = region switch
        {
            "nonce" => assertion.Nonce, "client" => assertion.ClientData, "data" => assertion.AuthenticatorData, "signature" => assertion.Signature, "key" => assertion.PublicKey, _ => _record,
        };
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x01;
            var refusal = assertion.Check(_record);
            Assert.True(refusal is not null, $"byte {i} of {region} was altered and it was taken");
            Assert.StartsWith(code, refusal.Code, StringComparison.Ordinal);
            bytes[i] ^= 0x01;
        }
        Assert.Null(assertion.Check(_record));
    }

    [Fact]
    public void Shortened_and_lengthened_parts_are_refused()
    {
        var assertion = _authenticator.Sign(_record);
        Assert.Equal("assertion-nonce", (assertion with { Nonce = assertion.Nonce[..31] }).Check(_record)?.Code);
        Assert.Equal("assertion-authenticator-data", (assertion with { AuthenticatorData = assertion.AuthenticatorData[..36] }).Check(_record)?.Code);
        Assert.Equal("assertion-client-data", (assertion with { ClientData = assertion.ClientData[..^1] }).Check(_record)?.Code);
        Assert.Equal("assertion-signature-form", (assertion with { Signature = [.. assertion.Signature, 0] }).Check(_record)?.Code);
        Assert.Equal("assertion-key", (assertion with { PublicKey = [.. assertion.PublicKey, 0] }).Check(_record)?.Code);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_never_throw()
    {
        var random = new Random(11);
        var good = _authenticator.Sign(_record).Write();
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = good.ToArray();
            for (var n = random.Next(1, 8); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (PasskeyAssertion.Read(bytes.AsSpan(0, random.Next(10) == 0 ? random.Next(bytes.Length) : bytes.Length), out var error) is { } read)
                read.Check(_record);
            else
                Assert.NotNull(error);
        }
    }

    [Fact]
    public void An_authenticators_key_becomes_the_same_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        byte[] cose = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), CoseKey.ToSubjectPublicKeyInfo(cose));
        Assert.Null(CoseKey.ToSubjectPublicKeyInfo([.. cose, 0]));
        cose[4] = 0x38;
        Assert.Null(CoseKey.ToSubjectPublicKeyInfo(cose));
        cose[4] = 0x26;
        cose[^1] ^= 1;
        Assert.Null(CoseKey.ToSubjectPublicKeyInfo(cose));
    }

    public void Dispose() => _authenticator.Dispose();
}
