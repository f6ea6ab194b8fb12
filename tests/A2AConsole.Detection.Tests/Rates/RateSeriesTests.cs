using A2AConsole.Detection.Rates;
using A2AConsole.Detection.Simulation;

namespace A2AConsole.Detection.Tests.Rates;

public sealed class RateSeriesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1, 1, 1, 0.5)]
    [InlineData(2, 2, 1, 1, 1 / 3.0)]
    [InlineData(5, 10, 1, 1, 6 / 11.0)]
    public void The_tail_is_the_beta_binomials(int failures, int trials, double alpha, double beta, double probability)
        => Assert.Equal(-Math.Log10(probability), BetaBinomial.Tail(failures, trials, alpha, beta), 1e-9);

    [Fact]
    public void A_well_known_rate_gives_the_binomial_tail()
        => Assert.Equal(-Math.Log10(1 - Math.Pow(0.99, 20) - 20 * 0.01 * Math.Pow(0.99, 19)), BetaBinomial.Tail(2, 20, 1e6, 99e6), 1e-3);

    [Fact]
    public void Failures_one_after_the_other_are_told_once_within_an_hour()
    {
        var series = Taught(0.01, 600);
        var told = new List<RateScore>();
        for (var i = 0; i < 6; i++)
            if (series.Observe(Start.AddHours(601).AddSeconds(i * 20), true) is { Raise: true } score)
                told.Add(score);
        Assert.InRange(told.Count, 1, 2);
        Assert.InRange(told[0].Failures, 2, 4);
    }

    [Fact]
    public void A_burst_across_a_role_is_told_though_others_succeed_between()
    {
        var (series, chance) = (Taught(0.02, 800), new Chance(8));
        var told = false;
        for (var i = 0; i < 60 && !told; i++)
            told = series.Observe(Start.AddHours(801).AddSeconds(i * 30), chance.Uniform() < 0.4) is { Raise: true, Anomaly: RateAnomaly.Burst };
        Assert.True(told);
    }

    [Fact]
    public void A_rate_that_trebled_is_told_by_its_drift_where_no_hour_is_unusual()
    {
        var series = Taught(0.02, 1000);
        var chance = new Chance(3);
        var kinds = new HashSet<RateAnomaly>();
        for (var i = 0; i < 800; i++)
            if (series.Observe(Start.AddHours(1001 + i), chance.Uniform() < 0.08) is { Raise: true } score)
                kinds.Add(score.Anomaly);
        Assert.Contains(RateAnomaly.Drift, kinds);
    }

    [Fact]
    public void An_ordinary_rate_is_quiet()
    {
        var (series, chance, told) = (new RateSeries(), new Chance(17), 0);
        for (var i = 0; i < 20_000; i++)
            told += series.Observe(Start.AddMinutes(10 * i), chance.Uniform() < 0.03).Raise ? 1 : 0;
        Assert.InRange(told, 0, 2);
    }

    [Fact]
    public void Failing_for_days_does_not_become_usual_at_once()
    {
        var series = Taught(0.01, 900);
        var before = series.Usual;
        for (var i = 0; i < 200; i++)
            series.Observe(Start.AddHours(901).AddMinutes(i), true);
        Assert.InRange(series.Usual, before, 4 * before + 0.03);
    }

    [Fact]
    public void Saved_at_any_point_it_scores_as_if_never_stopped()
    {
        foreach (var stop in (int[])[0, 1, 77, 499])
        {
            var (one, other, chance) = (new RateSeries(), new RateSeries(), new Chance(2));
            for (var i = 0; i < 600; i++)
            {
                var failed = chance.Uniform() < (i > 450 ? 0.5 : 0.05);
                if (i == stop)
                    other = States.Again(other.Save, RateSeries.Load);
                // The clock steps back now and then.
                var time = Start.AddMinutes(3 * (i % 50 == 49 ? i - 40 : i));
                Assert.Equal(one.Observe(time, failed), other.Observe(time, failed));
            }
        }
    }

    [Fact]
    public void Damaged_state_is_a_clear_error()
        => States.SurvivesDamage(States.Of(Taught(0.05, 100).Save), RateSeries.Load, s => s.Observe(Start.AddHours(200), true));

    private static RateSeries Taught(double rate, int trials)
    {
        var (series, chance) = (new RateSeries(), new Chance(11));
        for (var i = 0; i < trials; i++)
            series.Observe(Start.AddHours(i), chance.Uniform() < rate);
        return series;
    }
}
