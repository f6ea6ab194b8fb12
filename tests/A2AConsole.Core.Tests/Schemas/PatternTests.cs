using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using A2AConsole.Core.Schemas;
using CsCheck;

namespace A2AConsole.Core.Tests.Schemas;

public sealed class PatternTests
{
    /// <summary>Every pattern of our schemas, and shapes that they do not use yet.</summary>
    private static readonly string[] Patterns =
    [
        .. SchemaRegistry.Default.All.Select(s => s.Json).SelectMany(Found).Distinct(),
        "^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,4})?$", "^[0-9]{6}([0-9]{2}){0,2}$", "^[A-Za-z0-9._:-]{1,64}$",
        "^spiffe://[a-z0-9.-]+/env/(prod|stage|partner|test)/role/[a-z0-9-]+/agent/[a-z0-9-]+$",
        "^$", "^a*$", "^(a|b|)c?$", "^(ab|a)(bc|c)*$", "^((a{2}b?){1,2}|c)+$", "^a{0}b$", "^a{2,}$", "^[a\\]\\-b]+$", "^[-a]b$", "^(a+)+b$", "^\\^\\$\\(\\)$",
    ];

    [Fact]
    public void A_pattern_matches_what_the_frameworks_engine_matches()
    {
        // Its $ also matches before a final line feed: \z is what the standard means.
        var oracles = Patterns.Select(p => (Source: p, Ours: SchemaPattern.Compile(p), Theirs: new Regex($"{p[..^1]}\\z", RegexOptions.CultureInvariant))).ToArray();
        var letters = "ab-c019.:_AZ/\n é()^$]".ToCharArray();
        var text = Gen.Int[0, letters.Length - 1].Select(i => letters[i]).Array[0, 12].Select(a => new string(a));
        Gen.Select(Gen.Int[0, oracles.Length - 1], text).Sample((i, sample) => Agree(oracles[i].Ours, oracles[i].Theirs, sample), iter: 20_000);
        // Random text hardly ever matches: so also what does, with one character changed.
        string[] near = ["18450.00", "-0.5", "847130", "84713000", "m-1:x", "spiffe://a.b/env/prod/role/r/agent/x", "2026-W48", "sha256:" + new string('a', 64), "aab", "aabaab", "abcbc", "2026-11-23T09:00:00Z"];
        Gen.Select(Gen.Int[0, oracles.Length - 1], Gen.Int[0, near.Length - 1], Gen.Int[0, 80], Gen.Int[0, letters.Length - 1]).Sample((i, n, at, c) =>
        {
            var sample = near[n];
            if (at < sample.Length)
                sample = sample[..at] + letters[c] + sample[(at + c % 2)..];
            return Agree(oracles[i].Ours, oracles[i].Theirs, sample);
        }, iter: 20_000);

        static bool Agree(SchemaPattern ours, Regex theirs, string text) => ours.IsMatch(Encoding.UTF8.GetBytes(text)) == theirs.IsMatch(text);
    }

    [Fact]
    public void A_final_line_feed_does_not_match() => Assert.False(SchemaPattern.Compile("^[A-Z]{3}$").IsMatch("EUR\n"u8));

    [Fact]
    public void A_pattern_that_makes_others_backtrack_takes_linear_time()
    {
        var pattern = SchemaPattern.Compile("^(a+)+b$");
        var text = new byte[1_000_000];
        Array.Fill(text, (byte)'a');
        var watch = Stopwatch.StartNew();
        Assert.False(pattern.IsMatch(text));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("^")]
    [InlineData("a")]
    [InlineData("^a")]
    [InlineData("a$")]
    [InlineData("^a|b$")]
    [InlineData("^a.b$")]
    [InlineData("^\\d$")]
    [InlineData("^\\w$")]
    [InlineData("^\\$")]
    [InlineData("^[^a]$")]
    [InlineData("^[]$")]
    [InlineData("^[b-a]$")]
    [InlineData("^[a$")]
    [InlineData("^[[:alpha:]]$")]
    [InlineData("^(a$")]
    [InlineData("^a)$")]
    [InlineData("^(?:a)$")]
    [InlineData("^(?=a)$")]
    [InlineData("^(a)\\1$")]
    [InlineData("^*$")]
    [InlineData("^a**$")]
    [InlineData("^a*?$")]
    [InlineData("^a++$")]
    [InlineData("^a{2}{3}$")]
    [InlineData("^a{$")]
    [InlineData("^a{,2}$")]
    [InlineData("^a{3,2}$")]
    [InlineData("^a{1001}$")]
    [InlineData("^a{1000}{1000}$")]
    [InlineData("^((a{100}){100}){100}$")]
    [InlineData("^a$b$")]
    [InlineData("^é$")]
    [InlineData("^(a|b)*a(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)$")]
    public void Other_patterns_are_refused(string pattern) => Assert.Throws<FormatException>(() => SchemaPattern.Compile(pattern));

    private static IEnumerable<string> Found(string json)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return [.. Walk(document.RootElement)];

        static IEnumerable<string> Walk(System.Text.Json.JsonElement element)
        {
            if (element.ValueKind != System.Text.Json.JsonValueKind.Object)
                yield break;
            foreach (var member in element.EnumerateObject())
            {
                if (member.NameEquals("pattern") && member.Value.ValueKind == System.Text.Json.JsonValueKind.String)
                    yield return member.Value.GetString()!;
                foreach (var inner in Walk(member.Value))
                    yield return inner;
            }
        }
    }
}
