using A2AConsole.Data;
using A2AConsole.Policy.Deciding;

namespace A2AConsole.Policy.Approvals;

/// <summary>Where nobody can approve: what needs a person is refused, rather than held for ever.</summary>
internal sealed class NoApprovalDesk : IApprovalDesk
{
    public ValueTask<string?> WhyNotAsync(ApprovalAsk ask, CancellationToken cancellationToken)
        => ValueTask.FromResult<string?>("It needs a person's approval, and nobody can give one here.");

    public void Open(ConsoleDbContext context, ApprovalAsk ask, DateTimeOffset now) => throw new InvalidOperationException("Nobody can approve here.");

    public void Use(ConsoleDbContext context, ApprovalEvidence evidence, DateTimeOffset now)
        => throw new ApprovalUnusableException("approval-unknown", "Nobody can approve here, so there is no such approval.");

    public void Withdraw(ConsoleDbContext context, long heldId, string why, DateTimeOffset now)
    {
    }
}
