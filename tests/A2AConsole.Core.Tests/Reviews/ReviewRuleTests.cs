using A2AConsole.Core.Reviews;

namespace A2AConsole.Core.Tests.Reviews;

public sealed class ReviewRuleTests
{
    private static readonly DateTimeOffset Opened = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly ReviewSchedule Month = new(Opened, Opened.AddDays(28), Opened.AddDays(35));
    private static readonly ReviewActor Owner = new("owner@acme.example", false);
    private static readonly ReviewActor Other = new("other@acme.example", false);
    private static readonly ReviewActor Manager = new("manager@acme.example", true);
    private static readonly ReviewCase Case = new("owner@acme.example", "owner@acme.example", null, IsOpen: true, IsLate: false, IsRetired: false);

    [Theory]
    [InlineData(0, ReviewStanding.Open)]
    [InlineData(27.99, ReviewStanding.Open)]
    [InlineData(28, ReviewStanding.Overdue)]
    [InlineData(34.99, ReviewStanding.Overdue)]
    [InlineData(35, ReviewStanding.Lapsed)]
    public void A_review_is_overdue_from_its_due_date_and_lapses_with_its_grace(double days, ReviewStanding expected)
    {
        Assert.Equal(expected, Month.Standing(false, Opened.AddDays(days)));
        Assert.Equal(ReviewStanding.Decided, Month.Standing(true, Opened.AddDays(days)));
    }

    [Fact]
    public void Reviewers_are_reminded_at_each_moment_once_and_never_after_the_lapse()
    {
        var reminded = new List<double>();
        DateTimeOffset? last = null;
        for (var hour = 0; hour <= 24 * 40; hour++)
        {
            var now = Opened.AddHours(hour);
            if (!Month.IsReminderDue(last, now))
                continue;
            reminded.Add(hour / 24.0);
            last = now;
        }
        Assert.Equal([0, 21, 27, 28, 29, 30, 31, 32, 33, 34], reminded);
    }

    [Fact]
    public void One_reminder_stands_for_all_that_a_standstill_missed()
    {
        var back = Opened.AddDays(30.5);
        Assert.True(Month.IsReminderDue(Opened, back));
        Assert.False(Month.IsReminderDue(back, back.AddHours(1)));
        Assert.True(Month.IsReminderDue(back, Opened.AddDays(31)));
    }

