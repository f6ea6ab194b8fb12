using System.Diagnostics;
using System.Text;
using A2AConsole.Core.Ledger;
using CsCheck;

namespace A2AConsole.Core.Tests.Ledger;

/// <summary>Signed notes, verifier keys and checkpoints: against Go's and C2SP's published examples, and against openssl.</summary>
public sealed class NoteTests
{
    // The example of Go's golang.org/x/mod/sumdb/note documentation.
    private const string NeumannKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string NeumannNote = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        + "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private const string NeumannSeed = "gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=";

    // The example with a key that C2SP signed-note had at its first version.
    private const string FooKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private const string FooNote = "This is an example message.\n\n"
        + "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    // The examples of C2SP signed-note and tlog-checkpoint.
    private const string Quasimodo = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
        + "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    private const string BehindTheSofa = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        + "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    private static readonly Ed25519NoteSigner Signer = new("acme.example/ledger", Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
    private static readonly Ed25519NoteVerifier Verifier = Ed25519NoteVerifier.Parse(Signer.VerifierKey);

    [Fact]
    public void The_published_private_key_makes_the_published_note_byte_for_byte()
    {
        var signer = new Ed25519NoteSigner("PeterNeumann", Convert.FromBase64String(NeumannSeed));
        Assert.Equal(NeumannKey, signer.VerifierKey);
        Assert.Equal(NeumannNote, SignedNote.Sign(NeumannNote[..(NeumannNote.IndexOf('—', StringComparison.Ordinal) - 1)], signer));
    }

    [Fact]
    public void The_published_note_verifies_with_its_published_key_and_not_when_changed()
    {
        var key = Ed25519NoteVerifier.Parse(NeumannKey);
        Assert.Equal(0xc74f20a3u, key.KeyId);
        Assert.Equal(NeumannKey, key.VerifierKey);
        Assert.True(SignedNote.TryParse(NeumannNote, out var note, out _));
        Assert.True(note.TryVerify([key], out var error), error);
        Assert.True(SignedNote.TryParse(FooNote, out note, out _));
        Assert.True(note.TryVerify([Ed25519NoteVerifier.Parse(FooKey)], out error), error);
        Assert.True(SignedNote.TryParse(NeumannNote.Replace("answer", "anwser", StringComparison.Ordinal), out var changed, out _));
        Assert.False(changed.TryVerify([key], out error));
        Assert.Contains("does not verify", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_specifications_example_notes_are_read_as_they_are_meant()
    {
        Assert.True(SignedNote.TryParse(Quasimodo, out var note, out var error), error);
        Assert.EndsWith("\n\ned è subito sera.\n", note.Text, StringComparison.Ordinal);
        var signature = Assert.Single(note.Signatures);
        Assert.Equal("quasimodo.example/salvatore", signature.Name);
        Assert.Equal(64, signature.Signature.Length);

        Assert.True(SignedNote.TryParse(BehindTheSofa, out note, out error), error);
        Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint, out error), error);
        Assert.Equal(20852163, checkpoint.Size);
        Assert.Equal(note.Text, checkpoint.Text);
    }

    [Fact]
    public void The_first_published_key_pair_of_RFC_8032_gives_its_published_public_key()
    {
        var seed = Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        var verifier = Ed25519NoteVerifier.Parse(new Ed25519NoteSigner("rfc8032", seed).VerifierKey);
        Assert.Equal("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", Convert.ToHexStringLower(verifier.PublicKey));
    }

    [Fact]
    public void A_signature_of_ours_verifies_with_openssl()
    {
        Assert.SkipWhen(OpenSsl("version") != 0, "no openssl binary here to judge Ed25519 signatures with");
        var text = new Checkpoint(Signer.Name, 7, new byte[32]).Text;
        Assert.True(SignedNote.TryParse(SignedNote.Sign(text, Signer), out var note, out _));
        var directory = Directory.CreateTempSubdirectory("note-");
        try
        {
            // SubjectPublicKeyInfo of an Ed25519 key is this prefix (RFC 8410) and the key.
            byte[] spki = [.. Convert.FromHexString("302a300506032b6570032100"), .. Verifier.PublicKey];
            string Put(string name, byte[] bytes)
            {
                var path = Path.Combine(directory.FullName, name);
                File.WriteAllBytes(path, bytes);
                return path;
            }
            var key = Put("key.der", spki);
            var signature = Put("sig", note.Signatures[0].Signature.ToArray());
            int Verify(byte[] bytes) => OpenSsl("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key, "-rawin", "-sigfile", signature, "-in", Put("text", bytes));
            Assert.Equal(0, Verify(Encoding.UTF8.GetBytes(text)));
            Assert.NotEqual(0, Verify(Encoding.UTF8.GetBytes(text + "x")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_checkpoint_of_ours_opens_with_its_key_only()
    {
        var root = Convert.FromHexString("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
        var note = Checkpoint.Sign(8, root, Signer);
        Assert.True(Checkpoint.TryOpen(note, Verifier, out var checkpoint, out var error), error);
        Assert.Equal(8, checkpoint.Size);
        Assert.Equal(root, checkpoint.Root.ToArray());

        var other = Ed25519NoteVerifier.Parse(new Ed25519NoteSigner(Signer.Name, Ed25519NoteSigner.NewSeed()).VerifierKey);
        Assert.False(Checkpoint.TryOpen(note, other, out _, out error));
        Assert.Contains("no known key", error, StringComparison.Ordinal);

        // Signed by the right key, but another log's head.
        var foreign = SignedNote.Sign(new Checkpoint("other.example/ledger", 8, root).Text, Signer);
        Assert.False(Checkpoint.TryOpen(foreign, Verifier, out _, out error));
        Assert.Contains("other.example/ledger", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_signatures_are_ignored_but_a_known_keys_bad_one_refuses_the_note()
    {
        const string text = "acme\n";
        var witness = new Ed25519NoteSigner("witness.example", Ed25519NoteSigner.NewSeed());
        var sameName = new Ed25519NoteSigner(Signer.Name, Ed25519NoteSigner.NewSeed());
        Assert.True(SignedNote.TryParse(SignedNote.Sign(text, witness, sameName, Signer), out var note, out _));
        Assert.True(note.TryVerify([Verifier], out _));

        var bad = SignedNote.FormatLine(witness.Name, Ed25519NoteVerifier.Parse(witness.VerifierKey).KeyId, new byte[64]);
        Assert.True(SignedNote.TryParse(SignedNote.Sign(text, Signer) + bad, out note, out _));
        Assert.True(note.TryVerify([Verifier], out _));
        Assert.False(note.TryVerify([Verifier, Ed25519NoteVerifier.Parse(witness.VerifierKey)], out var error));
        Assert.Contains("witness.example", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name AAAAAAE=")]
    [InlineData("text\n\n- name AAAAAAE=\n")]
    [InlineData("text\n\n— name AAAAAA==\n")]
    [InlineData("text\n\n— na+me AAAAAAE=\n")]
    [InlineData("text\n\n— name AAAAAAF=\n")]
    [InlineData("text\n\n— name  AAAAAAE=\n")]
    [InlineData("text\n\n— name AAAA AAE=\n")]
    [InlineData("te\rxt\n\n— name AAAAAAE=\n")]
    [InlineData("te\txt\n\n— name AAAAAAE=\n")]
    [InlineData("text\n\n— name AAAAAAE=\nmore\n")]
    public void A_note_that_breaks_the_format_is_refused(string note)
    {
        Assert.False(SignedNote.TryParse(note, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void A_note_that_is_no_valid_Unicode_is_refused()
        // Not among the cases above: an attribute cannot carry a lone surrogate.
        => Assert.False(SignedNote.TryParse("te\ud800xt\n\n— name AAAAAAE=\n", out _, out _));

    [Theory]
    [InlineData("o\n1\n")]
    [InlineData("o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n99999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n")]
    [InlineData("o\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx\n")]
    [InlineData("\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")]
    public void A_checkpoint_that_breaks_the_format_is_refused(string text)
        => Assert.False(Checkpoint.TryParse(text, out _, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("PeterNeumann")]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+")]
    public void A_verifier_key_that_breaks_the_format_is_refused(string? key)
        => Assert.False(Ed25519NoteVerifier.TryParse(key, out _, out _));

    [Fact]
    public void Notes_damaged_anywhere_are_refused_without_an_exception()
    {
        var note = Checkpoint.Sign(8, Convert.FromHexString("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"), Signer);
        Mutations.Of(note).Sample(damaged =>
        {
            if (damaged == note)
                return;
            // What an added unknown signature leaves standing is the same checkpoint.
            if (Checkpoint.TryOpen(damaged, Verifier, out var checkpoint, out _))
                Assert.Equal("acme.example/ledger\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n", checkpoint.Text);
        }, iter: 20_000);
    }

    private static int OpenSsl(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
