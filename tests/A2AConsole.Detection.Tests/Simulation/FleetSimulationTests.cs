using A2AConsole.Detection.Simulation;

namespace A2AConsole.Detection.Tests.Simulation;

public sealed class FleetSimulationTests
{
    [Fact]
    public void A_small_fleet_is_quiet_and_its_attacks_are_found()
    {
        var report = FleetSimulation.Run(1200, 14, seed: 11);
        // 100 a day at 100,000 agents are 1.2 here; five would be another detector.
        Assert.InRange(report.FalseAlertsPerDay, 0, 5);
        Assert.InRange(report.All.SilenceRecall, 0.93, 1);
        Assert.InRange(report.All.BurstRecall, 0.65, 1);
        Assert.Equal(report.All.Bursts, report.ByRate.Sum(b => b.Bursts));
        Assert.Equal(1200, report.ByFamily.Sum(b => b.Agents));
    }

    [Fact]
    public void The_same_seed_gives_the_same_fleet_on_any_number_of_workers()
        => Assert.Equivalent(FleetSimulation.Run(60, 9, seed: 4, workers: 1), FleetSimulation.Run(60, 9, seed: 4, workers: 3), strict: true);

    [Theory]
    [InlineData(0.7, 0.3)]
    [InlineData(40, 0.1)]
    public void Counts_have_the_mean_and_variance_they_are_said_to_have(double mean, double dispersion)
    {
        var chance = new Chance(3);
        var values = Enumerable.Range(0, 200_000).Select(_ => (double)chance.Count(mean, dispersion)).ToList();
        var average = values.Average();
        var variance = values.Average(v => (v - average) * (v - average));
        Assert.InRange(average / mean, 0.98, 1.02);
        Assert.InRange(variance / (mean + dispersion * mean * mean), 0.95, 1.05);
    }

    [Fact]
    public void Every_family_has_an_average_course_of_one()
    {
        foreach (var number in Enumerable.Range(0, 6))
        {
            var agent = new FleetAgent(9, number);
            Assert.InRange(Enumerable.Range(0, 7 * FleetAgent.BucketsADay).Average(b => agent.Course(b)), 0.97, 1.03);
        }
    }
}
