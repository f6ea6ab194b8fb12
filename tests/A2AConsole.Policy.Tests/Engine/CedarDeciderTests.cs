using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Tests.Engine;

/// <summary>The four verdicts, and that nothing which goes wrong lets anything pass.</summary>
public sealed class CedarDeciderTests
{
    private const string Permit = "@id(\"p\") @title(\"Agents may\") permit (principal, action, resource);";

    [Fact]
    public void What_a_policy_permits_is_allowed_with_its_id_title_and_bundle()
    {
        using var decider = Cedar.DeciderOf(Permit);
        var decision = decider.Decide(Cedar.Request());
        Assert.Equal(PolicyVerdict.Allow, decision.Verdict);
        Assert.Equal(["p"], decision.Determining);
        Assert.Equal(["Agents may"], decision.Reasons);
        Assert.Equal("test", decision.Bundle.Name);
        Assert.Matches("^sha256:[0-9a-f]{64}$", decision.Bundle.Digest);
        Assert.Null(decision.Fault);
    }

    [Fact]
    public void What_no_policy_permits_is_denied_without_a_fault()
    {
        using var decider = Cedar.DeciderOf("@id(\"p\") permit (principal, action == T::Action::\"look\", resource);");
        var decision = decider.Decide(Cedar.Request());
        Assert.Equal(PolicyVerdict.Deny, decision.Verdict);
        Assert.Empty(decision.Determining);
        Assert.Equal(["No policy permits it"], decision.Reasons);
        Assert.Null(decision.Fault);
    }

    [Theory]
    [InlineData("second-verification", PolicyVerdict.Verify)]
    [InlineData("human-approval", PolicyVerdict.Human)]
    public void A_forbid_that_evidence_lifts_asks_for_that_evidence(string requires, PolicyVerdict verdict)
    {
        using var decider = Cedar.DeciderOf(Permit + $$"""
            @id("f") @requires("{{requires}}") forbid (principal, action == T::Action::"do", resource)
            unless { {{(requires == "human-approval" ? "context.evidence has approver" : "context.evidence.secondVerification")}} };
            """);
        var decision = decider.Decide(Cedar.Request());
        Assert.Equal(verdict, decision.Verdict);
        Assert.Equal([requires], decision.Needs);
        Assert.Equal(["f"], decision.Determining);
    }

    [Fact]
    public void A_forbid_that_says_it_can_be_lifted_and_cannot_is_a_deny()
    {
        using var decider = Cedar.DeciderOf(Permit + """@id("f") @requires("human-approval") forbid (principal, action == T::Action::"do", resource);""");
        Assert.Equal(PolicyVerdict.Deny, decider.Decide(Cedar.Request()).Verdict);
    }

    [Fact]
    public void A_forbid_beside_a_liftable_one_is_a_deny()
    {
        using var decider = Cedar.DeciderOf(Permit + """
            @id("f") @requires("human-approval") forbid (principal, action == T::Action::"do", resource) unless { context.evidence has approver };
            @id("g") @reason("never") forbid (principal, action, resource) when { context.amount > 5 };
            """);
        Assert.Equal(PolicyVerdict.Human, decider.Decide(Cedar.Request(5)).Verdict);
        var decision = decider.Decide(Cedar.Request(6));
        Assert.Equal(PolicyVerdict.Deny, decision.Verdict);
        Assert.Equal(["f", "g"], decision.Determining);
        Assert.Equal(["never"], decision.Reasons);
    }

    [Fact]
    public void Evidence_that_would_trip_another_forbid_helps_nothing()
    {
        using var decider = Cedar.DeciderOf(Permit + """
            @id("f") @requires("human-approval") forbid (principal, action == T::Action::"do", resource) unless { context.evidence has approver };
            @id("g") forbid (principal, action == T::Action::"do", resource) when { context.evidence has approver };
            """);
        var decision = decider.Decide(Cedar.Request());
        Assert.Equal(PolicyVerdict.Deny, decision.Verdict);
        Assert.Equal(["f", "g"], decision.Determining);
    }

    [Fact]
    public void A_forbid_that_cannot_be_evaluated_denies_where_the_engine_alone_would_allow()
    {
        // The principal is not among the entities, so "principal.tier" fails; the engine leaves that forbid out.
        using var decider = Cedar.DeciderOf(Permit + """@id("f") forbid (principal, action, resource) when { principal.tier > 5 };""");
        var request = Cedar.Request(entities: []);
        var raw = decider.Evaluate(request);
        Assert.Equal(["p"], raw.Determining);
        Assert.False(raw.Allowed);
        var decision = decider.Decide(request);
        Assert.Equal(PolicyVerdict.Deny, decision.Verdict);
        Assert.Equal(DecisionFaults.EvaluationError, decision.Fault!.Code);
        Assert.Equal(["f"], decision.FailedPolicies);
    }

    [Fact]
    public void An_error_only_once_evidence_is_supposed_is_a_deny_too()
    {
        using var decider = Cedar.DeciderOf(Permit + """
            @id("f") @requires("human-approval") forbid (principal, action == T::Action::"do", resource) unless { context.evidence has approver };
            @id("g") forbid (principal, action == T::Action::"do", resource) when { context.evidence has approver && context.amount + 9223372036854775807 > 0 };
            """);
        var decision = decider.Decide(Cedar.Request(1));
        Assert.Equal(PolicyVerdict.Deny, decision.Verdict);
        Assert.Equal(DecisionFaults.EvaluationError, decision.Fault!.Code);
    }

