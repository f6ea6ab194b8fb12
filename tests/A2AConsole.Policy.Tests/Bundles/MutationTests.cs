using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Tests.Bundles;

/// <summary>Mutants are what an editor could do by mistake; the tests of a bundle are worth as much as they notice.</summary>
public sealed class MutationTests
{
    private const string Policies = """
        @id("p") permit (principal is T::Agent, action == T::Action::"do", resource) when { context.amount < 10 && !(context.note == "bad") };
        """;

    private static string Tests(params (string Name, long Amount, string Note, string Expect)[] tests) => $$"""
        { "defaults": { "context": { "evidence": { "secondVerification": false } } }, "tests": [
        {{string.Join(",", tests.Select(t => $$"""{ "name": "{{t.Name}}", "principal": "T::Agent::\"a\"", "action": "T::Action::\"do\"", "resource": "T::Thing::\"x\"", "context": { "amount": {{t.Amount}}, "note": "{{t.Note}}" }, "expect": "{{t.Expect}}" }"""))}}
        ] }
        """;

    private static MutationReport Run(string tests) => new MutationRun(Cedar.Module, Cedar.Good(Cedar.Files(Policies, tests: tests))).Run();

    [Fact]
    public void Every_kind_of_mistake_is_made_once_where_it_can_be()
    {
        var mutants = Mutation.Of(Cedar.Good(Cedar.Files(Policies)).Policies["p"]).ToList();
        Assert.Equal(
            ["drop-condition", "drop-not", "drop-operand", "drop-operand", "flip-effect", "negate-condition", "relax-comparison", "remove-policy", "shift-number", "swap-connective", "swap-equality", "widen-scope", "widen-scope"],
            mutants.Select(m => m.Operator).Order(StringComparer.Ordinal));
        Assert.Equal(mutants.Count, mutants.Select(m => m.Tree).Distinct().Count());
    }

    [Fact]
    public void Thorough_tests_notice_all_that_matters_and_thin_ones_do_not()
    {
        var thorough = Run(Tests(("good", 9, "", "allow"), ("edge", 10, "", "deny"), ("bad", 9, "bad", "deny"), ("both", 10, "bad", "deny")));
        var thin = Run(Tests(("good", 1, "", "allow")));
        // Wider scopes cannot be told by any request that the schema allows for "do"; those and no others survive.
        Assert.All(thorough.Results.Where(r => r.Fate == MutantFate.Survived), r => Assert.Equal("widen-scope", r.Mutant.Operator));
        Assert.True(thin.Score < thorough.Score, $"{thin.Score} against {thorough.Score}");
        Assert.Contains(thin.Results, r => r is { Fate: MutantFate.Survived, Mutant.Operator: "relax-comparison" });
        Assert.All(thorough.Results.Where(r => r.Fate == MutantFate.Killed), r => Assert.NotNull(r.KilledBy));
        Assert.Equal(thorough.Results.Count, thorough.Killed + thorough.Rejected + thorough.Survived);
    }

    [Fact]
    public void A_score_over_tests_that_fail_anyway_is_refused()
        => Assert.Contains("'wrong'", Assert.Throws<InvalidOperationException>(() => Run(Tests(("wrong", 1, "", "deny")))).Message, StringComparison.Ordinal);
}
