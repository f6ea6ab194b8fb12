using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.AuthZen;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Replay;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Policy.Active;

/// <summary>
/// The version that is active on record serves, in every process; one that is being shadowed decides beside it. Each version gets instances of its own, and the old
/// ones serve until the new ones are ready. What cannot be loaded does not serve, and then nothing that changes state passes.
/// </summary>
public sealed class ActivePolicy(
    PolicyEngine engine, PolicyOptions options, PolicyQueries queries, ILedger ledger, TimeProvider time, ILogger<ActivePolicy> logger) : IActivePolicy, IDisposable
{
    private static readonly TimeSpan TakeDownPatience = TimeSpan.FromSeconds(10);
    private static readonly BundleId Nobody = new("none", "0", "none");

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly ExternalDecider? _external = options.AuthZenEndpoint is { } endpoint ? new ExternalDecider(endpoint, options.AuthZenTimeout, time) : null;
    private volatile Serving? _serving;
    private string? _whyFirstRefused;
    private volatile string? _whyNone = "The policies are still being loaded: try again in a moment.";

    /// <inheritdoc/>
    public PolicyBundle? Bundle => _serving?.Bundle;

    /// <inheritdoc/>
    public string? WhyNone => _serving is null ? _whyNone : null;

    /// <inheritdoc/>
    public Task Ready => _ready.Task;

    /// <inheritdoc/>
    public event Action? Changed;

    /// <summary>The active version's row.</summary>
    public int? VersionId => _serving?.VersionId;

    /// <summary>The version that decides beside it, since when, and what it decided differently in this process.</summary>
    public (int VersionId, DateTimeOffset Since, ShadowDecider Decider)? Shadow
        => _serving is { Shadow: { } shadow, ShadowId: { } id, ShadowSince: { } since } ? (id, since, shadow) : null;

    /// <inheritdoc/>
    public async ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default)
    {
        await Ready.WaitAsync(cancellationToken);
        while (_serving is { } serving)
        {
            if (await serving.DecideAsync(request, cancellationToken) is { } decision)
                return decision;
        }
        return PolicyDecision.Faulted(Nobody, DecisionFaults.NoBundle, WhyNone ?? "no bundle is active");
    }

    /// <summary>Puts what is on record into force, where something else serves.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var standing = await queries.StandingAsync(cancellationToken);
            if (_serving is { } serving && serving.VersionId == standing.Active && serving.ShadowId == standing.Shadow)
                return;
            if (engine.WhyNone is { } none)
            {
                Stop(none);
                return;
            }
            if (standing.Active is not { } active)
            {
                Stop(_whyFirstRefused ?? "No bundle of policies is active: an administrator activates one on the page Policies.");
                return;
            }
            await ServeAsync(active, standing.Shadow, cancellationToken);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Makes the first bundle active where no version is on record, then serves what is on record.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await queries.HasAnyAsync(cancellationToken) && engine.WhyNone is null)
                await RecordFirstAsync(cancellationToken);
            await RefreshAsync(cancellationToken);
            if (WhyNone is { } none)
                logger.LogWarning("No policies decide: {Why}", none);
        }
        catch (Exception e)
        {
            // The upkeep tries again; until then nothing passes that changes something.
            if (e is not OperationCanceledException)
                logger.LogError(e, "The policies could not be loaded; trying again");
            _whyNone = "The policies could not be loaded: " + e.Message;
        }
        finally
        {
            _ready.TrySetResult();
        }
    }

    private async Task RecordFirstAsync(CancellationToken cancellationToken)
    {
        if (Judge(First()) is not { } judged)
            return;
        var (bundle, tests) = judged;
        var now = time.GetUtcNow();
        var files = StoredFiles.Write(bundle.Files);
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Policy, Verdict = LeafVerdict.Done, At = now, Actor = "system", Subject = PolicyWords.Subject(bundle.Id.Name, bundle.Id.Version),
            Digest = bundle.Id.Digest["sha256:".Length..],
            Detail = $"{bundle.Id.Name} {bundle.Id.Version} is the first bundle and decides from now on: {bundle.Policies.Count} policies, {tests} tests passed",
        };
        // Another process may have been first; its version stands, and this leaf says the same.
        await ledger.RecordAsync(leaf, (context, index) => PolicyChanges.AddFirst(context, new PolicyVersion
        {
            Name = bundle.Id.Name, Version = bundle.Id.Version, Digest = bundle.Id.Digest, State = PolicyVersionState.Active, Files = files, CreatedAt = now, CreatedBy = "system",
            Note = options.Bundle is null ? "The bundle that is shipped." : "The bundle that the configuration named at the first start.",
            TestsPassed = tests, ActivatedAt = now, ActivatedBy = "system", Leaf = index, IsDemo = options.IsDemo,
        }), cancellationToken);
    }

    private BundleFiles? First()
    {
        try
        {
            return options.Bundle is { } path ? BundleFiles.Read(path) : ShippedBundle.Read();
        }
        catch (BundleException e)
        {
            Refuse(e.Message);
            return null;
        }
    }

    private (PolicyBundle Bundle, int Tests)? Judge(BundleFiles? files)
    {
        if (files is null)
            return null;
        var loaded = engine.Load(files);
        if (loaded.Bundle is not { } bundle)
        {
            Refuse(string.Join("; ", loaded.Problems.Where(p => p.Severity == ProblemSeverity.Error).Take(3)));
            return null;
        }
        using var decider = engine.PatientDecider(bundle);
        var tests = TestRun.Of(decider);
        if (tests.FirstOrDefault(t => !t.Passed) is { } failed)
        {
            Refuse($"its test '{failed.Test.Name}' fails: {failed.Difference}");
            return null;
        }
        return (bundle, tests.Count);
    }

    private void Refuse(string why)
        => _whyFirstRefused = $"The first bundle of policies could not be taken: {why}. Mend it and start again.";

    private async Task ServeAsync(int active, int? shadow, CancellationToken cancellationToken)
    {
        if (await LoadAsync(active, cancellationToken) is not { } bundle)
            return;
        // What cannot be shadowed must not keep the active one from serving.
        var beside = shadow is { } id ? await TryLoadAsync(id, cancellationToken) : null;
        var fresh = new Serving(active, bundle, engine.Decider(bundle), shadow, beside is null ? null : engine.Decider(beside), time.GetUtcNow(), time, _external);
        var old = _serving;
        _serving = fresh;
        old?.Retire();
        if (old?.VersionId != active)
            logger.LogInformation("{Bundle} {Version} decides ({Digest})", bundle.Id.Name, bundle.Id.Version, bundle.Id.Digest);
        Changed?.Invoke();
    }

    private async Task<PolicyBundle?> LoadAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            var row = await queries.FilesAsync(id, cancellationToken) ?? throw new BundleException($"version {id} is not there any more");
            var loaded = engine.Load(StoredFiles.Read(row.Files, $"{row.Name} {row.Version}"));
            if (loaded.Bundle is { } bundle && bundle.Id.Digest == row.Digest)
                return bundle;
            throw new BundleException(loaded.Bundle is null ? string.Join("; ", loaded.Problems.Take(3)) : $"its files have the digest {loaded.Bundle.Id.Digest}, and {row.Digest} was activated");
        }
        catch (Exception e) when (e is BundleException or CedarFaultException or CedarMissingException)
        {
            logger.LogError(e, "The active version of the policies cannot be loaded");
            Stop($"The active version of the policies cannot be loaded: {e.Message}. Roll back to another version.");
            return null;
        }
    }

    private async Task<PolicyBundle?> TryLoadAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            return await queries.FilesAsync(id, cancellationToken) is { } row ? engine.Load(StoredFiles.Read(row.Files, $"{row.Name} {row.Version}")).Bundle : null;
        }
        catch (Exception e) when (e is BundleException or CedarFaultException)
        {
            logger.LogWarning(e, "The version that was to decide beside the active one cannot be loaded");
            return null;
        }
    }

    private void Stop(string why)
    {
        var old = _serving;
        _whyNone = why;
        _serving = null;
        old?.Retire();
        if (old is not null)
            Changed?.Invoke();
    }

    public void Dispose()
    {
        // The engine goes next: nothing may be inside it then.
        if (_serving is { } serving)
        {
            serving.Retire();
            serving.Down.Wait(TakeDownPatience);
        }
        _external?.Dispose();
        _refreshing.Dispose();
    }
}
