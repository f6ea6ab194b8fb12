using A2AConsole.Data.Queries;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Life;

/// <summary>Compares two versions, in text and over the requests of their tests. Throws <see cref="PolicyRefusedException"/> when one does not validate.</summary>
public sealed class PolicyComparison(PolicyEngine engine, PolicyQueries queries)
{
    public async Task<BundleDiff> OfAsync(int before, int after, CancellationToken cancellationToken = default)
    {
        if (engine.WhyNone is { } none)
            throw new PolicyRefusedException("policy-no-engine", none);
        var (old, now) = (await LoadAsync(before, cancellationToken), await LoadAsync(after, cancellationToken));
        return await Task.Run(() =>
        {
            using var a = engine.PatientDecider(old);
            using var b = engine.PatientDecider(now);
            return BundleDiff.Of(a, b, cancellationToken);
        }, cancellationToken);
    }

    private async Task<PolicyBundle> LoadAsync(int id, CancellationToken cancellationToken)
    {
        var row = await queries.FilesAsync(id, cancellationToken) ?? throw new PolicyRefusedException(PolicyLife.NoVersion, "There is no such version.");
        var loaded = await Task.Run(() => engine.Load(StoredFiles.Read(row.Files, row.Version)), cancellationToken);
        return loaded.Bundle ?? throw new PolicyRefusedException(PolicyLife.NotValid, $"{row.Version} does not validate: {loaded.Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error)}");
    }
}
