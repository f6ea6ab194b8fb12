using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// A tile's name in C2SP tlog-tiles: <c>tile/&lt;L&gt;/&lt;N&gt;[.p/&lt;W&gt;]</c>, or an entry bundle's
/// <c>tile/entries/&lt;N&gt;[.p/&lt;W&gt;]</c>. <paramref name="Level"/> counts tiles (a level is 8 levels of the tree);
/// <paramref name="Width"/> is 256 for a full tile.
/// </summary>
public readonly record struct TilePath(int Level, long Index, int Width = TilePath.FullWidth, bool IsEntries = false)
{
    /// <summary>Hashes in a full tile.</summary>
    public const int FullWidth = 256;

    /// <summary>Levels of the tree that one level of tiles spans.</summary>
    public const int Height = 8;

    /// <summary>Bytes of a full tile.</summary>
    public const int FullBytes = FullWidth * MerkleHash.Size;

    private const string Prefix = "tile/";
    private const string Entries = "entries/";
    private const string Partial = ".p/";
    private const int MaxLevel = 63;
    private const int MaxGroups = 6;

    /// <summary>How wide the tile is in a tree of <paramref name="size"/> leaves: 0 to 256.</summary>
    public static int WidthAt(int level, long index, long size)
    {
        var shift = level * Height;
        var hashes = shift > 62 ? 0 : size >> shift;
        // Compared before subtracting: an index from outside may be far beyond the tree.
        return index > hashes / FullWidth ? 0 : (int)Math.Min(FullWidth, hashes - index * FullWidth);
    }

    /// <summary>The tile that holds, or whose hashes make, the hash of <paramref name="node"/>; its width in a tree of <paramref name="size"/>.</summary>
    public static TilePath Holding(TreeNode node, long size)
    {
        var level = node.Level / Height;
        var index = node.Index << (node.Level % Height) >> Height;
        return new TilePath(level, index, WidthAt(level, index, size));
    }

    /// <summary>Parses a path. Anything but the one canonical spelling is refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(false)] out string? error, out TilePath path)
    {
        path = default;
        error = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            error = "a tile's path begins with tile/";
            return false;
        }
        text = text[Prefix.Length..];
        var isEntries = text.StartsWith(Entries, StringComparison.Ordinal);
        var level = 0;
        if (isEntries)
        {
            text = text[Entries.Length..];
        }
        else
        {
            var slash = text.IndexOf('/');
            if (slash < 0 || !TryNumber(text[..slash], MaxLevel, out level))
            {
                error = $"a tile's level is 0 to {MaxLevel}, without leading zeros, or entries";
                return false;
            }
            text = text[(slash + 1)..];
        }
        var width = FullWidth;
        var dot = text.IndexOf('.');
        if (dot >= 0)
        {
            if (!text[dot..].StartsWith(Partial, StringComparison.Ordinal)
                || !TryNumber(text[(dot + Partial.Length)..], FullWidth - 1, out width) || width == 0)
            {
                error = "a partial tile ends in .p/ and its width, 1 to 255";
                return false;
            }
            text = text[..dot];
        }
        if (!TryIndex(text, out var index))
        {
            error = "a tile's index is written in groups of three digits, all but the last behind an x: x001/x234/067";
            return false;
        }
        path = new TilePath(level, index, width, isEntries);
        return true;
    }

    /// <summary>The canonical path, from <c>tile/</c> on.</summary>
    public override string ToString()
    {
        var groups = new Stack<string>();
        groups.Push((Index % 1000).ToString("000", CultureInfo.InvariantCulture));
        for (var rest = Index / 1000; rest > 0; rest /= 1000)
            groups.Push("x" + (rest % 1000).ToString("000", CultureInfo.InvariantCulture));
        var place = IsEntries ? Entries : Level.ToString(CultureInfo.InvariantCulture) + "/";
        var suffix = Width == FullWidth ? "" : Partial + Width.ToString(CultureInfo.InvariantCulture);
        return Prefix + place + string.Join('/', groups) + suffix;
    }

    private static bool TryIndex(ReadOnlySpan<char> text, out long index)
    {
        index = 0;
        for (var group = 0; group < MaxGroups; group++)
        {
            var last = text.Length == 3;
            var digits = last ? text : text.Length > 5 && text[0] == 'x' && text[4] == '/' ? text[1..4] : default;
            if (digits.Length != 3 || digits.ContainsAnyExceptInRange('0', '9'))
                return false;
            var value = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
            if (group == 0 && !last && value == 0)
                return false;
            index = index * 1000 + value;
            if (last)
                return true;
            text = text[5..];
        }
        return false;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, int max, out int number)
    {
        number = 0;
        return text.Length is 1 or 2 or 3 && !text.ContainsAnyExceptInRange('0', '9') && (text[0] != '0' || text.Length == 1)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;
    }
}
