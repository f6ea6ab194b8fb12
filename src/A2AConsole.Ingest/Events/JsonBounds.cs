using System.Buffers;

namespace A2AConsole.Ingest.Events;

/// <summary>
/// Finds where JSON values end without judging them: quotes and brackets are followed, everything else is left to the reader
/// that looks at the value itself. So one malformed value is bounded, and its neighbours are still found.
/// </summary>
internal static class JsonBounds
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",]} \t\r\n"u8);

    /// <summary>The first position at or after <paramref name="position"/> that is not white space.</summary>
    public static int SkipSpace(ReadOnlySpan<byte> json, int position)
    {
        while (position < json.Length && json[position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            position++;
        return position;
    }

    /// <summary>Where the value that begins at <paramref name="position"/> ends; the end of the input when it is not closed.</summary>
    public static int EndOfValue(ReadOnlySpan<byte> json, int position)
    {
        if (position >= json.Length)
            return position;
        return json[position] switch
        {
            (byte)'"' => EndOfString(json, position),
            (byte)'{' or (byte)'[' => EndOfContainer(json, position),
            _ => json[position..].IndexOfAny(ScalarEnd) is >= 0 and var length ? position + length : json.Length,
        };
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int position)
    {
        position++;
        while (json[position..].IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var next)
        {
            position += next;
            if (json[position] == '"')
                return position + 1;
            position += 2;
            if (position >= json.Length)
                break;
        }
        return json.Length;
    }

    private static int EndOfContainer(ReadOnlySpan<byte> json, int position)
    {
        var depth = 0;
        while (position < json.Length && json[position..].IndexOfAny(Structure) is >= 0 and var next)
        {
            position += next;
            switch (json[position])
            {
                case (byte)'"':
                    position = EndOfString(json, position);
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }
            position++;
            if (depth == 0)
                return position;
        }
        return json.Length;
    }
}
