using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Bundles;

/// <summary>How a test of a bundle ended. <paramref name="Difference"/> is null when it passed, else what was expected and what came.</summary>
public sealed record TestResult(PolicyTest Test, PolicyDecision Decision, string? Difference)
{
    public bool Passed => Difference is null;
}

/// <summary>Runs the tests of a bundle.</summary>
public static class TestRun
{
    public static IReadOnlyList<TestResult> Of(CedarDecider decider, IReadOnlyList<PolicyTest>? tests = null, CancellationToken cancellationToken = default)
        => [.. (tests ?? decider.Bundle.Tests).Select(t => One(decider, t, cancellationToken))];

    /// <summary>Whether all tests pass; stops at the first that does not.</summary>
    public static bool Passes(CedarDecider decider, IReadOnlyList<PolicyTest> tests, CancellationToken cancellationToken = default)
        => tests.All(t => One(decider, t, cancellationToken).Passed);

    private static TestResult One(CedarDecider decider, PolicyTest test, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var decision = decider.Decide(test.Request, cancellationToken);
        return new TestResult(test, decision, Difference(test, decision));
    }

    private static string? Difference(PolicyTest test, PolicyDecision decision)
    {
        var errors = decision.FailedPolicies?.Count ?? 0;
        if (decision.Fault is { } fault && !(fault.Code == DecisionFaults.EvaluationError && test.Errors > 0))
            return $"{fault.Code}: {fault.Message}";
        if (errors != test.Errors)
            return $"{test.Errors} policies were to fail, {errors} did: {string.Join(", ", decision.FailedPolicies ?? [])}";
        if (decision.Verdict != test.Expected)
            return $"expected {VerdictNames.Of(test.Expected)}, got {VerdictNames.Of(decision.Verdict)} because of {List(decision.Determining)}";
        return test.Because is null || test.Because.SequenceEqual(decision.Determining, StringComparer.Ordinal) ? null
            : $"expected because of {List(test.Because)}, got {List(decision.Determining)}";
    }

    private static string List(IReadOnlyList<string> ids) => ids.Count == 0 ? "no policy" : string.Join(", ", ids);
}
