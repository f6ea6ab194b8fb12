using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Inspection;
using A2AConsole.Core.Registration;

namespace A2AConsole.Core.Tests.Inspection;

public sealed class InspectionRuleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(0, false)]
    [InlineData(47, false)]
    [InlineData(48, true)]
    [InlineData(59, true)]
    [InlineData(60, true)]
    [InlineData(900, true)]
    public void A_renewal_is_missed_from_four_fifths_of_the_life_on(int minutes, bool isMissed)
        => Assert.Equal(isMissed, RenewalRule.Judge("ab12", Noon, Noon.AddHours(1), null, Noon.AddMinutes(minutes)) is not null);

    [Fact]
    public void A_missed_renewal_says_before_the_outage_when_the_agent_stops_and_then_that_it_is_cut_off()
    {
        var before = RenewalRule.Judge("ab12", Noon, Noon.AddHours(1), null, Noon.AddMinutes(50))!;
        Assert.Contains("stops at 2026-06-01 13:00:00Z", before.Detail, StringComparison.Ordinal);
        Assert.Equal("a newer one by 2026-06-01 12:48:00Z", before.Reference);
        // The same facts look the same a little later, and other facts do not.
        Assert.Equal(before, RenewalRule.Judge("ab12", Noon, Noon.AddHours(1), null, Noon.AddMinutes(55)));
        var after = RenewalRule.Judge("ab12", Noon, Noon.AddHours(1), null, Noon.AddMinutes(61))!;
        Assert.Contains("cut off", after.Detail, StringComparison.Ordinal);
        Assert.NotEqual(before.Measured, after.Measured);
        Assert.Contains("held back: a review lapsed", RenewalRule.Judge("ab12", Noon, Noon.AddHours(1), "a review lapsed", Noon.AddMinutes(50))!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AssuranceLevel.Invited, 900, false)]
    [InlineData(AssuranceLevel.Invited, 903, true)]
    [InlineData(AssuranceLevel.Platform, 1800, false)]
    [InlineData(AssuranceLevel.Platform, 1803, true)]
    [InlineData(AssuranceLevel.Hardware, 3600, false)]
    [InlineData(AssuranceLevel.Hardware, 3603, true)]
    [InlineData(null, 3600, false)]
    [InlineData(null, 3603, true)]
    public void A_certificate_lives_too_long_past_what_its_entry_allows_on_its_assurance(AssuranceLevel? assurance, int seconds, bool isOver)
    {
        var found = LifetimeOverPolicyRule.Judge(Noon, Noon.AddSeconds(seconds), Entry(RiskTier.Low), assurance);
        Assert.Equal(isOver, found is not null);
        if (found is not null)
            Assert.Equal(($"{seconds} s", $"at most {seconds - 3} s"), (found.Measured, found.Reference));
    }

    [Fact]
    public void Somebody_answers_when_there_is_an_owner_and_a_holder_of_each_duty()
    {
        Assert.Null(AnswerabilityRule.Judge("olga", []));
        Assert.Equal("unanswered: who owns it", AnswerabilityRule.Judge(null, [])!.Measured);
        var found = AnswerabilityRule.Judge(null, ["who audits it", "who rotates its keys"])!;
        Assert.Equal("unanswered: who owns it, who audits it, who rotates its keys", found.Measured);
        Assert.StartsWith("Nobody is named for 3 of its questions", found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_one_identity_is_not_shared_and_one_of_several_names_the_others_strangers_first()
    {
        var self = new SharingIdentity("spiffe://a/b", "prod");
        Assert.Null(SharingRule.JudgeKey("k", self, [self, self]));
        var near = SharingRule.JudgeKey("k", self, [self, new("spiffe://a/c", "prod")])!;
        Assert.Equal(("key k also for spiffe://a/c", "one identity"), (near.Measured, near.Reference));
        var far = SharingRule.JudgeKey("k", self, [new("spiffe://a/c", "prod"), new("spiffe://a/d", "prod"), new("spiffe://a/e", "prod"), new("spiffe://a/z", "test"), self])!;
        Assert.Equal("key k also for spiffe://a/z, spiffe://a/c, spiffe://a/d and 1 more", far.Measured);
        Assert.Equal("one identity, in one environment", far.Reference);
        Assert.Contains("crosses environments: prod and test", far.Detail, StringComparison.Ordinal);
        Assert.Contains("runtime pod:1 also for spiffe://a/c", SharingRule.JudgeRuntime("pod:1", self, [new("spiffe://a/c", "prod")])!.Measured, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_of_sharing_does_not_depend_on_the_order_in_which_it_was_read()
    {
        SharingIdentity self = new("spiffe://a/b", "prod"), c = new("spiffe://a/c", "prod"), z = new("spiffe://a/z", "test");
        Assert.Equal(SharingRule.JudgeKey("k", self, [c, z, self]), SharingRule.JudgeKey("k", self, [z, self, c, z]));
    }

    [Theory]
    [InlineData(RiskTier.Low, false)]
    [InlineData(RiskTier.Medium, true)]
    [InlineData(RiskTier.Critical, true)]
    public void An_entry_falls_short_where_its_tier_asks_for_more(RiskTier tier, bool isShort)
    {
        var found = TierShortfallRule.Judge(Entry(tier));
        Assert.Equal(isShort, found is not null);
        if (found is not null)
            Assert.Equal(("join-token (at enrolment only)", TierRule.Requirement(tier)), (found.Measured, found.Reference));
    }

    [Theory]
    [InlineData(29_999, false, false)]
    [InlineData(30_000, false, true)]
    [InlineData(-30_000, false, true)]
    [InlineData(15_000, true, true)]
    [InlineData(-14_999, true, false)]
    [InlineData(int.MinValue, false, true)]
    public void A_clock_is_found_at_the_limit_and_is_well_again_under_half_of_it(int aheadMs, bool wasFound, bool isFound)
        => Assert.Equal(isFound, ClockRule.Judge(aheadMs, wasFound, Limit) is not null);

    [Fact]
    public void What_is_said_of_a_clock_moves_in_steps()
    {
        Assert.Null(ClockRule.Judge(null, true, Limit));
        Assert.Equal("about 40 s ahead of ours", ClockRule.Judge(41_200, false, Limit)!.Measured);
        Assert.Equal(ClockRule.Judge(41_200, false, Limit), ClockRule.Judge(43_900, false, Limit));
        Assert.Equal("about 600 s behind ours", ClockRule.Judge(-700_000, false, Limit)!.Measured);
        Assert.False(ClockRule.IsNews(999, null));
        Assert.True(ClockRule.IsNews(-1000, null));
        Assert.False(ClockRule.IsNews(45_400, 45_000));
        Assert.True(ClockRule.IsNews(0, 45_000));
    }

    [Fact]
    public void Use_after_the_end_is_over_a_day_after_the_last_attempt_or_when_the_certificate_counts_again()
    {
        var refusal = AgentLife.WhyNotAdmitted(AgentState.Suspended);
        var found = UseAfterEndRule.Judge("ab12", refusal, Noon, Noon.AddHours(23))!;
        Assert.Equal("certificate ab12, agent-suspended", found.Measured);
        Assert.Contains("shown at 2026-06-01 12:00:00Z", found.Detail, StringComparison.Ordinal);
        Assert.Null(UseAfterEndRule.Judge("ab12", refusal, Noon, Noon.AddDays(1)));
        Assert.Null(UseAfterEndRule.Judge("ab12", null, Noon, Noon));
    }

    private static EntryTerms Entry(RiskTier tier) => new()
    {
        Environment = "prod", Role = "planning", Name = "*", Organisation = "Acme", Tier = tier, Lifetime = TimeSpan.FromHours(1),
        KeyAlgorithms = [AlgorithmRegistry.Default.Id], Evidence = [new(EvidenceKind.JoinToken, "{}", false)],
    };
}
