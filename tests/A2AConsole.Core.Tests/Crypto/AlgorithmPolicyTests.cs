using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Tests.Crypto;

public sealed class AlgorithmPolicyTests
{
    private static readonly DateTimeOffset Now = TestPki.Now;

    [Fact]
    public void Without_decisions_the_registry_counts()
    {
        var policy = AlgorithmPolicy.Default;
        Assert.True(policy.IsUsable(AlgorithmRegistry.EcdsaP256, AlgorithmUses.AgentKey, Now));
        Assert.True(policy.IsUsable(AlgorithmRegistry.MlDsa44, AlgorithmUses.Envelope, Now));
        Assert.False(policy.IsUsable(AlgorithmRegistry.MlDsa44, AlgorithmUses.AgentKey, Now));
        Assert.False(policy.IsUsable(AlgorithmRegistry.Ed25519, AlgorithmUses.Certificate, Now));
        foreach (var forbidden in AlgorithmRegistry.All.Where(a => a.Status == AlgorithmStatus.Forbidden))
            Assert.All(AlgorithmUseNames.All, u => Assert.False(policy.IsUsable(forbidden, u.Use, Now)));
        Assert.Equal(AlgorithmRegistry.EcdsaP256, policy.UsableFor(AlgorithmUses.Envelope, Now)[0]);
    }

    [Fact]
    public void Every_use_has_an_algorithm_and_every_algorithm_a_place()
    {
        Assert.All(AlgorithmUseNames.All, u => Assert.NotEmpty(AlgorithmPolicy.Default.UsableFor(u.Use, Now)));
        Assert.Equal(Enumerable.Range(0, AlgorithmRegistry.All.Count), AlgorithmRegistry.All.Select(a => a.Ordinal));
        Assert.Equal(AlgorithmRegistry.All.Count, AlgorithmRegistry.All.Select(a => a.Id).Distinct().Count());
        Assert.All(AlgorithmUseNames.All, u => Assert.Equal(u.Use, AlgorithmUseNames.Find(u.Name)));
        Assert.Equal(AlgorithmUses.None, AlgorithmUseNames.Find("tea"));
        Assert.Throws<ArgumentOutOfRangeException>(() => AlgorithmUseNames.NameOf(AlgorithmUses.AgentKey | AlgorithmUses.Envelope));
    }

