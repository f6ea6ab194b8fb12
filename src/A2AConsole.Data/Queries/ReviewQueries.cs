using A2AConsole.Core.Identity;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads review campaigns: their progress, their agents, what waits for a person, and what is due by itself.</summary>
public sealed class ReviewQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Campaigns with their progress, running ones first, then the newest; at most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<CampaignRow>> CampaignsAsync(string? userName, int take = 100, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var campaigns = await db.ReviewCampaigns.AsNoTracking().Where(c => c.State != CampaignState.Draft)
            .OrderBy(c => c.State == CampaignState.Open ? 0 : 1).ThenByDescending(c => c.Id).Take(take).ToListAsync(cancellationToken);
        var ids = campaigns.Select(c => c.Id).ToList();
        var items = db.ReviewItems.Where(i => ids.Contains(i.CampaignId));
        var counts = (await items.GroupBy(i => new { i.CampaignId, i.Decision, IsLapsed = i.LapsedAt != null })
            .Select(g => new { g.Key.CampaignId, g.Key.Decision, g.Key.IsLapsed, Count = g.Count() }).ToListAsync(cancellationToken)).ToLookup(c => c.CampaignId);
        var mine = userName is null ? [] : await Of(items, userName).Where(i => i.Decision == ReviewDecision.Pending).GroupBy(i => i.CampaignId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return [.. campaigns.Select(c => RowOf(c, counts[c.Id].GroupBy(x => x.Decision, x => x.Count).ToDictionary(g => g.Key, g => g.Sum()),
            counts[c.Id].Where(x => x.Decision == ReviewDecision.Pending && x.IsLapsed).Sum(x => x.Count), mine.GetValueOrDefault(c.Id)))];
    }

    /// <summary>One campaign, or null.</summary>
    public async Task<CampaignRow?> CampaignAsync(int id, string? userName, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var campaign = await db.ReviewCampaigns.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id && c.State != CampaignState.Draft, cancellationToken);
        if (campaign is null)
            return null;
        var items = db.ReviewItems.Where(i => i.CampaignId == id);
        var counts = await items.GroupBy(i => i.Decision).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var lapsed = await items.CountAsync(i => i.Decision == ReviewDecision.Pending && i.LapsedAt != null, cancellationToken);
        var mine = userName is null ? 0 : await Of(items, userName).CountAsync(i => i.Decision == ReviewDecision.Pending, cancellationToken);
        return RowOf(campaign, counts, lapsed, mine);
    }

    /// <summary>A page of a campaign's agents by name, after a cursor (name and number) or from the beginning.</summary>
    public async Task<Page<ReviewRow>> ItemsAsync(ReviewFilter filter, (string Name, int Number)? after, int take = 100, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var items = db.ReviewItems.AsNoTracking().Where(i => i.CampaignId == filter.Campaign);
        if (filter.UserName is { } userName)
            items = Of(items, userName);
        if (filter.Text?.Trim().ToLowerInvariant() is { Length: > 0 } text)
            items = items.Where(i => i.Agent!.SpiffeId.Contains(text));
        items = filter.Standing switch
        {
            ReviewStanding.Decided => items.Where(i => i.Decision != ReviewDecision.Pending),
            ReviewStanding.Lapsed => items.Where(i => i.Decision == ReviewDecision.Pending && i.LapsedAt != null),
            null => items,
            _ => items.Where(i => i.Decision == ReviewDecision.Pending),
        };
        if (after is var (name, number))
            items = items.Where(i => string.Compare(i.Agent!.Name, name) > 0 || (i.Agent.Name == name && i.AgentNumber > number));
        var rows = await Rows(items.OrderBy(i => i.Agent!.Name).ThenBy(i => i.AgentNumber)).Take(take + 1).ToListAsync(cancellationToken);
        var more = rows.Count > take;
        if (more)
            rows.RemoveAt(take);
        return new Page<ReviewRow>(rows, after is not null, more);
    }

    /// <summary>One agent's review, or null.</summary>
    public async Task<ReviewRow?> ItemAsync(int campaign, int agent, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Rows(db.ReviewItems.AsNoTracking().Where(i => i.CampaignId == campaign && i.AgentNumber == agent)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>An agent's reviews, newest first.</summary>
    public async Task<IReadOnlyList<(CampaignRow Campaign, ReviewRow Review)>> OfAgentAsync(int agent, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await Rows(db.ReviewItems.AsNoTracking().Where(i => i.AgentNumber == agent && i.Campaign!.State != CampaignState.Draft)
            .OrderByDescending(i => i.CampaignId)).Take(take).ToListAsync(cancellationToken);
        var ids = rows.Select(r => r.Campaign).ToList();
        var campaigns = (await db.ReviewCampaigns.AsNoTracking().Where(c => ids.Contains(c.Id)).ToListAsync(cancellationToken)).ToDictionary(c => c.Id);
        return [.. rows.Select(r => (RowOf(campaigns[r.Campaign], new Dictionary<ReviewDecision, int>(), 0, 0), r))];
    }

    /// <summary>How many reviews wait for a person, and when the first is due; null when none.</summary>
    public async Task<(int Count, DateTimeOffset DueAt)?> WaitingAsync(string userName, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var due = await Of(db.ReviewItems, userName).Where(i => i.Decision == ReviewDecision.Pending && i.Campaign!.State == CampaignState.Open)
            .GroupBy(i => i.Campaign!.DueAt).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        return due.Count == 0 ? null : (due.Sum(d => d.Count), due.Min(d => d.Key));
    }

    /// <summary>The signed record of a finished campaign with its signer's chain and its leaf, or null.</summary>
    public async Task<StoredRecord?> RecordAsync(int campaign, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.ReviewCampaigns.Where(c => c.Id == campaign).Select(c => new { c.Record, c.RecordChain, c.RecordLeaf }).FirstOrDefaultAsync(cancellationToken);
        return row is { Record: { } record, RecordChain: { } chain, RecordLeaf: { } leaf } ? new StoredRecord(record, chain, leaf) : null;
    }

    /// <summary>A whole campaign with its agents, as its record is made of it; null when there is none.</summary>
    public async Task<ReviewCampaign?> WholeAsync(int campaign, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ReviewCampaigns.AsNoTracking().Include(c => c.Items).ThenInclude(i => i.Agent).FirstOrDefaultAsync(c => c.Id == campaign, cancellationToken);
    }

    /// <summary>The agents that a campaign with this filter would cover: those that can act, or could again. At most <paramref name="most"/> + 1.</summary>
    public async Task<IReadOnlyList<int>> CoveredAsync(AgentFilter filter, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var agents = db.Agents.Where(a => a.State == AgentState.Active || a.State == AgentState.Suspended);
        if (filter.Environment is { } environment)
            agents = agents.Where(a => a.Environment == environment);
        if (filter.Role is { } role)
            agents = agents.Where(a => a.Role == role);
        if (filter.Organisation is { } organisation)
            agents = agents.Where(a => a.Organisation == organisation);
        if (filter.Tier is { } tier)
            agents = agents.Where(a => a.Tier == tier);
        if (filter.WithoutOwner)
            agents = agents.Where(a => a.Owner == null);
        else if (filter.Owner is { } owner)
            agents = agents.Where(a => a.Owner == owner);
        return await agents.OrderBy(a => a.Number).Select(a => a.Number).Take(most + 1).ToListAsync(cancellationToken);
    }

    /// <summary>Running campaigns with what waits in them: for reminders and lapses.</summary>
    public async Task<IReadOnlyList<PendingReviews>> PendingAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var campaigns = await db.ReviewCampaigns.AsNoTracking().Where(c => c.State == CampaignState.Open).ToListAsync(cancellationToken);
        var pending = new List<PendingReviews>();
        foreach (var campaign in campaigns)
        {
            var items = await db.ReviewItems.Where(i => i.CampaignId == campaign.Id && i.Decision == ReviewDecision.Pending && i.LapsedAt == null)
                .Select(i => new PendingReview(i.AgentNumber, i.Agent!.SpiffeId, i.Delegate ?? i.Agent.Owner ?? i.Reviewer, i.RemindedAt)).ToListAsync(cancellationToken);
            pending.Add(new PendingReviews(campaign, new ReviewSchedule(campaign.CreatedAt, campaign.DueAt, campaign.GraceEndsAt), items));
        }
        return pending;
    }

    /// <summary>Campaigns that were never opened, made before <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<int>> AbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ReviewCampaigns.Where(c => c.State == CampaignState.Draft && c.CreatedAt < before).Select(c => c.Id).ToListAsync(cancellationToken);
    }

    private static IQueryable<ReviewItem> Of(IQueryable<ReviewItem> items, string userName)
        => items.Where(i => (i.Agent!.Owner ?? i.Reviewer) == userName || i.Delegate == userName);

    private static IQueryable<ReviewRow> Rows(IQueryable<ReviewItem> items)
        => items.Select(i => new ReviewRow(i.CampaignId, i.AgentNumber, i.Agent!.SpiffeId, i.Agent.Name, i.Agent.Environment, i.Agent.Tier, i.Agent.State, i.Agent.Owner,
            i.Reviewer, i.Delegate, i.Decision, i.Reason, i.Changes, i.DecidedAt, i.DecidedBy, i.RemindedAt, i.LapsedAt, i.Leaf, i.Campaign!.State, i.Agent.RenewalHeldAt, i.Campaign.IsDemo));

    private static CampaignRow RowOf(ReviewCampaign c, Dictionary<ReviewDecision, int> counts, int lapsed, int mine)
        => new(c.Id, c.Title, c.Covers, c.State, new ReviewSchedule(c.CreatedAt, c.DueAt, c.GraceEndsAt), c.CreatedBy, c.FinishedAt, c.FinishedBy, c.Record is not null, c.IsDemo,
            counts.GetValueOrDefault(ReviewDecision.Pending), counts.GetValueOrDefault(ReviewDecision.Confirmed), counts.GetValueOrDefault(ReviewDecision.Changed),
            counts.GetValueOrDefault(ReviewDecision.Retired), lapsed, mine);
}

