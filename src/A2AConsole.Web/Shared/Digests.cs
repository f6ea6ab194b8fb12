using System.Text.RegularExpressions;

namespace A2AConsole.Web.Shared;

/// <summary>Digests in sentences: too long to be read, so they are shortened there and can be copied whole.</summary>
public static partial class Digests
{
    // Wide enough to tell two apart, short enough for a sentence.
    private const int Keep = 15;

    /// <summary>The sentence with its digests shortened in the middle.</summary>
    public static string Shorten(string sentence) => Digest().Replace(sentence, m => ShortId.Shorten(m.Value, Keep));

    /// <summary>The digests in a sentence, each once, in their order.</summary>
    public static IReadOnlyList<string> In(string sentence) => [.. Digest().Matches(sentence).Select(m => m.Value).Distinct()];

    // SHA-1 to SHA-512 in hex; shorter runs are serials and ids that one can read.
    [GeneratedRegex("(?<![0-9A-Za-z])[0-9a-fA-F]{40,128}(?![0-9A-Za-z])")]
    private static partial Regex Digest();
}
