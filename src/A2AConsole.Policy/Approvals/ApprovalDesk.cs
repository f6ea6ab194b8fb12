using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Approvals;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Deciding;

namespace A2AConsole.Policy.Approvals;

/// <inheritdoc cref="IApprovalDesk"/>
public sealed class ApprovalDesk(ApprovalQueries queries, PolicyOptions options) : IApprovalDesk
{
    /// <inheritdoc/>
    public async ValueTask<ApprovalRefusal?> WhyNotAsync(ApprovalAsk ask, CancellationToken cancellationToken)
        => WhyNot(await queries.OfNameAsync(ask.Held.AgentNumber, ask.Held.Action, LedgerLeaf.Sentence(ask.Asked), ask.Held.Digest, cancellationToken),
            await queries.PendingOfAsync(ask.Held.AgentNumber, cancellationToken));

    private ApprovalRefusal? WhyNot((int Id, bool Ended)? other, int pending)
        => other is var (id, ended) ? new("approval-digest", ended
                ? $"An approval was given for another content under the same name (request {id}); it does not cover this one, and one name is approved once."
                : $"A request under the same name waits with another content (request {id}); nothing else is asked under it meanwhile.")
            : pending < options.MostPending ? null
            : new("approvals-full", $"{pending} requests of this agent wait for people already, and no more than {options.MostPending} may. Ask again when they are decided.");

    /// <inheritdoc/>
    public void Open(ConsoleDbContext context, ApprovalAsk ask, DateTimeOffset now)
    {
        var held = ask.Held;
        var asked = LedgerLeaf.Sentence(ask.Asked);
        if (WhyNot(ApprovalQueries.OfName(context, held.AgentNumber, held.Action, asked, held.Digest), ApprovalQueries.PendingOf(context, held.AgentNumber)) is { } refusal)
            throw new ApprovalUnusableException(refusal.Code, refusal.Detail);
        var agent = DecisionChanges.Agent(context, held.AgentNumber);
        ApprovalChanges.Ask(context, new Approval
        {
            HeldMessageId = held.Id, MessageId = held.MessageId, Digest = held.Digest, Action = held.Action, AgentNumber = held.AgentNumber, Owner = agent.Owner, Asked = asked,
            Why = LedgerLeaf.Sentence(string.Join("; ", ask.Decision.Reasons.Distinct(StringComparer.Ordinal))), Amount = ask.Amount, Currency = ask.Currency, Cost = ask.Cost, CostCurrency = ask.CostCurrency,
            Risk = ask.Risk, Tier = ask.Tier, Quorum = ask.Quorum, ApproverRole = string.Join(' ', ask.ApproverRoles), State = ApprovalState.Pending, AskedAt = now, ExpiresAt = held.ExpiresAt, Demo = held.Demo,
            GroupKey = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{agent.SpiffeId}\n{held.Action}\n{held.Receiver}"))),
        });
    }

    /// <inheritdoc/>
    public void Use(ConsoleDbContext context, ApprovalEvidence evidence, DateTimeOffset now)
    {
        try
        {
            ApprovalChanges.Use(context, evidence.ApprovalId, evidence.Digest, evidence.Action, now);
        }
        catch (ApprovalRefusedException e)
        {
            throw new ApprovalUnusableException(e.Refusal.Code, e.Refusal.Detail);
        }
    }

    /// <inheritdoc/>
    public void Withdraw(ConsoleDbContext context, long heldId, string why, DateTimeOffset now)
    {
        var state = DecisionChanges.Held(context, heldId)?.State == HeldState.Expired ? ApprovalState.Expired : ApprovalState.Withdrawn;
        ApprovalChanges.End(context, heldId, state, why, now);
    }
}