    [Fact]
    public void A_campaign_of_hours_has_fewer_reminders()
    {
        var short_ = new ReviewSchedule(Opened, Opened.AddHours(2), Opened.AddHours(4));
        Assert.Null(short_.Fault);
        Assert.True(short_.IsReminderDue(null, Opened));
        Assert.False(short_.IsReminderDue(Opened, Opened.AddHours(1)));
        Assert.True(short_.IsReminderDue(Opened, Opened.AddHours(2)));
        Assert.False(short_.IsReminderDue(Opened, Opened.AddHours(4)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(10, 9)]
    [InlineData(10, 101)]
    [InlineData(400, 410)]
    public void Dates_that_make_no_campaign_are_named(double due, double grace)
    {
        var schedule = new ReviewSchedule(Opened, Opened.AddDays(due), Opened.AddDays(grace));
        Assert.NotNull(schedule.Fault);
        Assert.Equal("review-dates", ReviewRules.CheckPlan("Autumn", 3, schedule, Manager)?.Code);
    }

    [Fact]
    public void A_campaign_is_opened_by_who_oversees_over_a_bounded_number_of_agents()
    {
        Assert.Null(ReviewRules.CheckPlan("Autumn", 3, Month, Manager));
        Assert.Equal("review-not-permitted", ReviewRules.CheckPlan("Autumn", 3, Month, Owner)?.Code);
        Assert.Equal("review-title", ReviewRules.CheckPlan("  ", 3, Month, Manager)?.Code);
        Assert.Equal("review-title", ReviewRules.CheckPlan(new string('x', 201), 3, Month, Manager)?.Code);
        Assert.Equal("review-empty", ReviewRules.CheckPlan("Autumn", 0, Month, Manager)?.Code);
        Assert.Equal("review-too-large", ReviewRules.CheckPlan("Autumn", 5_001, Month, Manager)?.Code);
    }

    [Fact]
    public void The_owner_her_delegate_and_who_oversees_decide_and_nobody_else()
    {
        Assert.Null(ReviewRules.CheckDecision(Case, Owner));
        Assert.Null(ReviewRules.CheckDecision(Case, Manager));
        Assert.Equal("review-not-yours", ReviewRules.CheckDecision(Case, Other)?.Code);
        Assert.Null(ReviewRules.CheckDecision(Case with { Delegate = Other.UserName }, Other));
        Assert.Null(ReviewRules.CheckDecision(Case with { Delegate = Other.UserName }, Owner));
    }

    [Fact]
    public void Who_gave_the_agent_away_decides_no_more_and_its_new_owner_does()
    {
        var moved = Case with { Owner = Other.UserName };
        Assert.Null(ReviewRules.CheckDecision(moved, Other));
        Assert.Equal("review-not-yours", ReviewRules.CheckDecision(moved, Owner)?.Code);
        // Nobody answers for it now: who was asked still may.
        Assert.Null(ReviewRules.CheckDecision(Case with { Owner = null }, Owner));
        Assert.Equal("review-not-yours", ReviewRules.CheckDecision(Case with { Owner = null, Reviewer = null }, Owner)?.Code);
    }

    [Fact]
    public void After_the_end_only_a_lapse_can_be_made_up_for()
    {
        Assert.Equal("review-closed", ReviewRules.CheckDecision(Case with { IsOpen = false }, Manager)?.Code);
        Assert.Null(ReviewRules.CheckDecision(Case with { IsOpen = false, IsLate = true }, Owner));
        Assert.Equal("review-agent-retired", ReviewRules.CheckDecision(Case with { IsRetired = true }, Manager)?.Code);
    }

    [Fact]
    public void A_delegate_does_not_hand_on()
    {
        var delegated = Case with { Delegate = Other.UserName };
        Assert.Equal("review-not-yours", ReviewRules.CheckDelegation(delegated, Other, "third@acme.example")?.Code);
        Assert.Null(ReviewRules.CheckDelegation(delegated, Owner, "third@acme.example"));
        Assert.Null(ReviewRules.CheckDelegation(delegated, Manager, null));
        Assert.Equal("review-delegate-self", ReviewRules.CheckDelegation(Case, Manager, Owner.UserName)?.Code);
    }

    [Fact]
    public void It_ends_when_all_is_decided_or_the_grace_is_over()
    {
        Assert.Null(ReviewRules.CheckFinish(0, Month, Manager, Opened.AddDays(1)));
        Assert.Equal("review-undecided", ReviewRules.CheckFinish(1, Month, Manager, Opened.AddDays(34))?.Code);
        Assert.Null(ReviewRules.CheckFinish(1, Month, Manager, Opened.AddDays(35)));
        Assert.Equal("review-not-permitted", ReviewRules.CheckFinish(0, Month, Owner, Opened.AddDays(1))?.Code);
    }

    [Theory]
    [InlineData(null, "review-reason-missing")]
    [InlineData("  ok ", "review-reason-missing")]
    [InlineData("still needed", null)]
    public void A_reason_is_one_that_somebody_can_read(string? reason, string? code) => Assert.Equal(code, ReviewRules.CheckReason(reason)?.Code);

    [Fact]
    public void A_record_reads_back_as_it_was_written()
    {
        var record = Record();
        Assert.True(ReviewRecord.TryRead(record.Write(), out var read, out var fault), fault);
        Assert.Equal(record with { Agents = [] }, read with { Agents = [] });
        Assert.Equal(record.Agents.OrderBy(a => a.Agent, StringComparer.Ordinal), read.Agents);
        Assert.Equal(record.Write(), read.Write());
        Assert.Equal((1, 0, 1), (read.Count("confirmed"), read.Count("changed"), read.Count("lapsed")));
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2")]
    [InlineData("\"outcome\":\"confirmed\"", "\"outcome\":\"approved\"")]
    [InlineData("\"title\":\"Autumn\"", "\"title\":null")]
    [InlineData("\"trustDomain\"", "\"domain\"")]
    [InlineData("\"campaign\":{", "\"campaign\":{\"id\":9,")]
    [InlineData("\"agents\":[", "\"agents\":[7,")]
    public void A_record_that_was_not_written_so_is_refused(string part, string other)
    {
        var text = System.Text.Encoding.UTF8.GetString(Record().Write());
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.False(ReviewRecord.TryRead(System.Text.Encoding.UTF8.GetBytes(text.Replace(part, other, StringComparison.Ordinal)), out _, out var fault));
        Assert.NotEmpty(fault);
    }

    private static ReviewRecord Record() => new()
    {
        TrustDomain = "acme.example", Campaign = 7, Title = "Autumn", Covers = "role buyer", OpenedAt = Opened, OpenedBy = "manager@acme.example",
        DueAt = Month.DueAt, GraceEndsAt = Month.GraceEndsAt, FinishedAt = Opened.AddDays(36), FinishedBy = "manager@acme.example",
        Agents =
        [
            new("spiffe://acme.example/env/test/role/buyer/agent/b2", null, null, "lapsed", null, null, null, null, Opened.AddDays(35), null),
            new("spiffe://acme.example/env/test/role/buyer/agent/b1", "owner@acme.example", "other@acme.example", "confirmed", "still needed", null, Opened.AddDays(3), "other@acme.example", null, 4711),
        ],
    };
}
