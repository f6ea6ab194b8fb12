using System.Security.Cryptography;
using A2AConsole.Core.Attestation.Tpm;

namespace A2AConsole.Core.Tests.Attestation.Tpm;

/// <summary>The readers and rules on what a TPM made, and on every change of it.</summary>
public sealed class TpmGoldenTests
{
    private const uint Registers = 0x91;

    private static readonly byte[] Binding = SHA256.HashData("n"u8);

    [Theory]
    [InlineData("rsa")]
    [InlineData("ecc")]
    public void A_real_TPMs_keys_keep_the_rules_and_have_their_names(string kind)
    {
        var (endorsement, attestation) = (Key($"ek-{kind}.pub"), Key($"ak-{kind}.pub"));
        Assert.Null(TpmKeyRules.CheckEndorsementKey(endorsement));
        Assert.Null(TpmKeyRules.CheckAttestationKey(attestation));
        Assert.Equal(Golden.Tpm($"ak-{kind}.name"), attestation.Name());
        Assert.NotNull(endorsement.ToPublicKey());
        Assert.NotNull(attestation.ToPublicKey());
        // Each is not the other.
        Assert.Equal(TpmCodes.EkKey, TpmKeyRules.CheckEndorsementKey(attestation)!.Code);
        Assert.Equal(TpmCodes.AkAttributes, TpmKeyRules.CheckAttestationKey(endorsement)!.Code);
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("ecc")]
    public void A_real_TPMs_quote_is_what_it_says(string kind)
    {
        var attest = Golden.Tpm($"quote-{kind}");
        Assert.Null(TpmSignature.Check(Key($"ak-{kind}.pub"), attest, Golden.Tpm($"signature-{kind}")));
        Assert.True(TpmQuote.TryRead(attest, out var quote, out _));
        Assert.Null(TpmQuoteRules.CheckQuote(quote, Binding, Registers, Values()));
        Assert.Equal(0x2019_1023_0016_3636UL, quote.FirmwareVersion);
        Assert.Equal(2u, quote.ResetCount);
        Assert.True(quote.Clock > 0);
    }

    [Fact]
    public void One_keys_signature_is_not_anothers()
    {
        foreach (var (key, signature) in new[] { ("rsa", "ecc"), ("ecc", "rsa") })
            Assert.Equal(TpmCodes.SignatureMalformed, TpmSignature.Check(Key($"ak-{key}.pub"), Golden.Tpm($"quote-{key}"), Golden.Tpm($"signature-{signature}"))!.Code);
        Assert.Equal(TpmCodes.SignatureInvalid, TpmSignature.Check(Key("ak-ecc.pub"), Golden.Tpm("quote-rsa"), Golden.Tpm("signature-ecc"))!.Code);
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("ecc")]
    public void No_changed_quote_is_taken(string kind)
    {
        var (key, attest, signature) = (Key($"ak-{kind}.pub"), Golden.Tpm($"quote-{kind}"), Golden.Tpm($"signature-{kind}"));
        for (var bit = 0; bit < attest.Length * 8; bit += 3)
        {
            var changed = Flip(attest, bit);
            var code = (TpmQuote.TryRead(changed, out _, out var fault) ? TpmSignature.Check(key, changed, signature) : fault)?.Code;
            Assert.Equal(bit < 32 ? TpmCodes.QuoteMagic : bit < 48 ? TpmCodes.QuoteType : code == TpmCodes.QuoteMalformed ? TpmCodes.QuoteMalformed : TpmCodes.SignatureInvalid, code);
        }
        for (var bit = 0; bit < signature.Length * 8; bit += 3)
            Assert.Contains(TpmSignature.Check(key, attest, Flip(signature, bit))?.Code, new[] { TpmCodes.SignatureInvalid, TpmCodes.SignatureMalformed });
        for (var length = 0; length < attest.Length; length++)
        {
            Assert.False(TpmQuote.TryRead(attest.AsSpan(0, length), out _, out var fault));
            Assert.NotNull(fault);
        }
    }

    /// <summary>
    /// Whoever may change a public area freely gets a key that is refused, or one with another name: a credential for the changed key
    /// is not one for the key that the TPM has.
    /// </summary>
    [Theory]
    [InlineData("rsa")]
    [InlineData("ecc")]
    public void A_changed_attestation_key_is_refused_or_has_another_name(string kind)
    {
        var original = Golden.Tpm($"ak-{kind}.pub");
        var name = Golden.Tpm($"ak-{kind}.name");
        for (var bit = 0; bit < original.Length * 8; bit++)
        {
            if (TpmPublic.TryRead(Flip(original, bit), out var changed, out var error))
                Assert.True(TpmKeyRules.CheckAttestationKey(changed) is not null || !changed.Name().AsSpan().SequenceEqual(name), $"bit {bit}");
            else
                Assert.NotEmpty(error);
        }
        for (var length = 0; length < original.Length; length++)
            Assert.False(TpmPublic.TryRead(original.AsSpan(0, length), out _, out _));
        Assert.False(TpmPublic.TryRead([.. original, 0], out _, out _));
    }

    [Fact]
    public void Values_that_are_not_the_quoted_ones_are_refused()
    {
        Assert.True(TpmQuote.TryRead(Golden.Tpm("quote-ecc"), out var quote, out _));
        Assert.Equal(TpmCodes.NonceMismatch, TpmQuoteRules.CheckQuote(quote, SHA256.HashData("m"u8), Registers, Values())!.Code);
        Assert.Equal(TpmCodes.PcrSelection, TpmQuoteRules.CheckQuote(quote, Binding, 0x90, Values())!.Code);
        Assert.Equal(TpmCodes.PcrSelection, TpmQuoteRules.CheckQuote(quote, Binding, 0x93, Values())!.Code);
        var swapped = new PcrValues();
        Assert.True(swapped.TryAdd(0, Values()[0]) && swapped.TryAdd(4, Values()[7]) && swapped.TryAdd(7, Values()[4]));
        Assert.Equal(TpmCodes.PcrDigest, TpmQuoteRules.CheckQuote(quote, Binding, Registers, swapped)!.Code);
    }

    private static PcrValues Values()
    {
        var values = new PcrValues();
        Assert.True(values.TryAdd(0, new byte[32]));
        Assert.True(values.TryAdd(7, SHA256.HashData([.. new byte[32], .. SHA256.HashData("b"u8)])));
        Assert.True(values.TryAdd(4, SHA256.HashData([.. new byte[32], .. SHA256.HashData("a"u8)])));
        return values;
    }

    private static TpmPublic Key(string file)
    {
        Assert.True(TpmPublic.TryRead(Golden.Tpm(file), out var key, out var error), error);
        return key;
    }

    private static byte[] Flip(byte[] bytes, int bit)
    {
        var changed = bytes.ToArray();
        changed[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        return changed;
    }
}
