using A2AConsole.Detection.Continuous;
using A2AConsole.Detection.Simulation;
using CsCheck;

namespace A2AConsole.Detection.Tests.Continuous;

public sealed class ValueSeriesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset At(int i) => Start + TimeSpan.FromMinutes(5 * i);

    private static double Usual(ref Chance chance, int i, double scale = 1, double shift = 0)
        => shift + scale * (100 + 20 * Math.Cos(i % 288 * Math.PI / 144) + 3 * chance.Normal());

    private static ValueSeries Taught(int points, double scale = 1, double shift = 0)
    {
        var (series, chance) = (new ValueSeries(), new Chance(6));
        for (var i = 0; i < points; i++)
            series.Observe(At(i), Usual(ref chance, i, scale, shift));
        return series;
    }

    [Fact]
    public void A_value_beyond_all_is_told_once_with_its_range()
    {
        var series = Taught(2000);
        var score = series.Observe(At(2000), 400);
        Assert.True(score.Raise, score.ToString());
        Assert.Equal(ValueView.Range, score.View);
        var why = series.Explain()!;
        Assert.Equal(400, why.Actual);
        Assert.InRange(why.Greatest, 115, 140);
        Assert.False(series.Observe(At(2001), 400).Raise);
    }

    [Fact]
    public void A_level_that_moves_within_the_range_is_found_by_its_level()
    {
        var (series, chance) = (new ValueSeries(), new Chance(2));
        for (var i = 0; i < 3000; i++)
            series.Observe(At(i), 100 + 3 * chance.Normal() + (i % 700 == 350 ? 40 : 0));
        var best = new ValueScore();
        for (var i = 3000; i < 3060; i++)
            if (series.Observe(At(i), 115 + 3 * chance.Normal()) is var score && score.Surprise > best.Surprise)
                best = score;
        Assert.Equal(ValueView.Level, best.View);
        Assert.InRange(best.Surprise, 3, 20);
    }

    [Fact]
    public void Units_do_not_matter()
        => Gen.Select(Gen.Double[0.001, 1e6], Gen.Double[-1e6, 1e6]).Sample((scale, shift) =>
        {
            var (one, other) = (Taught(1200), Taught(1200, scale, shift));
            var (a, b) = (one.Observe(At(1200), 300), other.Observe(At(1200), shift + 300 * scale));
            Assert.Equal(a.Raise, b.Raise);
            Assert.InRange(b.Surprise - a.Surprise, -0.7, 0.7);
        }, iter: 15);

    [Fact]
    public void Ordinary_days_are_quiet()
    {
        var (series, chance, told) = (new ValueSeries(), new Chance(12), 0);
        for (var i = 0; i < 28 * 288; i++)
            told += series.Observe(At(i), Usual(ref chance, i)).Raise ? 1 : 0;
        Assert.InRange(told, 0, 1);
    }

    [Fact]
    public void Saved_at_any_point_it_scores_as_if_never_stopped()
        => Gen.Int[0, 1500].Sample(stop =>
        {
            var (one, other, chance) = (new ValueSeries(), new ValueSeries(), new Chance(stop));
            for (var i = 0; i < 1600; i++)
            {
                var value = Usual(ref chance, i) + (i % 400 == 399 ? 90 : 0);
                if (i == stop)
                    other = States.Again(other.Save, ValueSeries.Load);
                Assert.Equal(one.Observe(At(i), value), other.Observe(At(i), value));
            }
        }, iter: 15);

    [Fact]
    public void A_constant_is_silent_until_it_moves()
        => Gen.Double[-1e9, 1e9].Sample(value =>
        {
            var series = new ValueSeries();
            for (var i = 0; i < 600; i++)
                Assert.Equal(0, series.Observe(At(i), value).Surprise, 1e-9);
            Assert.True(series.Observe(At(600), value + Math.Max(1, Math.Abs(value))).Raise);
        }, iter: 20);

    [Fact]
    public void Gaps_backward_clocks_and_nonsense_neither_tell_nor_teach()
    {
        var (one, other) = (Taught(900), Taught(900));
        foreach (var value in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e200])
            Assert.Equal(0, other.Observe(At(900), value).Surprise);
        Assert.Equal(0, other.Observe(At(100), 5000).Surprise);
        Assert.Equal(one.Observe(At(900), 120), other.Observe(At(900), 120));
    }

    [Fact]
    public void What_is_far_off_does_not_become_usual_at_once()
    {
        var series = Taught(3000);
        for (var i = 0; i < 20; i++)
            series.Observe(At(3000 + i), 10_000);
        // A day later the same half hour is expected where it was before the attack.
        series.Observe(At(3000 + 288), 100);
        Assert.InRange(series.Explain()!.Expected, 50, 200);
    }

    [Fact]
    public void Damaged_state_is_a_clear_error_and_state_is_small()
    {
        var state = States.Of(Taught(800).Save);
        Assert.InRange(state.Length, 500, 2560);
        States.SurvivesDamage(state, ValueSeries.Load, s => s.Observe(At(800), 100));
    }
}
