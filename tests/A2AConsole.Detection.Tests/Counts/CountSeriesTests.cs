using A2AConsole.Detection.Counts;
using A2AConsole.Detection.Simulation;
using CsCheck;

namespace A2AConsole.Detection.Tests.Counts;

public sealed class CountSeriesTests
{
    private const int Day = 288;

    // A Monday, midnight.
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset At(int bucket) => Monday + bucket * CountSeries.Bucket;

    [Fact]
    public void Eight_times_as_many_is_told_within_the_bucket_and_explained()
    {
        var (series, chance) = Taught(rate: 10, days: 15);
        var now = At(15 * Day);
        Assert.False(series.Peek(now, 14).Raise);
        var score = series.Peek(now + TimeSpan.FromMinutes(2), 80);
        Assert.True(score.Raise, score.ToString());
        Assert.Equal(CountAnomaly.Burst, score.Anomaly);

        score = series.Observe(now, 84);
        Assert.True(score.Raise);
        var why = series.Explain(score);
        Assert.Equal(84, why.Actual);
        Assert.InRange(why.Expected, 8, 12);
        Assert.InRange(why.High, 14, 30);
        Assert.InRange(why.Low, 0, 6);
        Assert.Equal(Basis.AllHours, why.Basis);
        Assert.Equal(now, why.From);
        Assert.True(why.OnceIn > TimeSpan.FromDays(300));
        Assert.NotEqual(0, chance.Uniform());
    }

    [Fact]
    public void Told_once_and_again_only_when_much_worse()
    {
        var (series, _) = Taught(rate: 10, days: 8);
        var told = Enumerable.Range(0, 6).Count(i => series.Observe(At(8 * Day + i), 70).Raise);
        Assert.Equal(1, told);
        Assert.True(series.Observe(At(8 * Day + 6), 900).Raise);
    }

    [Fact]
    public void Silence_is_told_after_hours_but_not_for_one_quiet_bucket()
    {
        var (series, _) = Taught(rate: 4, days: 8);
        var told = -1;
        for (var i = 0; i < 48 && told < 0; i++)
            if (series.Observe(At(8 * Day + i), 0) is { Raise: true, Anomaly: CountAnomaly.Silence })
                told = i;
        Assert.InRange(told, 3, 30);
    }

    [Fact]
    public void Three_percent_a_day_is_told_though_every_bucket_looks_usual()
    {
        foreach (var (percent, kind) in new[] { (3.0, CountAnomaly.DriftUp), (-3.0, CountAnomaly.DriftDown), (0, CountAnomaly.None) })
        {
            var (series, chance) = (new CountSeries(), new Chance(3));
            var found = CountAnomaly.None;
            for (var b = 0; b < 45 * Day; b++)
            {
                var day = Math.Max(0, b / (double)Day - 21);
                var score = series.Observe(At(b), chance.Count(12 * Math.Pow(1 + percent / 100, day), 0.15));
                if (score.Raise && score.Anomaly is CountAnomaly.DriftUp or CountAnomaly.DriftDown)
                    found = score.Anomaly;
            }
            Assert.Equal(kind, found);
        }
    }

    [Fact]
    public void Nothing_is_told_before_it_knows()
    {
        var series = new CountSeries();
        for (var b = 0; b < 2 * Day; b++)
            Assert.False(series.Observe(At(b), b % 100 == 50 ? 500 : 5).Raise);
        Assert.Equal(Knowledge.Learning, series.Observe(At(2 * Day), 5).Knowledge);
    }

    [Fact]
    public void Office_hours_are_learned_and_the_basis_named()
    {
        var (series, chance) = (new CountSeries(), new Chance(8));
        double Rate(int b) => (b / Day % 7 >= 5 ? 0.2 : 1) * (b % Day / 12 is >= 8 and < 18 ? 20 : 1);
        for (var b = 0; b < 21 * Day; b++)
            series.Observe(At(b), chance.Count(Rate(b), 0.1));
        // A Monday's ten o'clock is busy, a night is not: the same count is usual in one, told in the other.
        Assert.Equal(CountAnomaly.None, series.Peek(At(21 * Day) + TimeSpan.FromHours(10), 24).Anomaly);
        var night = series.Observe(At(21 * Day), 40);
        Assert.True(night.Raise);
        Assert.NotEqual(Basis.AllHours, series.Explain(night).Basis);
    }

