using System.Buffers;
using System.Text;
using A2AConsole.Core.Ledger;
using CsCheck;

namespace A2AConsole.Core.Tests.Ledger;

/// <summary>Receipts (tlog-proof), tile paths and entry bundles.</summary>
public sealed class TlogProofTests
{
    private static readonly Ed25519NoteSigner Signer = new("acme.example/ledger", Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
    private static readonly Ed25519NoteVerifier Verifier = Ed25519NoteVerifier.Parse(Signer.VerifierKey);
    private static readonly byte[][] Leaves = Naive.Leaves(1000);
    private static readonly LeafHashes Hashes = LeafHashes.Of([.. Leaves.Select(l => (ReadOnlyMemory<byte>)l)]);

    private static TlogProof Proof(int index, bool extra = false)
        => new(index, Hashes.Path(index), Checkpoint.Sign(Hashes.Count, Hashes.Root(), Signer), extra ? Leaves[index] : default(ReadOnlyMemory<byte>));

    [Fact]
    public void A_receipt_read_back_proves_its_leaf_and_no_other()
    {
        Assert.True(TlogProof.TryParse(Proof(42, extra: true).Format(), out var proof, out var error), error);
        Assert.Equal(Leaves[42], proof.Extra.ToArray());
        Assert.True(proof.TryVerify(proof.Extra.Span, Verifier, out var checkpoint, out error), error);
        Assert.Equal(1000, checkpoint!.Size);
        Assert.False(proof.TryVerify(Leaves[43], Verifier, out checkpoint, out error));
        Assert.NotNull(checkpoint);
        Assert.Contains("path", error, StringComparison.Ordinal);
        var other = Ed25519NoteVerifier.Parse(new Ed25519NoteSigner("acme.example/ledger", Ed25519NoteSigner.NewSeed()).VerifierKey);
        Assert.False(proof.TryVerify(Leaves[42], other, out checkpoint, out _));
        Assert.Null(checkpoint);
    }

    [Fact]
    public void A_receipt_of_a_tree_of_one_has_no_path()
    {
        byte[] leaf = [1];
        var text = new TlogProof(0, [], Checkpoint.Sign(1, MerkleHash.Leaf(leaf), Signer)).Format();
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nindex 0\n\nacme.example/ledger\n1\n", text, StringComparison.Ordinal);
        Assert.True(TlogProof.TryParse(text, out var proof, out _));
        Assert.True(proof.TryVerify(leaf, Verifier, out _, out _));
    }

    [Fact]
    public void The_specifications_example_is_read_to_its_checkpoint()
    {
        const string text = "c2sp.org/tlog-proof@v1\nindex 73894\ngSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\nB95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n\n"
            + "example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n— example.com/fancylog hI2DJw==\n";
        Assert.True(TlogProof.TryParse(text, out var proof, out var error), error);
        Assert.Equal(73894, proof.Index);
        Assert.Equal(2, proof.Path.Count);
        Assert.StartsWith("example.com/fancylog\n109482\n", proof.Checkpoint, StringComparison.Ordinal);
        Assert.Equal(text, proof.Format());
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 0\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 00\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra ???\nindex 0\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AAAA\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0")]
    public void A_receipt_that_breaks_the_format_is_refused(string text) => Assert.False(TlogProof.TryParse(text, out _, out _));

    [Fact]
    public void Receipts_damaged_anywhere_never_prove_another_leaf_and_never_throw()
    {
        var valid = Proof(42, extra: true).Format();
        Mutations.Of(valid).Sample(text =>
        {
            if (TlogProof.TryParse(text, out var proof, out _) && proof.TryVerify(Leaves[42], Verifier, out _, out _))
                Assert.Equal(42, proof.Index);
            if (TlogProof.TryParse(text, out proof, out _))
                Assert.False(proof.TryVerify(Leaves[41], Verifier, out _, out _));
        }, iter: 20_000);
    }

    [Theory]
    [InlineData("tile/0/000", 0, 0, 256, false)]
    [InlineData("tile/0/x001/x234/067", 0, 1234067, 256, false)]
    [InlineData("tile/1/x123/456.p/17", 1, 123456, 17, false)]
    [InlineData("tile/63/999.p/255", 63, 999, 255, false)]
    [InlineData("tile/entries/x001/000.p/1", 0, 1000, 1, true)]
    public void A_tiles_path_reads_and_writes_as_the_specification_says(string text, int level, long index, int width, bool entries)
    {
        Assert.True(TilePath.TryParse(text, out var error, out var path), error);
        Assert.Equal(new TilePath(level, index, width, entries), path);
        Assert.Equal(text, path.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile/")]
    [InlineData("tile/0/0")]
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/001.p/0")]
    [InlineData("tile/0/001.p/256")]
    [InlineData("tile/0/001.p/01")]
    [InlineData("tile/0/001.p")]
    [InlineData("tile/0/001/")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/0/../001")]
    [InlineData("tile/0/٠٠١")]
    public void A_tiles_path_in_any_other_spelling_is_refused(string text)
    {
        Assert.False(TilePath.TryParse(text, out var error, out _));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Whatever_tile_path_is_read_is_written_back_the_same()
        => Mutations.Of("tile/1/x123/456.p/17").Sample(text =>
        {
            if (TilePath.TryParse(text, out _, out var path))
                Assert.Equal(text, path.ToString());
        }, iter: 20_000);

    [Fact]
    public void Tiles_are_as_wide_as_the_specifications_example_says()
    {
        const long size = 70_000;
        Assert.Equal(256, TilePath.WidthAt(0, 272, size));
        Assert.Equal(112, TilePath.WidthAt(0, 273, size));
        Assert.Equal(0, TilePath.WidthAt(0, 274, size));
        Assert.Equal(256, TilePath.WidthAt(1, 0, size));
        Assert.Equal(17, TilePath.WidthAt(1, 1, size));
        Assert.Equal(1, TilePath.WidthAt(2, 0, size));
        Assert.Equal(0, TilePath.WidthAt(3, 0, size));
        Assert.Equal(0, TilePath.WidthAt(63, 0, size));
        Assert.Equal(0, TilePath.WidthAt(0, 999_999_999_999_999_999, long.MaxValue));
        Assert.Equal(256, TilePath.WidthAt(0, 0, 256));
        Assert.Equal(1, TilePath.WidthAt(1, 0, 256));
    }

    [Fact]
    public void An_entry_bundle_gives_its_entries_back_and_a_cut_one_is_refused()
    {
        var bundle = new ArrayBufferWriter<byte>();
        foreach (var entry in new[] { "", "one", new string('x', EntryBundle.MaxEntry) })
            EntryBundle.Append(bundle, Encoding.ASCII.GetBytes(entry));
        Assert.Equal([0, 3, EntryBundle.MaxEntry], EntryBundle.Parse(bundle.WrittenMemory).Select(e => e.Length));
        Assert.Equal([0, 0, 0, 3], bundle.WrittenSpan[..4].ToArray());
        Assert.Throws<FormatException>(() => EntryBundle.Parse(bundle.WrittenMemory[..^1]));
        Assert.Throws<FormatException>(() => EntryBundle.Parse(bundle.WrittenMemory[..3]));
        Assert.Throws<ArgumentException>(() => EntryBundle.Append(bundle, new byte[EntryBundle.MaxEntry + 1]));
    }
}
