using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using A2AConsole.Trust.Custody;
using Microsoft.Extensions.Logging;

// The tests of file modes skip themselves on Windows; the analyzer does not follow a skip.
#pragma warning disable CA1416

namespace A2AConsole.Trust.Tests;

public sealed class EncryptedFileCustodyTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("a2a-custody-").FullName;

    private string Keys => Path.Combine(_parent, "keys");

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private EncryptedFileCustody Open(string passphrase = "correct horse") => new(new PrivateDirectory(Keys), () => passphrase);

    [Theory]
    [InlineData(KeyKind.EcdsaP256)]
    [InlineData(KeyKind.Ed25519)]
    public void A_key_is_the_same_after_a_restart_and_its_signatures_verify(KeyKind kind)
    {
        var made = Open().GetOrCreate("some-key", kind);
        var loaded = Open().GetOrCreate("some-key", kind);
        Assert.Equal(made.SubjectPublicKeyInfo.ToArray(), loaded.SubjectPublicKeyInfo.ToArray());

        var signature = loaded.Sign("message"u8);
        Assert.Equal(64, signature.Length);
        if (kind == KeyKind.EcdsaP256)
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(made.SubjectPublicKeyInfo.Span, out _);
            Assert.True(key.VerifyData("message"u8, signature, HashAlgorithmName.SHA256));
        }
        else
        {
            var verifier = new Org.BouncyCastle.Crypto.Signers.Ed25519Signer();
            verifier.Init(false, new Org.BouncyCastle.Crypto.Parameters.Ed25519PublicKeyParameters(made.SubjectPublicKeyInfo.Span[^32..]));
            verifier.BlockUpdate("message"u8);
            Assert.True(verifier.VerifySignature(signature));
        }
    }

    [Fact]
    public void Key_files_are_for_the_owner_alone_and_encrypted_as_promised()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix'");
        Open().GetOrCreate("issuing", KeyKind.EcdsaP256);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Keys));
        var file = Assert.Single(Directory.GetFiles(Keys));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        var pem = File.ReadAllText(file);
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", pem, StringComparison.Ordinal);
        var der = Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        Assert.ThrowsAny<CryptographicException>(() =>
        {
            using var plain = ECDsa.Create();
            plain.ImportPkcs8PrivateKey(der, out _);
        });
        var pbes2 = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        Assert.Equal("1.2.840.113549.1.5.13", pbes2.ReadObjectIdentifier());
        var parameters = pbes2.ReadSequence();
        var kdf = parameters.ReadSequence();
        Assert.Equal("1.2.840.113549.1.5.12", kdf.ReadObjectIdentifier());
        var pbkdf2 = kdf.ReadSequence();
        pbkdf2.ReadOctetString();
        Assert.True(pbkdf2.TryReadInt32(out var iterations) && iterations >= 600_000);
        Assert.Equal("1.2.840.113549.2.9", pbkdf2.ReadSequence().ReadObjectIdentifier());
        Assert.Equal("2.16.840.1.101.3.4.1.42", parameters.ReadSequence().ReadObjectIdentifier());
    }

    [Fact]
    public void A_wrong_passphrase_is_one_clear_sentence()
    {
        Open().GetOrCreate("issuing", KeyKind.EcdsaP256);
        var error = Assert.Throws<TrustStartupException>(() => Open("wrong").GetOrCreate("issuing", KeyKind.EcdsaP256));
        Assert.Contains("passphrase is wrong", error.Message, StringComparison.Ordinal);
        Assert.Contains(TrustOptions.PassphraseVariable, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_iterations_than_promised_are_not_to_be_had()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new EncryptedFileCustody(new PrivateDirectory(Keys), () => "x", 10_000));

    [Theory]
    [InlineData("keys/issuing.key", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, "chmod 600")]
    [InlineData("keys/issuing.key", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, "chmod 600")]
    [InlineData("keys", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute, "chmod 700")]
    public void Keys_that_others_could_reach_are_refused(string path, UnixFileMode mode, string remedy)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix'");
        Open().GetOrCreate("issuing", KeyKind.EcdsaP256);
        File.SetUnixFileMode(Path.Combine(_parent, path), mode);
        var error = Assert.Throws<TrustStartupException>(() => Open().GetOrCreate("issuing", KeyKind.EcdsaP256));
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void A_damaged_key_file_is_one_clear_sentence_and_is_not_replaced(string content)
    {
        new PrivateDirectory(Keys).Write("issuing.key", content, replace: true);
        Assert.Throws<TrustStartupException>(() => Open().GetOrCreate("issuing", KeyKind.EcdsaP256));
        Assert.Equal(content, File.ReadAllText(Path.Combine(Keys, "issuing.key")));
    }

    [Fact]
    public void A_key_of_another_kind_is_refused()
    {
        Open().GetOrCreate("ledger", KeyKind.Ed25519);
        Assert.Throws<TrustStartupException>(() => Open().GetOrCreate("ledger", KeyKind.EcdsaP256));
    }

    [Theory]
    [InlineData("../root")]
    [InlineData("Root")]
    [InlineData("")]
    public void A_key_name_cannot_leave_the_directory(string name)
        => Assert.Throws<ArgumentException>(() => Open().GetOrCreate(name, KeyKind.EcdsaP256));

    [Fact]
    public void What_a_crash_left_half_written_is_cleared_away()
    {
        var leftOver = new PrivateDirectory(Keys).PathOf(".writing-abc");
        File.WriteAllText(leftOver, "half");
        File.SetLastWriteTimeUtc(leftOver, DateTime.UtcNow.AddMinutes(-2));
        // Another process that shares the directory is at work.
        var beingWritten = new PrivateDirectory(Keys).PathOf(".writing-def");
        File.WriteAllText(beingWritten, "not yet");
        Open();
        Assert.False(File.Exists(leftOver));
        Assert.True(File.Exists(beingWritten));
    }

    [Fact]
    public void Processes_that_make_a_key_at_once_end_up_with_the_same()
    {
        var keys = Enumerable.Range(0, 3).AsParallel().Select(_ => Open().GetOrCreate("issuing", KeyKind.EcdsaP256)).ToList();
        Assert.Single(keys.Select(k => Convert.ToHexString(k.SubjectPublicKeyInfo.Span)).Distinct());
    }

    [Fact]
    public void Without_a_passphrase_one_is_generated_with_a_warning_and_found_again()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(TrustOptions.PassphraseVariable) is not null, "the environment gives a passphrase");
        var log = new LogLines();
        var directory = new PrivateDirectory(Keys);
        var made = KeyPassphrase.Resolve(directory, null, log);
        Assert.Contains(log.Lines, l => l.StartsWith("Warning", StringComparison.Ordinal) && !l.Contains(made, StringComparison.Ordinal));
        Assert.Equal(made, KeyPassphrase.Resolve(directory, null, log));
        Assert.Equal(64, made.Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory.PathOf(KeyPassphrase.FileName)));
    }

    [Fact]
    public void Keys_without_any_passphrase_are_one_clear_sentence()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(TrustOptions.PassphraseVariable) is not null, "the environment gives a passphrase");
        Open().GetOrCreate("issuing", KeyKind.EcdsaP256);
        var error = Assert.Throws<TrustStartupException>(() => KeyPassphrase.Resolve(new PrivateDirectory(Keys), null, new LogLines()));
        Assert.Contains(TrustOptions.PassphraseVariable, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_one_clear_sentence()
    {
        File.WriteAllText(Path.Combine(_parent, "file"), "", Encoding.UTF8);
        Assert.Throws<TrustStartupException>(() => new PrivateDirectory(Path.Combine(_parent, "file", "keys")));
    }
}