    [Fact]
    public void An_attack_drawn_out_over_days_raises_the_baseline_by_no_more_than_the_clip_allows()
    {
        var (series, _) = Taught(rate: 10, days: 15);
        var before = series.Mean;
        // Each day as much as goes untold is tried; the bound holds for whatever is sent.
        for (var day = 0; day < 5; day++)
        {
            for (var b = 0; b < Day; b++)
                series.Observe(At((15 + day) * Day + b), 100_000);
            Assert.InRange(series.Mean, before, before * Math.Pow(1.35, day + 1));
        }
    }

    [Fact]
    public void Saved_at_any_point_it_scores_as_if_never_stopped()
        => Gen.Int[1, 9 * Day].Sample(stop =>
        {
            var (one, other, chance) = (new CountSeries(), new CountSeries(), new Chance(stop));
            for (var b = 0; b < 9 * Day + 60; b++)
            {
                var count = chance.Count(b % 900 > 890 ? 60 : 8, 0.2);
                if (b == stop)
                    other = States.Again(other.Save, CountSeries.Load);
                Assert.Equal(one.Observe(At(b), count), other.Observe(At(b), count));
            }
        }, iter: 12);

    [Fact]
    public void A_constant_series_is_silent_and_its_end_is_told()
        => Gen.Int[1, 5000].Sample(value =>
        {
            var series = new CountSeries();
            for (var b = 0; b < 10 * Day; b++)
                Assert.False(series.Observe(At(b), value).Raise);
            var told = Enumerable.Range(0, 48).Any(i => series.Observe(At(10 * Day + i), 0) is { Raise: true, Anomaly: CountAnomaly.Silence });
            Assert.True(told || value < 2);
        }, iter: 10);

    [Fact]
    public void Gaps_backward_clocks_and_nonsense_neither_tell_nor_teach()
    {
        var (one, _) = Taught(rate: 10, days: 8);
        var (other, _) = Taught(rate: 10, days: 8);
        foreach (var count in (double[])[double.NaN, -5, double.PositiveInfinity, 1e300])
            Assert.False(other.Observe(At(8 * Day), count).Raise);
        // The clock steps back by an hour: what comes then was counted already.
        for (var i = 0; i < 12; i++)
            Assert.False(other.Observe(At(8 * Day - 12 + i), 900).Raise);
        Assert.Equal(one.Observe(At(8 * Day), 11), other.Observe(At(8 * Day), 11));
        // A day without observations is no silence, and no catching up when it ends.
        var after = other.Observe(At(9 * Day + 1), 12);
        Assert.Equal(CountAnomaly.None, after.Anomaly);
        Assert.False(after.Raise);
    }

    [Fact]
    public void Ten_times_as_busy_an_agent_is_judged_alike()
        => Gen.Double[1, 40].Sample(rate =>
        {
            var (series, chance) = Taught(rate, days: 9, seed: (long)(rate * 1000));
            Assert.False(series.Peek(At(9 * Day), rate).Raise);
            Assert.True(series.Peek(At(9 * Day), Math.Max(rate * 15, rate + 40)).Raise);
        }, iter: 15);

    [Fact]
    public void Damaged_state_is_a_clear_error()
    {
        var (series, _) = Taught(rate: 10, days: 4);
        States.SurvivesDamage(States.Of(series.Save), CountSeries.Load, s => s.Observe(At(4 * Day), 10));
    }

    [Fact]
    public void State_is_below_two_kilobytes()
    {
        var (series, _) = Taught(rate: 10, days: 8);
        Assert.InRange(States.Of(series.Save).Length, 500, 2048);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fresh = new CountSeries();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 500, 2048);
        GC.KeepAlive(fresh);
    }

    private static (CountSeries Series, Chance Chance) Taught(double rate, int days, long seed = 1)
    {
        var (series, chance) = (new CountSeries(), new Chance(seed));
        for (var b = 0; b < days * Day; b++)
            series.Observe(At(b), chance.Count(rate, 0.08));
        return (series, chance);
    }
}
