using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Bundles;

/// <summary>What became of a mutant.</summary>
public enum MutantFate
{
    /// <summary>Validation refuses it: such a mistake cannot be activated.</summary>
    Rejected,

    /// <summary>A test fails: such a mistake would be noticed.</summary>
    Killed,

    /// <summary>All tests pass: nobody would notice.</summary>
    Survived,
}

/// <summary>One mutant and what became of it; <paramref name="KilledBy"/> names the first test that failed.</summary>
public sealed record MutantResult(Mutant Mutant, MutantFate Fate, string? KilledBy);

/// <summary>What a bundle's tests are worth.</summary>
public sealed record MutationReport(IReadOnlyList<MutantResult> Results)
{
    public int Rejected => Results.Count(r => r.Fate == MutantFate.Rejected);

    public int Killed => Results.Count(r => r.Fate == MutantFate.Killed);

    public int Survived => Results.Count(r => r.Fate == MutantFate.Survived);

    /// <summary>The share of valid mutants that a test notices, 0 to 1; 1 when there is none.</summary>
    public double Score => Killed + Survived == 0 ? 1 : (double)Killed / (Killed + Survived);
}

/// <summary>Runs a bundle's tests over mutants of its policies.</summary>
/// <param name="parallelism">How many at once; 0: one a processor.</param>
public sealed class MutationRun(CedarModule module, PolicyBundle bundle, int parallelism = 0)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Judges every mutant. Throws <see cref="InvalidOperationException"/> when a test fails without any change: then it says nothing.</summary>
    public MutationReport Run(IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var tests = bundle.Tests;
        using (var decider = Decider(bundle))
        {
            if (TestRun.Of(decider, tests, cancellationToken).FirstOrDefault(r => !r.Passed) is { } failed)
                throw new InvalidOperationException($"the test '{failed.Test.Name}' fails without any change: {failed.Difference}");
        }
        var mutants = bundle.Policies.Values.SelectMany(Mutation.Of).ToArray();
        var results = new MutantResult[mutants.Length];
        var done = 0;
        Parallel.For(0, mutants.Length, new ParallelOptions { MaxDegreeOfParallelism = parallelism > 0 ? parallelism : Environment.ProcessorCount, CancellationToken = cancellationToken }, i =>
        {
            results[i] = Judge(mutants[i], tests, cancellationToken);
            progress?.Report(Interlocked.Increment(ref done));
        });
        return new MutationReport(results);
    }

    private MutantResult Judge(Mutant mutant, IReadOnlyList<PolicyTest> tests, CancellationToken cancellationToken)
    {
        var policies = new SortedDictionary<string, PolicyText>(bundle.Policies.ToDictionary(), StringComparer.Ordinal);
        if (mutant.Tree is null)
        {
            policies.Remove(mutant.PolicyId);
        }
        else
        {
            using var tree = JsonDocument.Parse(mutant.Tree);
            var original = policies[mutant.PolicyId];
            policies[mutant.PolicyId] = original with
            {
                IsForbid = tree.RootElement.GetProperty("effect").GetString() == "forbid", Tree = mutant.Tree, Replacement = mutant.Tree, Scope = new PolicyScope(tree.RootElement),
            };
        }
        if (!IsValid(policies.Values))
            return new MutantResult(mutant, MutantFate.Rejected, null);
        using var decider = Decider(bundle.With(policies));
        foreach (var test in tests)
        {
            if (!TestRun.Passes(decider, [test], cancellationToken))
                return new MutantResult(mutant, MutantFate.Killed, test.Name);
        }
        return new MutantResult(mutant, MutantFate.Survived, null);
    }

    private bool IsValid(IEnumerable<PolicyText> policies)
    {
        using var engine = module.NewInstance();
        using var answer = JsonDocument.Parse(engine.Call("validate", BundleLoader.ValidationCall(bundle.Schema, policies), Deadline).ToArray());
        return answer.RootElement.GetProperty("type").GetString() == "success" && answer.RootElement.GetProperty("validationErrors").GetArrayLength() == 0;
    }

    private CedarDecider Decider(PolicyBundle policies) => new(module, policies, new CedarDeciderOptions(Instances: 1, Deadline: Deadline, CacheEntries: 0));
}