/// <summary>Which of a campaign's agents to list. Nulls do not filter.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="UserName">Only what this person reviews.</param>
/// <param name="Standing">Decided, lapsed, or (any other) undecided.</param>
/// <param name="Text">Part of the SPIFFE ID.</param>
public sealed record ReviewFilter(int Campaign, string? UserName = null, ReviewStanding? Standing = null, string? Text = null);

/// <summary>A campaign and how far it has come. <paramref name="Lapsed"/> of the <paramref name="Pending"/> hold renewals; <paramref name="Mine"/> wait for the viewer.</summary>
public sealed record CampaignRow(
    int Id, string Title, string Covers, CampaignState State, ReviewSchedule Schedule, string CreatedBy, DateTimeOffset? FinishedAt, string? FinishedBy, bool HasRecord, bool IsDemo,
    int Pending, int Confirmed, int Changed, int Retired, int Lapsed, int Mine)
{
    /// <summary>All its agents.</summary>
    public int Total => Pending + Confirmed + Changed + Retired;

    /// <summary>Those that were decided.</summary>
    public int Decided => Confirmed + Changed + Retired;
}

/// <summary>One agent in a campaign. Times are UTC.</summary>
public sealed record ReviewRow(
    int Campaign, int AgentNumber, string SpiffeId, string Name, string Environment, RiskTier Tier, AgentState State, string? Owner,
    string? Reviewer, string? Delegate, ReviewDecision Decision, string? Reason, string? Changes, DateTimeOffset? DecidedAt, string? DecidedBy,
    DateTimeOffset? RemindedAt, DateTimeOffset? LapsedAt, long? Leaf, CampaignState CampaignState, DateTimeOffset? RenewalHeldAt, bool IsDemo = false)
{
    /// <summary>The review as the rules see it.</summary>
    public ReviewCase Case => new(Reviewer, Owner, Delegate, CampaignState == CampaignState.Open,
        CampaignState == CampaignState.Finished && LapsedAt is not null && Decision == ReviewDecision.Pending,
        State == AgentState.Retired && Decision == ReviewDecision.Retired);
}

/// <summary>A record as it is kept: the DSSE envelope (JSON), the signer's chain (PEM), and the leaf with its digest.</summary>
public sealed record StoredRecord(string Envelope, string Chain, long Leaf);

/// <summary>A running campaign and what waits in it.</summary>
public sealed record PendingReviews(ReviewCampaign Campaign, ReviewSchedule Schedule, IReadOnlyList<PendingReview> Items);

/// <summary>An undecided review. <paramref name="Reviewer"/> is whose turn it is; null when nobody answers for the agent.</summary>
public sealed record PendingReview(int AgentNumber, string SpiffeId, string? Reviewer, DateTimeOffset? RemindedAt);
