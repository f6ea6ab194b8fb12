using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;
using CsCheck;

namespace A2AConsole.Policy.Tests.Engine;

/// <summary>Narrowing and remembering change how long a decision takes, and nothing else.</summary>
public sealed class NarrowingTests
{
    [Fact]
    public void The_narrowed_set_decides_as_all_policies_do()
    {
        using var full = new CedarDecider(Cedar.Module, Cedar.SupplyChain, Cedar.Patient with { Narrow = false, CacheEntries = 0 });
        RandomRequests.Any.Sample(request => Same(full.Decide(request), Cedar.Decider.Decide(request)), iter: 400, threads: 1);
    }

    [Fact]
    public void A_remembered_decision_is_the_one_that_would_be_made()
    {
        // Few distinct requests, often repeated, with members that policies read and others that they don't.
        using var forgetful = Small(0);
        using var remembering = Small(20);
        Gen.Select(Gen.Long[0, 6], Gen.OneOf("a", "b", "bad"), Gen.Bool, Gen.Bool, Gen.Bool).Array[30].Sample(rounds =>
        {
            foreach (var (amount, note, look, known, odd) in rounds)
            {
                var request = Cedar.Request(amount, note, look ? Cedar.Look : null, known ? null : []);
                if (odd)
                    request = request with { Context = new PolicyValue.Fields(new Dictionary<string, PolicyValue>(request.Context.Members) { ["note"] = amount }) };
                Same(forgetful.Decide(request), remembering.Decide(request));
            }
        }, iter: 30, threads: 1);

        static CedarDecider Small(int entries) => Cedar.DeciderOf("""
            @id("p") permit (principal, action, resource);
            @id("l") forbid (principal, action == T::Action::"look", resource) when { context.note == "bad" };
            @id("d") forbid (principal, action == T::Action::"do", resource) when { context.amount > 3 && principal.tier == 1 };
            """, options: Cedar.Patient with { CacheEntries = entries });
    }

    [Fact]
    public void Policies_of_other_actions_and_types_are_left_out_and_groups_are_followed()
    {
        const string schema = """
            namespace T {
              entity A; entity B; entity R;
              action group; action outer;
              action inner in [outer];
              action one in [group] appliesTo { principal: [A, B], resource: R, context: {} };
              action two in [inner] appliesTo { principal: [A, B], resource: R, context: {} };
            }
            """;
        var bundle = Cedar.Good(Cedar.Files("""
            @id("all") permit (principal, action, resource);
            @id("one") permit (principal, action == T::Action::"one", resource);
            @id("group") permit (principal, action in T::Action::"group", resource);
            @id("outer") permit (principal, action in [T::Action::"outer"], resource);
            @id("b") permit (principal is T::B, action, resource);
            @id("a-x") permit (principal == T::A::"x", action, resource);
            """, schema: schema, manifest: Cedar.Manifest.Replace("T::Human", "T::A", StringComparison.Ordinal)));
        Assert.Equal(["a-x", "all", "group", "one"], Applying("one", "T::A"));
        Assert.Equal(["all", "b", "group", "one"], Applying("one", "T::B"));
        Assert.Equal(["a-x", "all", "outer"], Applying("two", "T::A"));

        IEnumerable<string> Applying(string action, string principal)
            => bundle.Policies.Values.Where(p => p.Scope.MayApply(bundle.Actions[new EntityUid("T::Action", action)], principal, "T::R")).Select(p => p.Id);
    }

    [Fact]
    public void What_a_policy_reads_is_found_wherever_it_stands()
    {
        var bundle = Cedar.Good(Cedar.Files("""
            @id("p") permit (principal, action == T::Action::"do", resource) when { if context has tags then context.amount > T::Row::"r".limit else ["a"].contains(context.note) };
            @id("q") permit (principal, action == T::Action::"do", resource) when { context has evidence.approver };
            @id("w") permit (principal, action, resource) when { [context].contains(context) };
            """, """[{"uid":{"type":"T::Row","id":"r"},"attrs":{"limit":10},"parents":[]}]"""));
        Assert.Equal(["amount", "note", "tags"], bundle.Policies["p"].Scope.ContextMembers.Order());
        Assert.Equal([new EntityUid("T::Row", "r")], bundle.Policies["p"].Scope.Literals.Where(l => l.Type == "T::Row"));
        Assert.False(bundle.Policies["p"].Scope.ReadsWholeContext);
        Assert.Equal(["evidence"], bundle.Policies["q"].Scope.ContextMembers);
        Assert.True(bundle.Policies["w"].Scope.ReadsWholeContext);
    }

    private static void Same(PolicyDecision a, PolicyDecision b)
    {
        Assert.Equal(a.Verdict, b.Verdict);
        Assert.Equal(a.Determining, b.Determining);
        Assert.Equal(a.Needs, b.Needs);
        Assert.Equal(a.Fault?.Code, b.Fault?.Code);
        Assert.Equal(a.FailedPolicies ?? [], b.FailedPolicies ?? []);
    }
}
