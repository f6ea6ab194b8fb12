using A2AConsole.Core.Approvals;

namespace A2AConsole.Core.Tests.Approvals;

public sealed class ApprovalRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-25T10:00:00Z", null);

    private static ApprovalCase Case(params ApprovalSaid[] votes) => new(true, "owner", ["Manager"], 1, "high", Now.AddHours(1), 1000, votes);

    private static ApprovalActor Who(string name, string? role = "Manager", params ApprovalDelegator[] actsFor) => new(name, role, actsFor);

    [Fact]
    public void Somebody_with_the_role_decides() => Assert.Null(ApprovalRules.WhyNot(Case(), Who("mei"), Now));

    [Theory]
    [InlineData("low", null)]
    [InlineData("medium", null)]
    [InlineData("high", "approval-not-in-bulk")]
    [InlineData("critical", "approval-not-in-bulk")]
    [InlineData("", "approval-not-in-bulk")]
    public void Nothing_above_the_medium_tier_is_decided_together_with_others(string tier, string? code) => Assert.Equal(code, ApprovalRules.WhyNotInBulk(tier)?.Code);

    [Fact]
    public void An_escalation_says_whom_it_adds()
    {
        Assert.Equal(["Administrator"], ApprovalRules.AddedByEscalation(["Manager"]));
        Assert.Equal("Managers are told again, and now administrators, too.", ApprovalRules.EscalationWords(["Manager"]));
        Assert.Equal("Owners are told again, and now managers and administrators, too.", ApprovalRules.EscalationWords(["Owner"]));
        Assert.Equal("Administrators and managers are told again.", ApprovalRules.EscalationWords(["Administrator", "Manager"]));
    }

    [Fact]
    public void Nobody_decides_what_is_closed_or_over()
    {
        Assert.Equal("approval-closed", ApprovalRules.WhyNot(Case() with { IsOpen = false }, Who("mei"), Now)?.Code);
        Assert.Equal("approval-expired", ApprovalRules.WhyNot(Case(), Who("mei"), Now.AddHours(1))?.Code);
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("OWNER")]
    public void The_owner_never_decides_about_her_agent(string name)
    {
        Assert.Equal("approval-own-agent", ApprovalRules.WhyNot(Case(), Who(name), Now)?.Code);
        Assert.Equal("approval-own-agent", ApprovalRules.WhyNot(Case(), Who(name, "Analyst", new ApprovalDelegator("mei", "Manager")), Now)?.Code);
    }

    [Fact]
    public void The_owner_does_not_decide_through_a_delegate_either()
        => Assert.Equal("approval-role", ApprovalRules.WhyNot(Case(), Who("ann", "Analyst", new ApprovalDelegator("owner", "Manager")), Now)?.Code);

    [Fact]
    public void A_delegate_decides_for_one_who_may_and_says_so()
    {
        var ann = Who("ann", "Analyst", new ApprovalDelegator("mei", "Manager"));
        Assert.Null(ApprovalRules.WhyNot(Case(), ann, Now));
        Assert.Equal("mei", ApprovalRules.OnBehalfOf(Case(), ann));
        Assert.Null(ApprovalRules.OnBehalfOf(Case(), Who("mei")));
    }

    [Fact]
    public void Nobody_counts_twice_by_delegation_either()
    {
        var said = Case(new ApprovalSaid("mei", null, true)) with { Quorum = 2 };
        Assert.Equal("approval-twice", ApprovalRules.WhyNot(said, Who("mei"), Now)?.Code);
        Assert.Equal("approval-role", ApprovalRules.WhyNot(said, Who("ann", "Analyst", new ApprovalDelegator("mei", "Manager")), Now)?.Code);
        var byDelegate = Case(new ApprovalSaid("ann", "mei", true)) with { Quorum = 2 };
        Assert.Equal("approval-twice", ApprovalRules.WhyNot(byDelegate, Who("mei"), Now)?.Code);
        Assert.False(ApprovalRules.IsReached(byDelegate));
        Assert.True(ApprovalRules.IsReached(byDelegate with { Votes = [.. byDelegate.Votes, new ApprovalSaid("ada", null, true)] }));
    }

    [Theory]
    [InlineData("Analyst")]
    [InlineData("Auditor")]
    [InlineData(null)]
    public void Others_see_why_they_may_not(string? role)
    {
        var refusal = ApprovalRules.WhyNot(Case(), Who("ann", role), Now);
        Assert.Equal("approval-role", refusal?.Code);
        Assert.Contains("managers", refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_is_at_most_what_is_asked()
    {
        Assert.Null(ApprovalRules.CheckLimit(Case(), 999));
        Assert.Null(ApprovalRules.CheckLimit(Case(), 1000));
        Assert.Equal("approval-limit", ApprovalRules.CheckLimit(Case(), 1001)?.Code);
        Assert.Equal("approval-limit", ApprovalRules.CheckLimit(Case(), -1)?.Code);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("  ", false)]
    [InlineData("no", false)]
    [InlineData("yes, stock is low", true)]
    public void A_decision_has_a_reason(string? reason, bool taken) => Assert.Equal(taken, ApprovalRules.CheckReason(reason) is null);

    [Fact]
    public void Only_low_and_medium_are_decided_in_bulk()
        => Assert.Equal([true, true, false, false], new[] { "low", "medium", "high", "critical" }.Select(ApprovalRules.InBulk));
}
