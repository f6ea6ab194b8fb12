using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Tests.Shared;

public sealed class WordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 4, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("15m", 15)]
    [InlineData("1h", 60)]
    [InlineData("7d", 10_080)]
    [InlineData("nonsense", 60)]
    [InlineData("9999999999h", 60)]
    [InlineData("2026-11-23T05:00:00Z..2026-11-23T04:00:00Z", 60)]
    public void A_range_that_can_be_read_moves_with_the_clock_and_any_other_is_the_default(string text, int minutes)
    {
        var (from, to) = TimeRange.Parse(text).Bounds(Now);
        Assert.Equal(TimeSpan.FromMinutes(minutes), Now - from);
        Assert.Null(to);
    }

    [Fact]
    public void A_fixed_range_stands_still_and_says_so()
    {
        var range = TimeRange.Parse(TimeRange.Between(Now.AddHours(-2), Now.AddHours(-1)).Text);
        Assert.False(range.IsLive);
        Assert.Equal((Now.AddHours(-2), (DateTimeOffset?)Now.AddHours(-1)), range.Bounds(Now));
        Assert.Equal("23 Nov 02:30 to 03:30 UTC", range.Words);
    }

    [Theory]
    [InlineData("short", 18, "short")]
    [InlineData("0123456789abcdef0123456789abcdef", 18, "0123456789ab…bcdef")]
    [InlineData("spiffe://acme.example/env/production/role/planner/agent/forecast", 18, "production/forecast")]
    public void Ids_are_shortened_in_the_middle_and_agents_to_what_tells_them_apart(string id, int keep, string expected)
        => Assert.Equal(expected, ShortId.Shorten(id, keep));

    [Theory]
    [InlineData(0, "now")]
    [InlineData(12, "12 s ago")]
    [InlineData(185, "3 min ago")]
    [InlineData(7200, "2 h ago")]
    [InlineData(200_000, "2 days ago")]
    [InlineData(-300, "in 5 min")]
    public void Times_are_said_relative(int seconds, string expected) => Assert.Equal(expected, Durations.Ago(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 10)]
    [InlineData(33, 40)]
    [InlineData(168, 200)]
    [InlineData(4_100, 5_000)]
    [InlineData(99_999, 100_000)]
    public void An_axis_ends_at_a_round_number(long value, long top) => Assert.Equal(top, ChartScale.Top(value));

    [Fact]
    public void Every_refusal_has_a_title_a_check_and_something_to_do()
        => Assert.All(Refusal.All, r =>
        {
            Assert.NotEqual("", RefusalWords.WhatToDo(r.Text));
            Assert.Equal(r.Title, RefusalWords.Title(r.Text));
            Assert.NotEqual("", RefusalWords.Question(r.Check));
        });

    [Fact]
    public void Every_kind_of_leaf_has_words()
        => Assert.All(Enum.GetValues<LeafKind>(), kind => Assert.All(Enum.GetValues<LeafVerdict>(), verdict =>
        {
            Assert.NotEqual("", LeafWords.Name(kind));
            Assert.NotEqual("", LeafWords.Count(kind, verdict, 2));
        }));

    [Fact]
    public void An_agents_address_is_its_identity()
        => Assert.Equal("/agents/production/planner/forecast", Links.Agent("spiffe://acme.example/env/production/role/planner/agent/forecast"));
}
