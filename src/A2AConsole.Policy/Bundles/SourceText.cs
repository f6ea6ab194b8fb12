using System.Text;

namespace A2AConsole.Policy.Bundles;

/// <summary>A file's text, in which offsets are found as lines and columns. The engine and the JSON reader count bytes of UTF-8.</summary>
internal sealed class SourceText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly byte[] _bytes;

    private SourceText(string path, byte[] bytes, string text) => (Path, _bytes, Text) = (path, bytes, text);

    public string Path { get; }

    public string Text { get; }

    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Decodes a file; null when it is no UTF-8.</summary>
    public static SourceText? Read(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return new SourceText(path, bytes.ToArray(), Strict.GetString(bytes.Span));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Line and column of an offset in bytes, both from 1; columns count characters.</summary>
    public (int Line, int Column) At(long offset)
    {
        var before = _bytes.AsSpan(0, (int)Math.Clamp(offset, 0, _bytes.Length));
        var start = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[start..]) + 1);
    }

    /// <summary>A problem at an offset in bytes.</summary>
    public BundleProblem Problem(string code, long offset, string message, ProblemSeverity severity = ProblemSeverity.Error)
    {
        var (line, column) = At(offset);
        return new BundleProblem(severity, code, Path, line, column, message);
    }
}
