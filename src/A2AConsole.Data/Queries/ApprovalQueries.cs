using A2AConsole.Core.Approvals;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Stores;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Which requests to list.</summary>
public enum ApprovalTab
{
    /// <summary>Those that wait and that this person may decide.</summary>
    Mine,
    /// <summary>All that wait.</summary>
    Open,
    /// <summary>Those that have ended.</summary>
    History,
}

/// <summary>A filter of requests.</summary>
/// <param name="Tab">Which of them.</param>
/// <param name="Text">Part of what is asked, a message id, an agent's name.</param>
/// <param name="Agent">An agent's row.</param>
/// <param name="State">Only in this state (history).</param>
public sealed record ApprovalFilter(ApprovalTab Tab, string? Text = null, int? Agent = null, ApprovalState? State = null);

/// <summary>A request in a list.</summary>
public sealed record ApprovalRow(
    int Id, string Asked, string AgentId, string AgentName, string Organisation, string Receiver, string Action, string? Amount, string? Currency, long Cost, string CostCurrency, int Risk, string Tier, int Quorum, int Approving,
    ApprovalState State, DateTimeOffset AskedAt, DateTimeOffset ExpiresAt, DateTimeOffset? EscalatedAt, DateTimeOffset? EndedAt, string? Outcome, string GroupKey, string MessageId, string? Demo);

/// <summary>What became of requests like one.</summary>
/// <param name="Released">How many were approved and used.</param>
/// <param name="Refused">How many were refused.</param>
/// <param name="Expired">How many expired or were withdrawn.</param>
/// <param name="Largest">The largest that was approved, in the smallest unit of its currency.</param>
/// <param name="Latest">The latest ones.</param>
public sealed record LikeCases(int Released, int Refused, int Expired, long? Largest, IReadOnlyList<ApprovalRow> Latest);

/// <summary>A delegation with whether it holds now.</summary>
public sealed record DelegationRow(int Id, string From, string To, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Reason);

