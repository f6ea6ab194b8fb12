using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Trust.Life;

/// <inheritdoc cref="IAgentLife"/>
public sealed class AgentLives(ILedger ledger, Standings standings, TimeProvider time) : IAgentLife
{
    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReason = 200;

    private const int MaxHolder = 256;

    /// <inheritdoc/>
    public Task<LifeRefusal?> SuspendAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default)
        => StepAsync(agentNumber, actor, reason, "Suspended", LifeChanges.Suspend, RevocationReason.CertificateHold, cancellationToken);

    /// <inheritdoc/>
    public Task<LifeRefusal?> ResumeAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default)
        => StepAsync(agentNumber, actor, reason, "Resumed", LifeChanges.Resume, null, cancellationToken);

    /// <inheritdoc/>
    public Task<LifeRefusal?> RetireAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default)
        => StepAsync(agentNumber, actor, reason, "Retired", LifeChanges.Retire, RevocationReason.CessationOfOperation, cancellationToken);

    /// <inheritdoc/>
    public Task<LifeRefusal?> RequestRotationAsync(int agentNumber, string actor, string reason, CancellationToken cancellationToken = default)
        => StepAsync(agentNumber, actor, reason, "Asked to rotate its key", LifeChanges.RequestRotation, null, cancellationToken);

    /// <inheritdoc/>
    public Task<LifeRefusal?> AssignOwnerAsync(int agentNumber, string? owner, string actor, string reason, CancellationToken cancellationToken = default)
    {
        RefuseLong(owner);
        owner = string.IsNullOrWhiteSpace(owner) ? null : owner.Trim();
        return StepAsync(agentNumber, actor, reason, owner is null ? "Left without an owner" : $"Given to {owner}",
            (context, number, _) => LifeChanges.AssignOwner(context, number, owner), null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<LifeRefusal?> SetResponsibilitiesAsync(int agentNumber, IReadOnlyDictionary<Duty, string?> holders, string actor, string reason, CancellationToken cancellationToken = default)
    {
        foreach (var holder in holders.Values)
            RefuseLong(holder);
        var trimmed = holders.ToDictionary(h => h.Key, h => h.Value?.Trim());
        var said = string.Join(", ", trimmed.OrderBy(h => h.Key).Select(h => $"{h.Key} {(string.IsNullOrEmpty(h.Value) ? "nobody" : h.Value)}"));
        return StepAsync(agentNumber, actor, reason, $"Responsibilities ({said})",
            (context, number, _) => LifeChanges.SetResponsibilities(context, number, trimmed), null, cancellationToken);
    }

    private async Task<LifeRefusal?> StepAsync(
        int agentNumber, string actor, string reason, string what, Func<ConsoleDbContext, int, LifeAct, LifeResult> change, RevocationReason? withdraws, CancellationToken cancellationToken)
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > MaxReason)
            throw new ArgumentException($"a reason has 1 to {MaxReason} characters", nameof(reason));
        if (standings.Agent(agentNumber) is not { } agent)
            return new LifeRefusal("agent-unknown", "No such agent is on record.");
        var now = time.GetUtcNow();
        var detail = $"{what}: {reason}";
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = now, Actor = actor, Subject = agent.SpiffeId,
            Detail = detail.Length <= 500 ? detail : detail[..500], Demo = agent.IsDemo ? "live" : null,
        };
        LifeResult? result = null;
        LedgerReceipt receipt;
        try
        {
            receipt = await ledger.RecordAsync(leaf, (context, index) => result = change(context, agentNumber, new LifeAct(index, actor, now, reason)), cancellationToken);
        }
        catch (LifeConflictException e)
        {
            return e.Refusal;
        }
        standings.Apply(result!, withdraws is { } why ? new Withdrawal(now, why) : null, receipt.LeafIndex);
        return null;
    }

    private static void RefuseLong(string? holder)
    {
        if (holder?.Length > MaxHolder)
            throw new ArgumentException($"a name has at most {MaxHolder} characters", nameof(holder));
    }
}
