using System.Globalization;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Policy.Active;

namespace A2AConsole.Policy.Grants;

/// <summary>Gives and takes back grants, each with its leaf in one transaction. Throws <see cref="GrantRefusedException"/>.</summary>
public sealed class GrantService(IActivePolicy policy, GrantQueries queries, ILedger ledger, TimeProvider time)
{
    private const int MaxReason = 300;

    /// <summary>The currency in whose smallest unit limits are counted: the active bundle's.</summary>
    public string? Currency => policy.Bundle?.Manifest.Currency;

    /// <summary>The roles that the active policies name, in ordinal order.</summary>
    public IReadOnlyList<string> Roles => policy.Bundle?.GrantRoles ?? [];

    /// <summary>Null, or what stands against giving it: for a form that says so while it is filled in.</summary>
    public async Task<string?> WhyNotAsync(GrantPlan plan, GrantActor actor, CancellationToken cancellationToken = default)
        => await HolderAsync(plan.AgentNumber, cancellationToken) is { } holder ? GrantRules.Check(plan, holder, actor, Roles, time.GetUtcNow())?.Message : "There is no such agent any more.";

    /// <summary>Gives it; returns its number.</summary>
    public async Task<int> GiveAsync(GrantPlan plan, GrantActor actor, bool isDemo = false, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var holder = await HolderAsync(plan.AgentNumber, cancellationToken) ?? throw new GrantRefusedException(GrantRules.Unknown, "There is no such agent any more.");
        Refuse(GrantRules.Check(plan, holder, actor, Roles, now));
        var reason = Cut(plan.Reason);
        Grant? given = null;
        await ledger.RecordAsync(Leaf(actor, holder.SpiffeId, Words(plan, reason), now, plan.NotAfter, isDemo), (context, _) =>
        {
            // What an owner goes on with may have been taken back, or the agent have gone, since it was read.
            Refuse(GrantChanges.Holder(context, plan.AgentNumber) is { } facts ? GrantRules.Check(plan, Holder(facts), actor, Roles, now) : (GrantRules.Unknown, "There is no such agent any more."));
            given = new Grant
            {
                AgentNumber = plan.AgentNumber, Role = plan.Role, Task = plan.Task, Environments = string.Join(' ', plan.Environments), NotBefore = plan.NotBefore, NotAfter = plan.NotAfter,
                CostLimit = plan.CostLimit, RiskLimit = plan.RiskLimit, CreatedAt = now, CreatedBy = actor.Name, Reason = reason, IsDemo = isDemo,
            };
            GrantChanges.Add(context, given);
        }, cancellationToken);
        return given!.Id;
    }

    /// <summary>Takes it back: from the next message on it counts no more.</summary>
    public async Task RevokeAsync(int id, string reason, GrantActor actor, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var row = await queries.FindAsync(id, cancellationToken) ?? throw new GrantRefusedException(GrantRules.Unknown, "There is no such grant.");
        Refuse(GrantRules.CheckRevoke(row.Owner, row.RevokedAt, actor, reason));
        await ledger.RecordAsync(Leaf(actor, row.SpiffeId, $"may not act as {row.Role} any more: {Cut(reason)}", now, null, false), (context, _) =>
        {
            var grant = GrantChanges.Find(context, id) ?? throw new GrantRefusedException(GrantRules.Unknown, "There is no such grant.");
            Refuse(GrantRules.CheckRevoke(GrantChanges.Holder(context, grant.AgentNumber)?.Owner, grant.RevokedAt, actor, reason));
            (grant.RevokedAt, grant.RevokedBy) = (now, actor.Name);
        }, cancellationToken);
    }

    private async Task<GrantHolder?> HolderAsync(int number, CancellationToken cancellationToken) => await queries.HolderAsync(number, cancellationToken) is { } facts ? Holder(facts) : null;

    private static GrantHolder Holder(GrantHolderFacts facts)
        => new(facts.SpiffeId, facts.Environment, facts.Owner, facts.State is not (AgentState.Revoked or AgentState.Retired),
            [.. facts.Grants.Select(g => new HeldGrant(g.Role, g.Task, g.Environments.Split(' ', StringSplitOptions.RemoveEmptyEntries), g.CostLimit, g.RiskLimit))]);

    private static LedgerLeaf Leaf(GrantActor actor, string agent, string detail, DateTimeOffset now, DateTimeOffset? expires, bool isDemo) => new()
    {
        Kind = LeafKind.Policy, Verdict = LeafVerdict.Done, At = now, Actor = actor.Name == "system" ? actor.Name : "user:" + actor.Name, Subject = agent, Expires = expires, Detail = LedgerLeaf.Sentence(detail),
        Demo = isDemo ? "live" : null,
    };

    private string Words(GrantPlan plan, string reason)
    {
        var task = plan.Task == GrantRules.AnyTask ? "any task" : $"the task {plan.Task}";
        var cost = plan.CostLimit is { } limit && Currency is { } currency ? $", at most {MinorUnits.Format(limit, currency)} {currency} an action" : "";
        var risk = plan.RiskLimit is { } most ? string.Create(CultureInfo.InvariantCulture, $", up to a risk of {most}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"may act as {plan.Role} in {string.Join(", ", plan.Environments)} for {task} until {plan.NotAfter.UtcDateTime:yyyy-MM-dd HH:mm} UTC{cost}{risk}: {reason}");
    }

    private static void Refuse((string Code, string Message)? fault)
    {
        if (fault is { } f)
            throw new GrantRefusedException(f.Code, f.Message);
    }

    private static string Cut(string text) => text.Trim() is var t && t.Length > MaxReason ? t[..MaxReason] : t;
}
