using System.Globalization;
using A2AConsole.Demo.Week;

namespace A2AConsole.Detection.Tests.Pipeline;

/// <summary>The demo world in simulated time: a quiet week with a hundred agents, and then every scripted attack.</summary>
public sealed class DemoWeekTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_scripted_attack_is_told_within_a_minute_and_a_quiet_week_is_quiet()
    {
        var report = new DemoWeek(seed: 1).Run(cancellationToken: TestContext.Current.CancellationToken);
        foreach (var attack in report.Attacks)
            output.WriteLine($"{attack.Name}: {(attack.After is { } after ? after.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s" : "missed")}; {string.Join(", ", attack.Raised)}");
        foreach (var kind in report.Kinds)
            output.WriteLine($"{kind.Kind}: precision {kind.Precision:0.00}, recall {kind.Recall:0.00} ({kind.Raised} raised, {kind.True} true, {kind.Found} of {kind.Expected} found)");
        foreach (var draft in report.QuietAlerts)
            output.WriteLine($"quiet: {draft.Move} {draft.Signal.At:u} {draft.Signal.Kind} {draft.Signal.Score:0.0} {draft.Severity} {draft.Signal.Why.Sentence}");
        output.WriteLine($"{report.Agents} agents, {report.Observations} leaves, {report.EngineTime.TotalMicroseconds / report.Observations:0.00} µs each");
        Assert.Equal(100, report.Agents);
        Assert.All(report.Attacks, a => Assert.True(a.After <= TimeSpan.FromSeconds(60), a.Name));
        Assert.True(report.FalseAlertsPerDay <= 1, $"{report.FalseAlertsPerDay} a day");
    }
}