/// <summary>Reads requests for approval.</summary>
public sealed class ApprovalQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int Like = 5;
    private const int LikeOf = 200;

    /// <summary>A page: those that wait by their end, soonest first; those that ended newest first. <paramref name="after"/> is where the page before ended.</summary>
    public async Task<(IReadOnlyList<ApprovalRow> Rows, bool HasNext)> PageAsync(ApprovalFilter filter, ApprovalActor actor, (DateTimeOffset At, int Id)? after, int take, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = Filtered(db, filter, actor, now);
        List<ApprovalRow> rows;
        if (filter.Tab == ApprovalTab.History)
        {
            if (after is var (at, id))
                all = all.Where(a => a.EndedAt < at || a.EndedAt == at && a.Id < id);
            rows = await Rows(all.OrderByDescending(a => a.EndedAt).ThenByDescending(a => a.Id)).Take(take + 1).ToListAsync(cancellationToken);
        }
        else
        {
            if (after is var (at, id))
                all = all.Where(a => a.ExpiresAt > at || a.ExpiresAt == at && a.Id > id);
            rows = await Rows(all.OrderBy(a => a.ExpiresAt).ThenBy(a => a.Id)).Take(take + 1).ToListAsync(cancellationToken);
        }
        var more = rows.Count > take;
        if (more)
            rows.RemoveAt(take);
        return (rows, more);
    }

    /// <summary>How many wait that this person may decide.</summary>
    public async Task<int> MineAsync(ApprovalActor actor, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Filtered(db, new ApprovalFilter(ApprovalTab.Mine), actor, now).CountAsync(cancellationToken);
    }

    /// <summary>How many wait in all.</summary>
    public async Task<int> OpenAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Approvals.CountAsync(a => a.State == ApprovalState.Pending || a.State == ApprovalState.AskedBack, cancellationToken);
    }

    /// <summary>How many of an agent's wait.</summary>
    public async Task<int> PendingOfAsync(int agent, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return PendingOf(db, agent);
    }

    /// <summary>The same within a change.</summary>
    public static int PendingOf(ConsoleDbContext db, int agent) => db.Approvals.Count(a => a.AgentNumber == agent && (a.State == ApprovalState.Pending || a.State == ApprovalState.AskedBack));

    /// <summary>A request of an agent for the same by name, that waits or was approved, about another content (digest); null when there is none.</summary>
    public async Task<(int Id, bool Ended)?> OfNameAsync(int agent, string action, string asked, string digest, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return OfName(db, agent, action, asked, digest);
    }

    /// <summary>The same within a change.</summary>
    public static (int Id, bool Ended)? OfName(ConsoleDbContext db, int agent, string action, string asked, string digest)
    {
        var found = db.Approvals.AsNoTracking().Where(a => a.AgentNumber == agent && a.Action == action && a.Asked == asked && a.Digest != digest
                && (a.State == ApprovalState.Pending || a.State == ApprovalState.AskedBack || a.State == ApprovalState.Approved || a.State == ApprovalState.Used))
            .OrderByDescending(a => a.Id).Select(a => new { a.Id, Ended = a.EndedAt != null }).FirstOrDefault();
        return found is null ? null : (found.Id, found.Ended);
    }

    /// <summary>A request with its votes, agent, message and the decision that held it.</summary>
    public async Task<(Approval Approval, Decision? Decision)?> FindAsync(int id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var approval = await db.Approvals.AsNoTracking().Include(a => a.Votes.OrderBy(v => v.Id)).Include(a => a.Agent).Include(a => a.HeldMessage).AsSplitQuery().FirstOrDefaultAsync(a => a.Id == id, cancellationToken);
        if (approval is null)
            return null;
        return (approval, await db.Decisions.AsNoTracking().FirstOrDefaultAsync(d => d.Id == approval.HeldMessage.DecisionId, cancellationToken));
    }

    /// <summary>The newest request about a message, or null.</summary>
    public async Task<int?> OfMessageAsync(long held, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Approvals.Where(a => a.HeldMessageId == held).OrderByDescending(a => a.Id).Select(a => (int?)a.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>What became of requests of the same group.</summary>
    public async Task<LikeCases> LikeAsync(string groupKey, int except, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ended = db.Approvals.AsNoTracking().Where(a => a.GroupKey == groupKey && a.Id != except && a.EndedAt != null).OrderByDescending(a => a.Id).Take(LikeOf);
        var counts = await ended.GroupBy(a => a.State).Select(g => new { g.Key, Count = g.Count(), Most = g.Max(a => a.Cost) }).ToListAsync(cancellationToken);
        int Of(params ApprovalState[] states) => counts.Where(c => states.Contains(c.Key)).Sum(c => c.Count);
        return new(Of(ApprovalState.Used), Of(ApprovalState.Refused), Of(ApprovalState.Expired, ApprovalState.Withdrawn), counts.FirstOrDefault(c => c.Key == ApprovalState.Used)?.Most,
            await Rows(ended).Take(Like).ToListAsync(cancellationToken));
    }

    /// <summary>Those that wait in the same group, soonest end first.</summary>
    public async Task<IReadOnlyList<ApprovalRow>> GroupAsync(string groupKey, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(db.Approvals.AsNoTracking().Where(a => a.GroupKey == groupKey && (a.State == ApprovalState.Pending || a.State == ApprovalState.AskedBack)).OrderBy(a => a.ExpiresAt)).Take(100).ToListAsync(cancellationToken);
    }

    /// <summary>Who a person is when it comes to deciding, with those who delegated to her.</summary>
    public async Task<ApprovalActor> ActorAsync(string userName, string? role, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var from = await (
            from d in db.ApprovalDelegations.AsNoTracking()
            where d.To == userName && d.RevokedAt == null && d.NotBefore <= now && d.NotAfter > now
            join u in db.Users on d.From equals u.UserName
            select new { d.From, Role = (from l in db.UserRoles join r in db.Roles on l.RoleId equals r.Id where l.UserId == u.Id select r.Name).FirstOrDefault() }).Distinct().ToListAsync(cancellationToken);
        return new ApprovalActor(userName, role, [.. from.Select(f => new ApprovalDelegator(f.From, f.Role))]);
    }

    /// <summary>The delegations of and to a person that have not ended.</summary>
    public async Task<IReadOnlyList<DelegationRow>> DelegationsAsync(string userName, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ApprovalDelegations.AsNoTracking().Where(d => (d.From == userName || d.To == userName) && d.RevokedAt == null && d.NotAfter > now).OrderBy(d => d.NotBefore)
            .Select(d => new DelegationRow(d.Id, d.From, d.To, d.NotBefore, d.NotAfter, d.Reason)).ToListAsync(cancellationToken);
    }

    /// <summary>Those that were approved and wait to be used: what a process that stopped in between left.</summary>
    public async Task<IReadOnlyList<int>> ApprovedAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Approvals.AsNoTracking().Where(a => a.State == ApprovalState.Approved).OrderBy(a => a.Id).Select(a => a.Id).Take(100).ToListAsync(cancellationToken);
    }

    /// <summary>Those that wait and have not been escalated: id, begin and end.</summary>
    public async Task<IReadOnlyList<(int Id, DateTimeOffset AskedAt, DateTimeOffset ExpiresAt)>> NotEscalatedAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Approvals.AsNoTracking().Where(a => (a.State == ApprovalState.Pending || a.State == ApprovalState.AskedBack) && a.EscalatedAt == null)
            .OrderBy(a => a.ExpiresAt).Take(500).Select(a => new { a.Id, a.AskedAt, a.ExpiresAt }).ToListAsync(cancellationToken);
        return [.. rows.Select(r => (r.Id, r.AskedAt, r.ExpiresAt))];
    }

    private static IQueryable<Approval> Filtered(ConsoleDbContext db, ApprovalFilter filter, ApprovalActor actor, DateTimeOffset now)
    {
        var all = db.Approvals.AsNoTracking();
        if (filter.Tab == ApprovalTab.History)
            all = filter.State is { } state ? all.Where(a => a.EndedAt != null && a.State == state) : all.Where(a => a.EndedAt != null);
        else
            all = all.Where(a => a.State == ApprovalState.Pending || a.State == ApprovalState.AskedBack);
        if (filter.Tab == ApprovalTab.Mine)
        {
            // As ApprovalRules.WhyNot says it, for a list.
            var me = actor.UserName;
            all = all.Where(a => a.ExpiresAt > now && a.Owner != me && !a.Votes.Any(v => (v.Approver == me || v.OnBehalfOf == me) && v.Choice != ApprovalChoice.AskBack));
            var mine = " " + (actor.Role ?? "-") + " ";
            var others = actor.ActsFor.Where(d => d.Role is not null).ToList();
            if (others.Count == 0)
                all = all.Where(a => (" " + a.ApproverRole + " ").Contains(mine));
            else
            {
                var theirs = " " + others[0].Role + " ";
                var names = others.Select(o => o.UserName).ToList();
                all = all.Where(a => (" " + a.ApproverRole + " ").Contains(mine) || (" " + a.ApproverRole + " ").Contains(theirs) && !names.Contains(a.Owner!));
            }
        }
        if (filter.Agent is { } agent)
            all = all.Where(a => a.AgentNumber == agent);
        if (filter.Text is { Length: > 0 } text)
            all = all.Where(a => a.Asked.Contains(text) || a.MessageId.Contains(text) || a.Agent.Name.Contains(text) || a.Outcome!.Contains(text));
        return all;
    }

    private static IQueryable<ApprovalRow> Rows(IQueryable<Approval> approvals) => approvals.Select(a => new ApprovalRow(
        a.Id, a.Asked, a.Agent.SpiffeId, a.Agent.Name, a.Agent.Organisation, a.HeldMessage.Receiver, a.Action, a.Amount, a.Currency, a.Cost, a.CostCurrency, a.Risk, a.Tier, a.Quorum,
        a.Votes.Count(v => v.Choice == ApprovalChoice.Approve || v.Choice == ApprovalChoice.ApproveLimited), a.State, a.AskedAt, a.ExpiresAt, a.EscalatedAt, a.EndedAt, a.Outcome, a.GroupKey, a.MessageId, a.Demo));
}
