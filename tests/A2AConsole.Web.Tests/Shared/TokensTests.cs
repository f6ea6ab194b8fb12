using System.Globalization;
using System.Text.RegularExpressions;

namespace A2AConsole.Web.Tests.Shared;

/// <summary>The colours' contrast (WCAG 2.2, 1.4.3 and 1.4.6), read from the stylesheet that is shipped.</summary>
public sealed partial class TokensTests
{
    private static readonly Dictionary<string, string[]> Tokens = Read();

    [Theory]
    [InlineData("text", "surface", 7)]
    [InlineData("text", "hover", 7)]
    [InlineData("text", "selected", 7)]
    [InlineData("text-2", "surface", 7)]
    [InlineData("text-2", "hover", 7)]
    [InlineData("text-2", "bg", 7)]
    [InlineData("text-3", "surface", 4.5)]
    [InlineData("text-3", "bg", 4.5)]
    [InlineData("accent", "surface", 4.5)]
    [InlineData("accent", "selected", 4.5)]
    [InlineData("accent", "bg", 4.5)]
    [InlineData("on-accent", "accent-fill", 4.5)]
    [InlineData("admitted", "admitted-tint", 7)]
    [InlineData("refused", "refused-tint", 7)]
    [InlineData("held", "held-tint", 7)]
    [InlineData("unknown", "unknown-tint", 7)]
    [InlineData("admitted", "surface", 7)]
    [InlineData("refused", "surface", 7)]
    [InlineData("production", "production-tint", 7)]
    [InlineData("line-strong", "surface", 3)]
    [InlineData("admitted-fill", "surface", 3)]
    [InlineData("refused-fill", "surface", 3)]
    [InlineData("focus", "bg", 3)]
    public void Colours_can_be_told_apart_in_light_and_dark(string fore, string back, double least)
    {
        for (var scheme = 0; scheme < 2; scheme++)
        {
            var ratio = Contrast(Of(fore, scheme), Of(back, scheme));
            Assert.True(ratio >= least, string.Create(CultureInfo.InvariantCulture, $"{fore} on {back} in {(scheme == 0 ? "light" : "dark")}: {ratio:0.00}, wanted {least}"));
        }
    }

    private static string Of(string token, int scheme) => Tokens[token] is var colours && colours.Length == 1 ? colours[0] : colours[scheme];

    private static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var c = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Channel(0) + 0.7152 * Channel(2) + 0.0722 * Channel(4);
    }

    private static Dictionary<string, string[]> Read()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "A2AConsole.sln")))
            directory = directory.Parent!;
        var css = File.ReadAllText(Path.Combine(directory.FullName, "src", "A2AConsole.Web", "wwwroot", "css", "tokens.css"));
        return Token().Matches(css).ToDictionary(m => m.Groups[1].Value, m => m.Groups[3].Success ? new[] { m.Groups[2].Value, m.Groups[3].Value } : [m.Groups[2].Value]);
    }

    [GeneratedRegex(@"--([a-z0-9-]+): (?:light-dark\()?#([0-9a-f]{6})(?:, #([0-9a-f]{6})\))?;")]
    private static partial Regex Token();
}
