using A2AConsole.Detection.Ranking;
using A2AConsole.Detection.Simulation;

namespace A2AConsole.Detection.Tests.Ranking;

public sealed class TriageRankerTests
{
    private static readonly string[] Names = ["surprise", "tier", "corroborated", "hour"];

    [Fact]
    public void It_ranks_as_the_analysts_judged_and_says_why()
    {
        using var ranker = TriageRanker.Train(Names, Verdicts(200, 1))!;
        Assert.InRange(ranker.Area, 0.8, 1);
        var (grave, idle) = (ranker.Rank([9, 3, 1, 3]), ranker.Rank([5, 0, 0, 3]));
        Assert.True(grave.Probability > 0.7 && idle.Probability < 0.3, $"{grave.Probability} {idle.Probability}");
        Assert.Contains(grave.Features[0].Name, (string[])["corroborated", "tier"]);
        Assert.True(grave.Features[0].Contribution > 0);
        Assert.True(idle.Features[0].Contribution < 0);
    }

    [Fact]
    public void It_says_nothing_before_it_knows()
    {
        Assert.Null(TriageRanker.Train(Names, Verdicts(TriageRanker.LeastVerdicts - 1, 1)));
        Assert.Null(TriageRanker.Train(Names, [.. Verdicts(200, 1).Select(v => v with { WasTrue = true })]));
        // Verdicts at random teach nothing, and it notices.
        var chance = new Chance(4);
        Assert.Null(TriageRanker.Train(Names, [.. Verdicts(120, 2).Select((v, i) => v with { WasTrue = i % 2 == 0, Features = [.. Names.Select(_ => 1f)] })]));
        Assert.NotEqual(0, chance.Uniform());
    }

    [Fact]
    public void Saved_and_loaded_it_ranks_alike()
    {
        using var ranker = TriageRanker.Train(Names, Verdicts(120, 3))!;
        var state = States.Of(ranker.Save);
        using var loaded = States.Load(state, TriageRanker.Load);
        foreach (var verdict in Verdicts(20, 4))
        {
            Assert.Equal(ranker.Rank(verdict.Features).Probability, loaded.Rank(verdict.Features).Probability);
            Assert.Equal(ranker.Rank(verdict.Features).Features, loaded.Rank(verdict.Features).Features);
        }
        Assert.Equal((ranker.Verdicts, ranker.Area), (loaded.Verdicts, loaded.Area));
        foreach (var length in (int[])[0, 1, 10, state.Length / 2, state.Length - 1])
            Assert.Throws<DetectorStateException>(() => States.Load(state[..length], TriageRanker.Load));
    }

    [Fact]
    public void The_same_verdicts_give_the_same_ranks_and_nonsense_counts_as_nothing()
    {
        using var one = TriageRanker.Train(Names, Verdicts(120, 3))!;
        using var again = TriageRanker.Train(Names, Verdicts(120, 3))!;
        Assert.Equal(one.Rank([6, 2, 1, 9]).Probability, again.Rank([6, 2, 1, 9]).Probability);
        Assert.Equal(one.Rank([0, 2, 1, 9]).Probability, one.Rank([float.NaN, 2, 1, 9]).Probability);
    }

    // Analysts here call true what is corroborated or of a high tier; one in twelve errs.
    private static List<JudgedAlert> Verdicts(int count, long seed)
    {
        var chance = new Chance(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var features = new[] { (float)chance.Between(5, 15), chance.Below(4), chance.Below(2), chance.Below(24) };
            var isTrue = features[1] + 2 * features[2] >= 3;
            return new JudgedAlert(features, chance.Uniform() < 1 / 12.0 ? !isTrue : isTrue);
        })];
    }
}
