using A2AConsole.Web.Shared;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Web.Tests.Shared;

public sealed class ComponentTests : BunitContext
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 4, 30, 0, TimeSpan.Zero);

    public ComponentTests() => Services.AddSingleton<TimeProvider>(new FakeTimeProvider(Now));

    [Theory]
    [InlineData(Verdict.Admitted, "Admitted")]
    [InlineData(Verdict.Refused, "Refused")]
    [InlineData(Verdict.Held, "Held")]
    [InlineData(Verdict.Unknown, "Unknown")]
    public void A_verdict_is_a_word_and_an_icon_never_colour_alone(Verdict verdict, string word)
    {
        var badge = Render<VerdictBadge>(p => p.Add(b => b.Is, verdict));
        Assert.Equal(word, badge.Find(".verdict").TextContent);
        Assert.NotEmpty(badge.Find("svg").InnerHtml);
    }

    [Theory]
    [InlineData(19, "fresh", "41 min left")]
    [InlineData(42, "renew", "18 min left")]
    [InlineData(52, "late", "8 min left")]
    [InlineData(65, "over", "expired 5 min ago")]
    public void A_certificates_life_is_said_and_its_phase_marked(int minutesUsed, string phase, string words)
    {
        var bar = Render<LifeBar>(p => p.Add(b => b.NotBefore, Now.AddMinutes(-minutesUsed)).Add(b => b.NotAfter, Now.AddMinutes(60 - minutesUsed)));
        Assert.Equal(phase, bar.Find(".life").GetAttribute("data-phase"));
        Assert.StartsWith(words, bar.Find(".life-left").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_has_a_sentence_a_unit_and_a_table_that_says_the_same()
    {
        var points = Enumerable.Range(0, 60).Select(i => new ChartPoint(Now.AddMinutes(i - 60), TimeSpan.FromMinutes(1), i % 3 == 0 ? i : 0)).ToArray();
        var chart = Render<Bars>(p => p.Add(c => c.Title, "What came").Add(c => c.Unit, "events a minute").Add(c => c.Points, points).Add(c => c.HrefOf, x => "/at/" + x.Start.Minute));
        Assert.Equal("What came", chart.Find("svg").GetAttribute("aria-label"));
        Assert.Equal(points.Count(p => p.Value > 0), chart.FindAll("rect.bar").Count);
        Assert.Equal(points.Where(p => p.Value > 0).Select(p => p.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)).Reverse(),
            chart.FindAll("tbody td.number").Select(c => c.TextContent));
        Assert.Equal(points.Count(p => p.Value > 0), chart.FindAll("tbody a").Count);
    }

    [Fact]
    public void A_short_id_shows_the_whole_on_hover_and_copies_the_whole()
    {
        var id = new string('a', 40) + "zz";
        var shown = Render<ShortId>(p => p.Add(s => s.Value, id));
        Assert.Equal(id, shown.Find("span[title]").GetAttribute("title"));
        Assert.Equal(id, shown.Find("button").GetAttribute("data-copy"));
    }
}
