using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Tests.Bundles;

/// <summary>The bundle that comes with the product.</summary>
public sealed class SupplyChainBundleTests
{
    [Fact]
    public void It_is_valid() => Assert.DoesNotContain(Cedar.Load(BundleFiles.Read(Cedar.SupplyChainDirectory)).Problems, p => p.Severity == ProblemSeverity.Error);

    [Fact]
    public void Its_tests_pass()
    {
        var results = TestRun.Of(Cedar.Decider);
        Assert.True(results.Count >= 23);
        Assert.All(results, r => Assert.True(r.Passed, $"{r.Test.File}:{r.Test.Line} {r.Test.Name}: {r.Difference}"));
    }
}
