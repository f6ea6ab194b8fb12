using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Replay;

namespace A2AConsole.Policy.Active;

/// <summary>
/// A bundle that serves, with the one that decides beside it. Whoever enters keeps it until she leaves: it is taken down when it was retired and the
/// last one has left.
/// </summary>
internal sealed class Serving
{
    private readonly CedarDecider _own;
    private readonly CedarDecider? _beside;
    private readonly IPolicyDecider _decider;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _down = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;
    private bool _retired;

    /// <param name="external">Who decides instead of the bundle's own policies; not ours to dispose.</param>
    public Serving(int versionId, PolicyBundle bundle, CedarDecider own, int? shadowId, CedarDecider? beside, DateTimeOffset since, TimeProvider time, IPolicyDecider? external = null)
    {
        var deciding = external ?? own;
        (VersionId, Bundle, _own, ShadowId, _beside) = (versionId, bundle, own, shadowId, beside);
        if (beside is not null)
            Shadow = new ShadowDecider(deciding, beside, time);
        ShadowSince = beside is null ? null : since;
        _decider = Shadow is null ? deciding : Shadow;
    }

    public int VersionId { get; }

    public PolicyBundle Bundle { get; }

    public int? ShadowId { get; }

    public ShadowDecider? Shadow { get; }

    public DateTimeOffset? ShadowSince { get; }

    /// <summary>Completes when it was taken down.</summary>
    public Task Down => _down.Task;

    /// <summary>Decides, or null when it was retired meanwhile: then another one serves.</summary>
    public async ValueTask<PolicyDecision?> DecideAsync(DecisionRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_retired)
                return null;
            _inside++;
        }
        try
        {
            return await _decider.DecideAsync(request, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    public void Retire()
    {
        lock (_gate)
        {
            if (_retired)
                return;
            _retired = true;
            _inside++;
        }
        Leave();
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_inside > 0 || !_retired)
                return;
        }
        _ = TakeDownAsync();
    }

    private async Task TakeDownAsync()
    {
        if (Shadow is not null)
            await Shadow.DisposeAsync();
        _own.Dispose();
        _beside?.Dispose();
        _down.TrySetResult();
    }
}
