using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Tests.Custody;

/// <summary>What every custody must do, whatever keeps the keys.</summary>
public abstract class KeyCustodyContract
{
    /// <summary>Opens the custody of this test; again: what a restart finds.</summary>
    protected abstract Task<IKeyCustody> OpenAsync();

    [Theory]
    [InlineData(KeyKind.EcdsaP256)]
    [InlineData(KeyKind.Ed25519)]
    public async Task A_key_is_made_once_and_is_the_same_ever_after(KeyKind kind)
    {
        var custody = await OpenAsync();
        Assert.False(custody.Contains("issuing"));
        var made = custody.GetOrCreate("issuing", kind);
        Assert.True(custody.Contains("issuing"));
        Assert.Equal(("issuing", kind), (made.Name, made.Kind));
        Assert.Equal(made.SubjectPublicKeyInfo.ToArray(), custody.GetOrCreate("issuing", kind).SubjectPublicKeyInfo.ToArray());
        Assert.NotEqual(made.SubjectPublicKeyInfo.ToArray(), custody.GetOrCreate("issuing-2", kind).SubjectPublicKeyInfo.ToArray());

        var reopened = await OpenAsync();
        Assert.True(reopened.Contains("issuing"));
        var again = reopened.GetOrCreate("issuing", kind);
        Assert.Equal(made.SubjectPublicKeyInfo.ToArray(), again.SubjectPublicKeyInfo.ToArray());
        await VerifiesAsync(again, "after a restart"u8.ToArray());
    }

    [Fact]
    public async Task A_key_of_another_kind_is_refused_and_stays()
    {
        var custody = await OpenAsync();
        var made = custody.GetOrCreate("ledger", KeyKind.Ed25519);
        Assert.Throws<TrustStartupException>(() => custody.GetOrCreate("ledger", KeyKind.EcdsaP256));
        Assert.Equal(made.SubjectPublicKeyInfo.ToArray(), custody.GetOrCreate("ledger", KeyKind.Ed25519).SubjectPublicKeyInfo.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../root")]
    [InlineData("Root")]
    [InlineData("a b")]
    [InlineData("-x")]
    public async Task Names_that_mean_something_to_a_file_system_or_a_shell_are_refused(string name)
    {
        var custody = await OpenAsync();
        Assert.Throws<ArgumentException>(() => custody.GetOrCreate(name, KeyKind.EcdsaP256));
        Assert.Throws<ArgumentException>(() => custody.Contains(name));
    }

    [Theory]
    [InlineData(KeyKind.EcdsaP256)]
    [InlineData(KeyKind.Ed25519)]
    public async Task Signatures_verify_with_openssl_for_messages_of_any_length(KeyKind kind)
    {
        var key = (await OpenAsync()).GetOrCreate("root", kind);
        foreach (var length in new[] { 1, 32, 33, 5000 })
            await VerifiesAsync(key, RandomNumberGenerator.GetBytes(length));
    }

    [Fact]
    public async Task Many_threads_sign_with_one_key_at_once()
    {
        var key = (await OpenAsync()).GetOrCreate("issuing", KeyKind.EcdsaP256);
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
        var wrong = 0;
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 24 }, (i, _) =>
        {
            var message = BitConverter.GetBytes(i);
            if (!verifier.VerifyData(message, key.Sign(message), HashAlgorithmName.SHA256))
                Interlocked.Increment(ref wrong);
            return ValueTask.CompletedTask;
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task Many_who_ask_for_a_new_key_at_once_get_one()
    {
        var custody = await OpenAsync();
        var keys = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => custody.GetOrCreate("root", KeyKind.EcdsaP256))));
        Assert.Single(keys.Select(k => Convert.ToHexString(k.SubjectPublicKeyInfo.Span)).Distinct());
    }

    [Fact]
    public async Task It_says_in_words_where_the_keys_are() => Assert.InRange((await OpenAsync()).Kind.Length, 3, 100);

    private static async Task VerifiesAsync(ICustodyKey key, byte[] message)
    {
        var signature = key.Sign(message);
        Assert.Equal(64, signature.Length);
        var directory = Directory.CreateTempSubdirectory("a2a-custody-judge-");
        try
        {
            string At(string name) => Path.Combine(directory.FullName, name);
            await File.WriteAllTextAsync(At("key.pem"), PemEncoding.WriteString("PUBLIC KEY", key.SubjectPublicKeyInfo.Span));
            await File.WriteAllBytesAsync(At("message"), message);
            await File.WriteAllBytesAsync(At("signature"), key.Kind == KeyKind.EcdsaP256 ? DerOf(signature) : signature);
            string[] arguments = key.Kind == KeyKind.EcdsaP256
                ? ["dgst", "-sha256", "-verify", At("key.pem"), "-signature", At("signature"), At("message")]
                : ["pkeyutl", "-verify", "-pubin", "-inkey", At("key.pem"), "-rawin", "-in", At("message"), "-sigfile", At("signature")];
            using var openssl = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = await openssl.StandardOutput.ReadToEndAsync() + await openssl.StandardError.ReadToEndAsync();
            await openssl.WaitForExitAsync();
            Assert.True(openssl.ExitCode == 0, output);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static byte[] DerOf(byte[] signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new System.Numerics.BigInteger(signature.AsSpan(0, 32), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true));
        }
        return writer.Encode();
    }
}
