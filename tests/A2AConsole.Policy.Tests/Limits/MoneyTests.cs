using System.Globalization;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Limits;
using CsCheck;

namespace A2AConsole.Policy.Tests.Limits;

/// <summary>Amounts are exact or refused, and conversion never lets one slip below a threshold.</summary>
public sealed class MoneyTests
{
    [Theory]
    [InlineData("18450.00", "EUR", 1_845_000)]
    [InlineData("18450", "EUR", 1_845_000)]
    [InlineData("0.5", "EUR", 50)]
    [InlineData("-0.01", "EUR", -1)]
    [InlineData("100", "JPY", 100)]
    [InlineData("1.234", "KWD", 1_234)]
    [InlineData("92233720368547758.07", "EUR", long.MaxValue)]
    public void Amounts(string amount, string currency, long minor)
    {
        Assert.True(MinorUnits.TryParse(amount, currency, out var parsed, out var error), error);
        Assert.Equal(minor, parsed);
    }

    [Theory]
    [InlineData("1.005", "EUR")]
    [InlineData("1.0", "JPY")]
    [InlineData("92233720368547758.08", "EUR")]
    [InlineData("1e3", "EUR")]
    [InlineData("1,000", "EUR")]
    [InlineData("+1", "EUR")]
    [InlineData("007", "EUR")]
    [InlineData(".5", "EUR")]
    [InlineData("5.", "EUR")]
    [InlineData("--5", "EUR")]
    [InlineData(" 5", "EUR")]
    [InlineData("٥", "EUR")]
    [InlineData("", "EUR")]
    [InlineData(null, "EUR")]
    [InlineData("5", "eur")]
    [InlineData("5", "XXX")]
    [InlineData("5", null)]
    public void What_is_no_amount(string? amount, string? currency) => Assert.False(MinorUnits.TryParse(amount, currency, out _, out _));

    [Fact]
    public void Parsing_undoes_writing() => Gen.Long.Sample(minor =>
    {
        var text = (minor / 100m).ToString("0.00", CultureInfo.InvariantCulture);
        Assert.True(MinorUnits.TryParse(text, "EUR", out var parsed, out _));
        Assert.Equal(minor, parsed);
    });

    [Fact]
    public void Conversion_rounds_away_from_zero() => Gen.Select(Gen.Long[-1_000_000_000_000, 1_000_000_000_000], Gen.Int[1, 2_000_000]).Sample((minor, millionths) =>
    {
        var rate = millionths / 1_000_000m;
        var converted = MinorUnits.Convert(minor, "USD", "EUR", rate)!.Value;
        Assert.True(Math.Abs(converted) >= Math.Abs(minor * rate) && Math.Abs(converted) < Math.Abs(minor * rate) + 1);
        Assert.Equal(MinorUnits.Convert(minor, "USD", "KWD", rate)!.Value, minor >= 0 ? decimal.Ceiling(minor * rate * 10) : decimal.Floor(minor * rate * 10));
    });

    [Fact]
    public void A_cost_that_cannot_be_told_in_the_bundles_currency_is_refused()
    {
        var manifest = Cedar.SupplyChain.Manifest;
        Assert.Equal(0, MessageFacts.CostIn(manifest, null, out _));
        Assert.Equal(100_00, MessageFacts.CostIn(manifest, new Money("100.00", "EUR"), out _));
        Assert.Equal(95_01, MessageFacts.CostIn(manifest, new Money("100.01", "USD"), out _));
        foreach (var bad in (Money[])[new("100.00", "JPY"), new("100.00", "SEK"), new("-1", "EUR"), new("x", "EUR"), new("92233720368547758.07", "GBP")])
        {
            Assert.Null(MessageFacts.CostIn(manifest, bad, out var error));
            Assert.False(string.IsNullOrEmpty(error));
        }
    }

    [Fact]
    public async Task An_order_split_below_the_threshold_does_not_pass()
    {
        // Each part alone is allowed (below 500.00 EUR); together they are not.
        var template = Cedar.SupplyChain.Tests.Single(t => t.Name == "low tier executes").Request;
        var grant = ((PolicyValue.Reference)template.Context.Members["grant"]).Uid;
        var window = new SpendWindow(TimeSpan.FromDays(1));
        var verdicts = new List<PolicyVerdict>();
        for (var i = 0; i < 21; i++)
        {
            var now = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero).AddMinutes(i);
            var cost = MessageFacts.CostIn(Cedar.SupplyChain.Manifest, new Money("499.99", "EUR"), out _)!.Value;
            window.Add(new SpendEntry($"m{i}", now, cost));
            var facts = new MessageFacts(now, "prod", "T-7", Risk: 0, cost, window.Total(now), grant);
            verdicts.Add((await Cedar.Decider.DecideAsync(template with { Context = facts.ToContext() })).Verdict);
        }
        Assert.Equal(Enumerable.Repeat(PolicyVerdict.Allow, 3), verdicts.Take(3));
        Assert.All(verdicts.Skip(3).Take(17), v => Assert.Equal(PolicyVerdict.Verify, v));
        Assert.Equal(PolicyVerdict.Human, verdicts[20]);
    }
}
