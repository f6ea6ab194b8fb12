using A2AConsole.Detection.Edges;
using A2AConsole.Detection.Simulation;

namespace A2AConsole.Detection.Tests.Edges;

public sealed class EdgeTests
{
    [Fact]
    public void The_statistic_is_the_published_one()
    {
        // One edge twice in each of nine ticks, then twelve times: a = the decayed count, s = what the ticks before held, t = ticks.
        var stream = new EdgeStream();
        var (a, s) = (0.0, 0.0);
        EdgeScore score = default;
        for (var t = 1; t <= 10; t++)
        {
            if (t > 1)
                (s, a) = (s + a, a / 2);
            for (var i = 0; i < (t < 10 ? 2 : 12); i++)
            {
                a++;
                score = stream.Observe(11, 22, 100 + t);
            }
        }
        var expected = (a + s - a * 10) * (a + s - a * 10) / (s * 9);
        Assert.Equal(expected, score.Statistic, expected * 1e-4);
        Assert.InRange(score.Surprise, 7, 8);
    }

    [Theory]
    [InlineData(3.8415, 0.05)]
    [InlineData(10.828, 0.001)]
    [InlineData(23.928, 1e-6)]
    public void The_statistic_becomes_a_probability(double statistic, double probability)
        => Assert.Equal(-Math.Log10(probability), EdgeStream.ChiSquare(statistic), 0.02);

    [Fact]
    public void A_flood_a_scan_and_a_quiet_stranger_rank_before_ordinary_traffic()
    {
        var trial = new EdgeTrial();
        var chance = new Chance(5);
        for (var minute = 0; minute < 3000; minute++)
        {
            var time = minute.ToString(System.Globalization.CultureInfo.InvariantCulture);
            for (var i = 0; i < 12; i++)
            {
                var source = chance.Below(20);
                trial.Add("s" + source, "t" + (source * 3 + chance.Below(3)) % 40, time, "-");
            }
            if (minute is > 2000 and < 2010)
                for (var i = 0; i < 300; i++)
                    trial.Add("bot", "t7", time, "neptune");
            if (minute is > 2200 and < 2210)
                for (var i = 0; i < 40; i++)
                    trial.Add("s3", "t" + i, time, "ipsweep");
            if (minute is 2500 or 2600 or 2700)
                trial.Add("stranger", "t9", time, "guest");
        }
        var report = trial.Report();
        Assert.InRange(report.PerEdge, 0.95, 1);
        Assert.InRange(report.Probe, 0.85, 1);
        Assert.InRange(report.Quiet, 0.7, 1);
        Assert.InRange(report.PerMinute, report.BurstPerMinute - 0.02, 1);
    }

    [Fact]
    public void The_area_under_the_curve_is_the_chance_that_an_attack_ranks_higher()
    {
        Assert.Equal(1, EdgeTrial.Auc([(1, false), (2, false), (3, true)]));
        Assert.Equal(0.5, EdgeTrial.Auc([(1, false), (1, true)]));
        Assert.Equal(0.25, EdgeTrial.Auc([(1, false), (2, false), (1, true)]));
        Assert.True(double.IsNaN(EdgeTrial.Auc([(1, true)])));
    }

    [Fact]
    public void An_attack_does_not_become_the_norm()
    {
        var stream = new EdgeStream();
        for (var tick = 0; tick < 200; tick++)
            for (var i = 0; i < 3; i++)
                stream.Observe(1, 2, tick);
        double Burst(int tick)
        {
            var most = 0.0;
            for (var i = 0; i < 400; i++)
                most = Math.Max(most, stream.Observe(1, 2, tick).Statistic);
            return most;
        }
        var first = Burst(200);
        for (var tick = 201; tick < 230; tick++)
            Burst(tick);
        Assert.InRange(Burst(230), first / 2, double.MaxValue);
    }

    [Fact]
    public void A_new_peer_surprises_by_how_seldom_new_ones_come()
    {
        var book = new PeerBook();
        for (var i = 0; i < 600; i++)
            book.Observe((ulong)(1 + i % 3), i / 5);
        var known = book.Observe(2, 200);
        var stranger = book.Observe(77, 200);
        Assert.False(known.IsNew);
        Assert.Equal(0, known.NewPeer);
        Assert.True(stranger.IsNew);
        Assert.InRange(stranger.NewPeer, 2, 3);
        Assert.False(book.Observe(77, 201).IsNew);

        // Who addresses somebody new all the time surprises nobody with it.
        var social = new PeerBook();
        for (var i = 0; i < 600; i++)
            social.Observe((ulong)(1000 + i), i / 5);
        Assert.InRange(social.Observe(5, 200).NewPeer, 0, 0.1);
    }

    [Fact]
    public void Fanning_out_is_told_and_not_taken_for_usual()
    {
        var book = new PeerBook();
        var chance = new Chance(4);
        for (var window = 0; window < 200; window++)
            for (var i = 0; i < 5; i++)
                book.Observe((ulong)(1 + chance.Below(3)), window);
        PeerScore Fan(int window)
        {
            PeerScore last = default;
            for (var i = 0; i < 25; i++)
                last = book.Observe((ulong)(500 + i), window);
            return last;
        }
        var first = Fan(300);
        Assert.Equal(25, first.Peers);
        Assert.InRange(first.FanOut, 5, 60);
        for (var window = 301; window < 310; window++)
            Fan(window);
        Assert.InRange(Fan(310).FanOut, 5, first.FanOut * 2);
    }

    [Fact]
    public void Saved_at_any_point_it_scores_as_if_never_stopped()
    {
        foreach (var stop in (int[])[0, 1, 333, 900])
        {
            var (one, other, chance) = (new EdgeJudge(), new EdgeJudge(), new Chance(9));
            var (book, again) = (new PeerBook(), new PeerBook());
            for (var i = 0; i < 1000; i++)
            {
                if (i == stop)
                    (other, again) = (States.Again(other.Save, EdgeJudge.Load), States.Again(again.Save, PeerBook.Load));
                var (source, target) = ((ulong)chance.Below(20), (ulong)chance.Below(100));
                Assert.Equal(one.Observe(source, target, i / 10), other.Observe(source, target, i / 10));
                Assert.Equal(book.Observe(target, i / 10), again.Observe(target, i / 10));
            }
        }
    }

    [Fact]
    public void Damaged_state_is_a_clear_error_and_an_agents_book_is_small()
    {
        var book = new PeerBook();
        for (var i = 0; i < 2000; i++)
            book.Observe((ulong)i, i / 7);
        var state = States.Of(book.Save);
        Assert.InRange(state.Length, 100, 1500);
        States.SurvivesDamage(state, PeerBook.Load, b => b.Observe(5, 2001));
        Assert.Throws<DetectorStateException>(() => States.Load(States.Of(new EdgeJudge().Save)[..5000], EdgeJudge.Load));
    }

    [Fact]
    public void A_clock_that_steps_back_does_not_end_the_tick()
    {
        var (one, other) = (new EdgeStream(), new EdgeStream());
        for (var i = 0; i < 50; i++)
        {
            one.Observe(1, 2, i);
            other.Observe(1, 2, i);
        }
        Assert.Equal(one.Observe(1, 2, 49), other.Observe(1, 2, 3));
    }
}
