using A2AConsole.Detection.Peers;
using A2AConsole.Detection.Simulation;

namespace A2AConsole.Detection.Tests.Peers;

public sealed class PeerModelTests
{
    private static readonly string[] Names = ["messages", "bytes", "money", "refusals", "new peers", "rare types", "attestation", "places"];

    [Fact]
    public void A_gross_outlier_ranks_first_in_whichever_feature_it_is()
    {
        var model = PeerModel.Train(Names, Windows(600, 1))!;
        var others = Windows(200, 2);
        var most = others.Max(w => model.Score(w).Distance);
        for (var i = 0; i < Names.Length; i++)
        {
            var gross = others[i].ToArray();
            gross[i] += 30;
            var score = model.Score(gross);
            Assert.True(score.Distance > most, Names[i]);
            Assert.InRange(score.Surprise, 3, 300);
        }
    }

    [Fact]
    public void An_outlier_among_the_training_windows_is_not_learned()
    {
        var windows = Windows(600, 1);
        for (var i = 0; i < 10; i++)
            windows.Add([0, 0, 40, 0, 0, 40, 0, 0]);
        var model = PeerModel.Train(Names, windows)!;
        Assert.InRange(model.Score([0, 0, 40, 0, 0, 40, 0, 0]).Surprise, 3, 300);
    }

    [Fact]
    public void What_breaks_the_pattern_is_named_first()
    {
        // Messages and bytes go together; bytes alone do not.
        var model = PeerModel.Train(Names, Windows(800, 3))!;
        var score = model.Score([0.2f, 9, 0.1f, 0.1f, 0.2f, 0.1f, 0.1f, 0.1f]);
        Assert.Contains(score.Features[0].Name, (string[])["bytes", "messages"]);
        Assert.Equal(1, score.Features.Sum(f => f.Share), 1e-6);
        Assert.Equal(9, score.Features.Single(f => f.Name == "bytes").Actual);
    }

    [Fact]
    public void The_peers_own_windows_seldom_surprise()
    {
        var model = PeerModel.Train(Names, Windows(800, 4))!;
        Assert.InRange(Windows(2000, 5).Count(w => model.Score(w).Surprise >= 4), 0, 6);
    }

    [Fact]
    public void Too_few_windows_are_not_learned_from_and_broken_ones_left_out()
    {
        Assert.Null(PeerModel.Train(Names, Windows(PeerModel.LeastWindows - 1, 1)));
        var windows = Windows(300, 1);
        windows.Add([float.NaN, 0, 0, 0, 0, 0, 0, 0]);
        windows.Add([1]);
        Assert.InRange(PeerModel.Train(Names, windows)!.TrainedOn, 280, 300);
    }

    [Fact]
    public void A_feature_that_is_always_zero_does_no_harm()
    {
        var windows = Windows(400, 6);
        foreach (var window in windows)
            window[7] = window[6] = 0;
        var model = PeerModel.Train(Names, windows)!;
        Assert.True(double.IsFinite(model.Score(windows[0]).Distance));
        Assert.InRange(model.Score([0, 0, 0, 0, 0, 0, 0, 8]).Surprise, 3, 300);
    }

    [Fact]
    public void The_same_windows_give_the_same_model_and_it_survives_saving()
    {
        var (one, again) = (PeerModel.Train(Names, Windows(400, 7))!, PeerModel.Train(Names, Windows(400, 7))!);
        var loaded = States.Again(one.Save, PeerModel.Load);
        foreach (var window in Windows(50, 8))
        {
            Assert.Equal(one.Score(window).Distance, again.Score(window).Distance);
            Assert.Equal(one.Score(window).Surprise, loaded.Score(window).Surprise);
        }
        States.SurvivesDamage(States.Of(one.Save), PeerModel.Load, m => m.Score(new float[m.Names.Count]));
    }

    [Fact]
    public void A_worse_model_is_not_taken_and_one_can_go_back()
    {
        var versions = new PeerModelVersions();
        var heldOut = Windows(300, 20);
        Assert.False(versions.RollBack());
        var first = versions.Offer(PeerModel.Train(Names, Windows(800, 21))!, heldOut);
        Assert.True(first.Adopted);
        Assert.Null(first.Before);
        var good = versions.Current;

        // Trained while everything was on fire: what is unusual looks usual to it.
        var chance = new Chance(3);
        var burning = Enumerable.Range(0, 400).Select(_ => Names.Select(_ => (float)chance.Between(0, 60)).ToArray()).ToList();
        var worse = versions.Offer(PeerModel.Train(Names, burning)!, heldOut);
        Assert.False(worse.Adopted, worse.ToString());
        Assert.Same(good, versions.Current);

        Assert.True(versions.Offer(PeerModel.Train(Names, Windows(900, 22))!, heldOut).Adopted);
        Assert.Equal(2, versions.Version);
        versions = States.Again(versions.Save, PeerModelVersions.Load);
        Assert.True(versions.RollBack());
        Assert.Equal(3, versions.Version);
        Assert.Equal(good!.Score(heldOut[0]).Distance, versions.Current!.Score(heldOut[0]).Distance);
        Assert.False(versions.RollBack());
    }

    // Exponential surprises as ordinary scores are; messages and bytes move together.
    private static List<float[]> Windows(int count, long seed)
    {
        var chance = new Chance(seed);
        double Surprise() => -Math.Log(chance.Uniform()) * 0.43;
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var busy = Surprise() * 1.5;
            return new[] { busy + 0.1 * Surprise(), busy + 0.1 * Surprise(), Surprise(), Surprise(), chance.Uniform() < 0.2 ? Surprise() : 0, chance.Uniform() < 0.2 ? Surprise() : 0, Surprise() / 2, chance.Uniform() < 0.1 ? Surprise() : 0 }.Select(v => (float)v).ToArray();
        })];
    }
}
