using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// A C2SP tlog-proof: a checkpoint, a leaf's index and its inclusion path, verifiable offline. <see cref="Extra"/> is not
/// authenticated; here it may carry the leaf's bytes, which the path then does authenticate.
/// </summary>
public sealed record TlogProof(long Index, IReadOnlyList<byte[]> Path, string Checkpoint, ReadOnlyMemory<byte> Extra = default)
{
    /// <summary>The first line.</summary>
    public const string Header = "c2sp.org/tlog-proof@v1";

    /// <summary>The media type under which receipts are served.</summary>
    public const string MediaType = "text/plain; charset=utf-8";

    private const string ExtraPrefix = "extra ";
    private const string IndexPrefix = "index ";
    // A tree of 2^63 leaves has no longer path.
    private const int MaxPath = 63;

    /// <summary>Reads a proof strictly; its checkpoint is only split off, not read.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TlogProof? proof, [NotNullWhen(false)] out string? error)
    {
        proof = null;
        var rest = (text ?? "").AsSpan();
        if (!NextLine(ref rest, out var line) || !line.SequenceEqual(Header))
        {
            error = $"a proof begins with the line {Header}";
            return false;
        }
        byte[]? extra = [];
        if (!NextLine(ref rest, out line) || line.StartsWith(ExtraPrefix, StringComparison.Ordinal)
            && (!StrictBase64.TryDecode(line[ExtraPrefix.Length..], out extra) || !NextLine(ref rest, out line)))
        {
            error = "a proof's extra line is base64, and an index line follows";
            return false;
        }
        if (!line.StartsWith(IndexPrefix, StringComparison.Ordinal) || !Ledger.Checkpoint.TrySize(line[IndexPrefix.Length..], out var index))
        {
            error = "a proof's index line is 'index ' and a decimal without leading zeros";
            return false;
        }
        var path = new List<byte[]>();
        while (true)
        {
            if (!NextLine(ref rest, out line))
            {
                error = "a proof has an empty line between path and checkpoint";
                return false;
            }
            if (line.IsEmpty)
                break;
            if (path.Count == MaxPath || !MerkleHash.TryDecode(line, out var hash))
            {
                error = $"a proof's path is at most {MaxPath} lines, each the base64 of 32 bytes";
                return false;
            }
            path.Add(hash);
        }
        proof = new TlogProof(index, path, rest.ToString(), extra);
        error = null;
        return true;
    }

    /// <summary>
    /// Whether the leaf is in the log that <paramref name="log"/> is the key of: the checkpoint's signature and the path both
    /// hold. <paramref name="checkpoint"/> is set when the checkpoint alone is good.
    /// </summary>
    public bool TryVerify(ReadOnlySpan<byte> leaf, INoteVerifier log, out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        if (!Ledger.Checkpoint.TryOpen(Checkpoint, log, out checkpoint, out error))
            return false;
        return TryVerifyPath(leaf, checkpoint, out error);
    }

    /// <summary>Whether the path leads from the leaf to the root of a checkpoint that is already trusted.</summary>
    public bool TryVerifyPath(ReadOnlySpan<byte> leaf, Checkpoint checkpoint, [NotNullWhen(false)] out string? error)
    {
        Span<byte> hash = stackalloc byte[MerkleHash.Size];
        MerkleHash.Leaf(leaf, hash);
        error = MerkleProofs.VerifyInclusion(hash, Index, checkpoint.Size, Path, checkpoint.Root.Span)
            ? null
            : $"the path does not lead from the leaf at {Index} to the root of the tree of {checkpoint.Size} leaves";
        return error is null;
    }

    /// <summary>The proof's text.</summary>
    public string Format()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (!Extra.IsEmpty)
            text.Append(ExtraPrefix).Append(Convert.ToBase64String(Extra.Span)).Append('\n');
        text.Append(IndexPrefix).Append(Index.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var hash in Path)
            text.Append(Convert.ToBase64String(hash)).Append('\n');
        return text.Append('\n').Append(Checkpoint).ToString();
    }

    private static bool NextLine(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> line)
    {
        var end = rest.IndexOf('\n');
        line = end < 0 ? default : rest[..end];
        rest = rest[(end + 1)..];
        return end >= 0;
    }
}
