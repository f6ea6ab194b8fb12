using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// A tree head as C2SP tlog-checkpoint writes it: origin, size, root, and lines that others may have added. Not signed yet:
/// <see cref="Sign"/> makes the note, <see cref="TryOpen"/> verifies one.
/// </summary>
public sealed record Checkpoint
{
    /// <summary>Takes a tree head. Throws <see cref="ArgumentException"/> when it cannot be written.</summary>
    public Checkpoint(string origin, long size, ReadOnlyMemory<byte> root, IReadOnlyList<string>? extensions = null)
    {
        if (origin.Length == 0 || origin.Contains('\n'))
            throw new ArgumentException("the origin is one line, not empty", nameof(origin));
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (root.Length != MerkleHash.Size)
            throw new ArgumentException("a root is 32 bytes", nameof(root));
        (Origin, Size, Root, Extensions) = (origin, size, root, extensions ?? []);
    }

    /// <summary>The log's identity.</summary>
    public string Origin { get; }

    /// <summary>Leaves in the tree.</summary>
    public long Size { get; }

    /// <summary>RFC 6962 root of the tree, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Root { get; }

    /// <summary>Opaque further lines.</summary>
    public IReadOnlyList<string> Extensions { get; }

    /// <summary>The note's text.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.Span)}\n")
        + string.Concat(Extensions.Select(line => line + "\n"));

    /// <summary>The signed note over a tree head; the signer's name is the origin.</summary>
    public static string Sign(long size, ReadOnlyMemory<byte> root, INoteSigner signer)
        => SignedNote.Sign(new Checkpoint(signer.Name, size, root).Text, signer);

    /// <summary>Reads a note's text strictly.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        checkpoint = null;
        error = null;
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[^1].Length != 0 || lines[..^1].Any(line => line.Length == 0))
        {
            error = "a checkpoint has at least three lines, none empty: origin, size, root";
            return false;
        }
        if (!TrySize(lines[1], out var size))
            error = "a checkpoint's size is decimal without leading zeros";
        else if (!MerkleHash.TryDecode(lines[2], out var root))
            error = "a checkpoint's root is the base64 of 32 bytes";
        else if (size == 0 && !root.AsSpan().SequenceEqual(MerkleHash.EmptyRoot))
            error = "an empty tree's root is SHA-256 of nothing";
        else
            checkpoint = new Checkpoint(lines[0], size, root, lines[3..^1]);
        return error is null && checkpoint is not null;
    }

    /// <summary>Reads and verifies a checkpoint of the log that <paramref name="log"/> is the key of; the key's name is its origin.</summary>
    public static bool TryOpen(string? note, INoteVerifier log, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        checkpoint = null;
        if (!SignedNote.TryParse(note, out var signed, out error) || !signed.TryVerify([log], out error) || !TryParse(signed.Text, out var read, out error))
            return false;
        if (!string.Equals(read.Origin, log.Name, StringComparison.Ordinal))
        {
            error = $"the checkpoint is of {read.Origin}, not of {log.Name}";
            return false;
        }
        checkpoint = read;
        return true;
    }

    /// <summary>A non-negative decimal without sign, spaces or leading zeros.</summary>
    internal static bool TrySize(ReadOnlySpan<char> text, out long size)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && (text[0] != '0' || text.Length == 1);
}
