using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Identity;
using A2AConsole.Detection.Alerts;

namespace A2AConsole.Detection.Tests.Alerts;

public sealed class AlertBookTests
{
    private const string Agent = "spiffe://acme.example/env/prod/role/buying/agent/a";
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly AlertRules None = new();

    [Fact]
    public void One_alert_a_cause_told_again_only_when_worse_and_anew_after_it_was_quiet()
    {
        var book = new AlertBook(new());
        var first = book.Take(Of(6, 0), None)!;
        Assert.Equal(TriageMove.Raised, first.Move);
        Assert.Null(book.Take(Of(6, 1), None));
        Assert.Null(book.Take(Of(8.9, 2), None));
        var worse = book.Take(Of(9.5, 3), None)!;
        Assert.Equal((TriageMove.Again, 4, Start), (worse.Move, worse.Episode.Count, worse.Episode.First));
        Assert.Equal(TriageMove.Raised, book.Take(Of(6, 4) with { Cause = "another" }, None)!.Move);
        Assert.Equal(TriageMove.Raised, book.Take(Of(6, 3 + 6 * 60 + 1), None)!.Move);
    }

    [Fact]
    public void Thresholds_that_verdicts_moved_hold_for_their_cause()
    {
        var book = new AlertBook(new());
        var rules = new AlertRules { Shifts = new Dictionary<(AlertKind, string, string), double> { [(AlertKind.FanOut, Agent, "")] = 2, [(AlertKind.FanOut, Agent, "keen")] = -2 } };
        Assert.Null(book.Take(Of(6.9, 0), rules));
        Assert.NotNull(book.Take(Of(7.1, 1), rules));
        Assert.NotNull(book.Take(Of(3.1, 2) with { Cause = "keen" }, rules));
        Assert.Null(book.Take(Of(4.9, 3) with { Cause = "other" }, rules));
    }

    [Fact]
    public void What_is_at_stake_and_what_else_is_said_make_it_graver()
    {
        AlertSeverity Severity(RiskTier tier, long money, bool other)
        {
            var book = new AlertBook(new());
            var rules = new AlertRules { Tiers = new Dictionary<string, RiskTier> { [Agent] = tier } };
            if (other)
                book.Take(Of(6, 0) with { Kind = AlertKind.Replay }, rules);
            return book.Take(Of(6, 1) with { Money = money * 10_000, Currency = "EUR" }, rules)!.Severity;
        }
        Assert.Equal(
            [AlertSeverity.Low, AlertSeverity.Medium, AlertSeverity.High, AlertSeverity.Critical, AlertSeverity.Critical],
            [Severity(RiskTier.Low, 0, false), Severity(RiskTier.Low, 0, true), Severity(RiskTier.Critical, 0, false), Severity(RiskTier.Critical, 250_000, false), Severity(RiskTier.High, 250_000, true)]);
    }

    [Fact]
    public void Beyond_the_budget_the_less_grave_wait_as_low_and_none_is_dropped()
    {
        var book = new AlertBook(new() { AlertsADay = 3 });
        var rules = new AlertRules { Tiers = new Dictionary<string, RiskTier> { [Agent] = RiskTier.Medium } };
        var drafts = Enumerable.Range(0, 6).Select(i => book.Take(Of(7, i) with { Cause = $"c{i}" }, rules)!).ToList();
        Assert.Equal([false, false, false, true, true, true], drafts.Select(d => d.IsOverBudget));
        Assert.All(drafts.Skip(3), d => Assert.Equal(AlertSeverity.Low, d.Severity));
        Assert.Contains(drafts[4].Signal.Why.Features, f => f.Name == "over today's budget");
        Assert.Equal(3, book.OverBudget);
        // Critical ones are told whatever the day was; tomorrow is another day.
        Assert.Equal(AlertSeverity.Critical, book.Take(Of(12, 7) with { Cause = "grave", Money = 10_000_000_000, Currency = "EUR" }, rules with { Tiers = new Dictionary<string, RiskTier> { [Agent] = RiskTier.Critical } })!.Severity);
        Assert.False(book.Take(Of(7, 24 * 60) with { Cause = "tomorrow" }, rules)!.IsOverBudget);
    }

    [Fact]
    public void Suppressed_ones_are_counted_within_their_scope_and_time()
    {
        var book = new AlertBook(new());
        var rules = new AlertRules { Suppressions = [new(7, AlertKind.FanOut, null, "buying", null, false, Start, Start.AddMinutes(10))] };
        Assert.Null(book.Take(Of(9, 0), rules));
        Assert.Null(book.Take(Of(9, 9), rules));
        Assert.NotNull(book.Take(Of(9, 9) with { Kind = AlertKind.Replay }, rules));
        Assert.NotNull(book.Take(Of(9, 10), rules));
        Assert.Equal(2, Assert.Single(book.TakeHeld()).Value);
        Assert.Empty(book.TakeHeld());
    }

    [Fact]
    public void Saved_and_loaded_it_goes_on_where_it_was()
    {
        var book = new AlertBook(new());
        book.Take(Of(6, 0), None);
        using var bytes = new MemoryStream();
        book.Save(new BinaryWriter(bytes));
        bytes.Position = 0;
        var again = new AlertBook(new());
        again.Load(new BinaryReader(bytes));
        Assert.Null(again.Take(Of(7, 1), None));
        Assert.Equal(TriageMove.Again, again.Take(Of(9.5, 2), None)!.Move);
        Assert.Throws<DetectorStateException>(() => new AlertBook(new()).Load(new BinaryReader(new MemoryStream(bytes.ToArray()[..20]))));
    }

    private static Signal Of(double score, int minute) => new(AlertKind.FanOut, Agent, Start.AddMinutes(minute), score, new() { Sentence = "It did." }) { Leaves = [minute] };
}
