using A2AConsole.Policy.Deciding;

namespace A2AConsole.Ingest.A2A.Held;

/// <summary>Stands in where no policy decides: then nothing is held.</summary>
internal sealed class NothingHeld : IHeldMessages
{
    private static readonly ReleaseOutcome None = new(false, "not-waiting", "Nothing is held here.");

    public event Action? Released
    {
        add { }
        remove { }
    }

    public Task<ReleaseOutcome> ReleaseAsync(long heldId, ApprovalEvidence evidence, CancellationToken cancellationToken = default) => Task.FromResult(None);

    public Task<ReleaseOutcome> VerifyAsync(string digest, long byLeaf, string by, CancellationToken cancellationToken = default) => Task.FromResult(None);

    public Task<ReleaseOutcome> ContradictAsync(string digest, long byLeaf, string by, CancellationToken cancellationToken = default) => Task.FromResult(None);

    public Task<int> ExpireAsync(CancellationToken cancellationToken = default) => Task.FromResult(0);

    public Task<bool> RejectAsync(long heldId, string by, string reason, CancellationToken cancellationToken = default) => Task.FromResult(false);

    public Task<bool> CancelAsync(long heldId, string by, CancellationToken cancellationToken = default) => Task.FromResult(false);
}