    [Fact]
    public void A_deprecated_algorithm_is_taken_with_a_warning_until_its_date_and_not_at_it()
    {
        var policy = With(AlgorithmUses.Envelope, AlgorithmStatus.Deprecated, Now);
        Assert.True(policy.IsUsable(AlgorithmRegistry.Ed25519, AlgorithmUses.Envelope, Now.AddTicks(-1)));
        Assert.True(policy.IsDeprecated(AlgorithmRegistry.Ed25519, AlgorithmUses.Envelope, Now.AddTicks(-1)));
        Assert.False(policy.IsUsable(AlgorithmRegistry.Ed25519, AlgorithmUses.Envelope, Now));
        Assert.False(policy.IsDeprecated(AlgorithmRegistry.Ed25519, AlgorithmUses.Envelope, Now));
        // The other uses of it stand as they stood.
        Assert.True(policy.IsUsable(AlgorithmRegistry.Ed25519, AlgorithmUses.Checkpoint, Now));
        Assert.DoesNotContain("ed25519", policy.Instead(AlgorithmUses.Envelope, Now.AddTicks(-1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_never_widens_what_the_registry_offers()
    {
        var policy = new AlgorithmPolicy(
        [
            new("ecdsa-p384-sha384", AlgorithmUses.AgentKey, AlgorithmStatus.Preferred, null),
            new("ml-dsa-44", AlgorithmUses.AgentKey, AlgorithmStatus.Allowed, null),
            new("from-a-later-version", AlgorithmUses.Envelope, AlgorithmStatus.Allowed, null),
        ]);
        Assert.All(AlgorithmRegistry.All.Where(a => a.Id != "ecdsa-p256-sha256" && a.Id != "ed25519"), a => Assert.False(policy.IsUsable(a, AlgorithmUses.AgentKey, Now)));
        Assert.Equal(AlgorithmRules.NotForThisUse, Check("ecdsa-p384-sha384", AlgorithmUses.AgentKey, AlgorithmStatus.Allowed));
        Assert.Equal(AlgorithmRules.NotForThisUse, Check("ml-dsa-44", AlgorithmUses.Certificate, AlgorithmStatus.Allowed));
        Assert.Equal(AlgorithmRules.Unknown, Check("rot13", AlgorithmUses.Envelope, AlgorithmStatus.Allowed));
    }

    [Fact]
    public void The_last_algorithm_of_a_use_cannot_be_given_up()
    {
        Assert.Equal(AlgorithmRules.LastUsable, Check("ed25519", AlgorithmUses.Checkpoint, AlgorithmStatus.Forbidden));
        Assert.Equal(AlgorithmRules.LastUsable, Check("ed25519", AlgorithmUses.Checkpoint, AlgorithmStatus.Deprecated, Now.AddYears(1)));
        Assert.Null(Check("ed25519", AlgorithmUses.Checkpoint, AlgorithmStatus.Deprecated));
        Assert.Null(Check("ecdsa-p256-sha256", AlgorithmUses.Envelope, AlgorithmStatus.Forbidden));

        // Whatever is forbidden or dated, in whatever order, one without an end is left for each use.
        var random = new Random(20_261_125);
        for (var round = 0; round < 200; round++)
        {
            var policy = AlgorithmPolicy.Default;
            for (var step = 0; step < 12; step++)
            {
                var (use, _) = AlgorithmUseNames.All[random.Next(AlgorithmUseNames.All.Count)];
                var status = (AlgorithmStatus)random.Next(4);
                var date = status == AlgorithmStatus.Deprecated && random.Next(2) == 0 ? Now.AddDays(1) : (DateTimeOffset?)null;
                var decision = new AlgorithmDecision(AlgorithmRegistry.All[random.Next(AlgorithmRegistry.All.Count)].Id, use, status, date);
                if (AlgorithmRules.Check(policy, decision, Now) is null)
                    policy = policy.With(decision);
                Assert.All(AlgorithmUseNames.All, u => Assert.NotEmpty(policy.UsableFor(u.Use, Now.AddYears(100))));
            }
        }
    }

    [Fact]
    public void When_the_next_one_runs_out_is_known()
    {
        Assert.Null(AlgorithmPolicy.Default.NextEnd(AlgorithmUses.Envelope, Now));
        var policy = With(AlgorithmUses.Envelope, AlgorithmStatus.Deprecated, Now.AddDays(2)).With(new("ml-dsa-44", AlgorithmUses.Envelope, AlgorithmStatus.Deprecated, Now.AddDays(1)));
        Assert.Equal(Now.AddDays(1), policy.NextEnd(AlgorithmUses.Envelope, Now));
        Assert.Equal(Now.AddDays(2), policy.NextEnd(AlgorithmUses.Envelope, Now.AddDays(1)));
        Assert.Null(policy.NextEnd(AlgorithmUses.Envelope, Now.AddDays(2)));
        Assert.Null(policy.NextEnd(AlgorithmUses.AgentKey, Now));
    }

    [Fact]
    public void Only_a_deprecation_ends_at_a_date_and_that_lies_ahead()
    {
        Assert.Equal(AlgorithmRules.DateInThePast, Check("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Deprecated, Now));
        Assert.Equal(AlgorithmRules.DateWithoutDeprecation, Check("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Allowed, Now.AddDays(1)));
        Assert.Null(Check("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Deprecated, Now.AddDays(1)));
    }

    [Fact]
    public void A_later_decision_takes_the_place_of_an_earlier_one()
    {
        var policy = With(AlgorithmUses.Envelope, AlgorithmStatus.Forbidden, null).With(new("ed25519", AlgorithmUses.Envelope, AlgorithmStatus.Preferred, null));
        Assert.Single(policy.Decisions);
        Assert.Equal(AlgorithmStatus.Preferred, policy.StandingOf(AlgorithmRegistry.Ed25519, AlgorithmUses.Envelope).Status);
    }

    private static AlgorithmPolicy With(AlgorithmUses use, AlgorithmStatus status, DateTimeOffset? notAfter) => new([new("ed25519", use, status, notAfter)]);

    private static string? Check(string id, AlgorithmUses use, AlgorithmStatus status, DateTimeOffset? notAfter = null)
        => AlgorithmRules.Check(AlgorithmPolicy.Default, new(id, use, status, notAfter), Now)?.Code;
}