    [Fact]
    public void Arithmetic_that_overflows_is_a_deny()
    {
        using var decider = Cedar.DeciderOf(Permit + """@id("f") forbid (principal, action, resource) when { context.amount * 2 < 0 };""");
        Assert.Equal(PolicyVerdict.Allow, decider.Decide(Cedar.Request(long.MaxValue / 2)).Verdict);
        Assert.Equal(DecisionFaults.EvaluationError, decider.Decide(Cedar.Request(long.MaxValue)).Fault?.Code);
        Assert.Equal(DecisionFaults.EvaluationError, decider.Decide(Cedar.Request(long.MinValue)).Fault?.Code);
    }

    [Fact]
    public void Whole_numbers_arrive_exactly_up_to_64_bits()
    {
        using var decider = Cedar.DeciderOf($$"""@id("p") permit (principal, action, resource) when { context.amount == {{long.MaxValue}} || context.amount == {{(1L << 53) + 1}} };""");
        Assert.Equal(PolicyVerdict.Allow, decider.Decide(Cedar.Request(long.MaxValue)).Verdict);
        Assert.Equal(PolicyVerdict.Allow, decider.Decide(Cedar.Request((1L << 53) + 1)).Verdict);
        Assert.Equal(PolicyVerdict.Deny, decider.Decide(Cedar.Request(1L << 53)).Verdict);
        Assert.Equal(PolicyVerdict.Deny, decider.Decide(Cedar.Request(long.MaxValue - 1)).Verdict);
    }

    [Fact]
    public void An_evaluation_that_spins_is_stopped_and_denied_and_the_next_is_answered()
    {
        // A wildcard match is as long as text times pattern: here some ten thousand million steps.
        var pattern = string.Concat(Enumerable.Repeat("*a*a*a*a*a*a*a*a*a*ab", 400));
        var spin = string.Join(' ', Enumerable.Range(0, 40).Select(i => $$"""@id("spin-{{i}}") forbid (principal, action == T::Action::"look", resource) when { context.note like "{{pattern}}{{i}}" };"""));
        using var decider = Cedar.DeciderOf(Permit + spin, options: new CedarDeciderOptions(Deadline: TimeSpan.FromMilliseconds(50), Patience: TimeSpan.FromMinutes(1)));
        var decision = decider.Decide(Cedar.Request(note: new string('a', 200_000), action: Cedar.Look));
        Assert.Equal(PolicyVerdict.Deny, decision.Verdict);
        Assert.Equal(DecisionFaults.Deadline, decision.Fault?.Code);

        using var other = Cedar.DeciderOf(Permit);
        Assert.Equal(PolicyVerdict.Allow, other.Decide(Cedar.Request()).Verdict);
    }

    [Fact]
    public void An_unknown_action_and_unfitting_types_are_denied_before_the_engine_is_asked()
    {
        using var decider = Cedar.DeciderOf(Permit);
        Assert.Equal(DecisionFaults.UnknownAction, decider.Decide(Cedar.Request() with { Action = new EntityUid("T::Action", "destroy") }).Fault?.Code);
        Assert.Equal(DecisionFaults.RequestInvalid, decider.Decide(Cedar.Request() with { Principal = new EntityUid("T::Human", "a") }).Fault?.Code);
        Assert.Equal(DecisionFaults.RequestInvalid, decider.Decide(Cedar.Request() with { Resource = Cedar.Agent }).Fault?.Code);
    }

    [Fact]
    public async Task Many_callers_at_once_get_their_own_answers()
    {
        using var decider = Cedar.DeciderOf("""@id("p") permit (principal, action, resource) when { context.amount < 100 };""", options: Cedar.Patient with { CacheEntries = 0, Instances = 3 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => (i, decider.Decide(Cedar.Request(i)).Verdict))));
        Assert.All(answers, a => Assert.Equal(a.i < 100 ? PolicyVerdict.Allow : PolicyVerdict.Deny, a.Verdict));
    }

    [Fact]
    public void When_all_instances_are_busy_for_too_long_it_is_a_deny()
    {
        using var pool = new InstancePool(Cedar.Module, Cedar.SupplyChain, size: 1, patience: TimeSpan.FromMilliseconds(20));
        var held = pool.Rent(default);
        Assert.NotNull(held);
        Assert.Null(pool.Rent(default));
        pool.Return(held);
        Assert.Same(held, pool.Rent(default));
    }

    [Fact]
    public void An_instance_has_no_more_memory_than_it_was_given()
    {
        Cedar.Require();
        using var module = CedarModule.Load(new CedarOptions(MemoryBytes: 6 << 20));
        using var decider = new CedarDecider(module, Cedar.Good(Cedar.Files(Permit)), Cedar.Patient with { CacheEntries = 0, Limits = new RequestLimits(Bytes: 64 << 20, Values: 10_000_000) });
        Assert.Equal(PolicyVerdict.Allow, decider.Decide(Cedar.Request()).Verdict);
        var decision = decider.Decide(Cedar.Request(note: new string('x', 16 << 20)));
        Assert.Equal(PolicyVerdict.Deny, decision.Verdict);
        Assert.Equal(DecisionFaults.EngineFault, decision.Fault?.Code);
        Assert.Equal(PolicyVerdict.Allow, decider.Decide(Cedar.Request()).Verdict);
    }
}
