using A2AConsole.Core.Identity;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>What a reviewer decided, to be written.</summary>
/// <param name="Decision">Never <see cref="ReviewDecision.Pending"/>.</param>
/// <param name="Reason">What she wrote.</param>
/// <param name="Owner">The new owner, or null to leave it.</param>
/// <param name="Duties">Who answers for which duty from now on; an empty name takes a duty's holder away; null leaves all as they are.</param>
/// <param name="Note">What is to be done about the tier, in her words; a reviewer does not lower her own agent's tier.</param>
public sealed record ReviewVerdict(ReviewDecision Decision, string Reason, string? Owner = null, IReadOnlyDictionary<Duty, string>? Duties = null, string? Note = null)
{
    /// <summary>Whether it says who owns the agent or answers for it.</summary>
    public bool Reassigns => Owner is { Length: > 0 } || Duties is { Count: > 0 };
}

/// <summary>
/// The changes of reviews, each made by <see cref="Ledger.ILedger.RecordAsync"/> together with its leaf. What stands against one
/// comes back as <see cref="ReviewRefusedException"/>, and then nothing is written.
/// </summary>
public static class ReviewChanges
{
    /// <summary>Adds a campaign without agents; nobody sees it before it is opened.</summary>
    public static void Draft(ConsoleDbContext context, ReviewCampaign campaign) => context.ReviewCampaigns.Add(campaign);

    /// <summary>Puts agents into a campaign that is being made.</summary>
    public static void Cover(ConsoleDbContext context, int campaign, IReadOnlyCollection<int> agents)
    {
        foreach (var agent in context.Agents.Where(a => agents.Contains(a.Number)).Select(a => new { a.Number, a.Owner }).ToList())
            context.ReviewItems.Add(new ReviewItem { CampaignId = campaign, AgentNumber = agent.Number, Reviewer = agent.Owner });
    }

    /// <summary>Lets reviewers see it.</summary>
    public static void Open(ConsoleDbContext context, int campaign) => Find(context, campaign).State = CampaignState.Open;

    /// <summary>Writes a decision and what follows from it: the change of owner and duties, the end of a hold.</summary>
    public static void Decide(ConsoleDbContext context, long leaf, int campaign, int agent, ReviewVerdict verdict, ReviewActor actor, DateTimeOffset now)
    {
        var item = Item(context, campaign, agent);
        Refuse(verdict.Reassigns ? ReviewRules.CheckReassignment(CaseOf(item), actor) : ReviewRules.CheckDecision(CaseOf(item), actor));
        item.Changes = verdict.Decision == ReviewDecision.Changed ? Apply(context, item.Agent!, verdict) : null;
        (item.Decision, item.Reason, item.DecidedAt, item.DecidedBy, item.Leaf) = (verdict.Decision, verdict.Reason, now, actor.UserName, leaf);
        Lift(context, item.Agent!, except: campaign);
    }

    /// <summary>Hands reviews to somebody, or back to the owner when <paramref name="to"/> is null.</summary>
    public static void Delegate(ConsoleDbContext context, int campaign, int agent, string? to, ReviewActor actor)
    {
        var item = Item(context, campaign, agent);
        Refuse(ReviewRules.CheckDelegation(CaseOf(item), actor, to));
        if (to is not null)
            RefuseUnknown(context, to, "delegate");
        item.Delegate = to;
    }

    /// <summary>Notes that these agents' reviewers were reminded.</summary>
    public static void Remind(ConsoleDbContext context, int campaign, IReadOnlyCollection<int> agents, DateTimeOffset now)
    {
        foreach (var item in context.ReviewItems.Where(i => i.CampaignId == campaign && agents.Contains(i.AgentNumber) && i.Decision == ReviewDecision.Pending).ToList())
            item.RemindedAt = now;
    }

    /// <summary>Holds an agent's renewals, because nobody decided in time. Refused when somebody did after all.</summary>
    public static void Lapse(ConsoleDbContext context, int campaign, int agent, DateTimeOffset now)
    {
        var item = Item(context, campaign, agent);
        if (item.Campaign!.State != CampaignState.Open || item.Decision != ReviewDecision.Pending || item.LapsedAt is not null)
            throw new ReviewRefusedException(new("review-decided", "It was decided meanwhile."));
        item.LapsedAt = now;
        if (item.Agent!.RenewalHeldAt is null)
            (item.Agent.RenewalHeldAt, item.Agent.RenewalHeldReason) = (now, HeldReason(item.Campaign.Title));
    }

    /// <summary>Ends a campaign with its record. Refused when the record is no longer what the rows say.</summary>
    public static void Finish(ConsoleDbContext context, long leaf, int campaign, Func<ReviewCampaign, byte[]> payloadOf, ReadOnlySpan<byte> signed, string envelope, string chain, string by, DateTimeOffset now)
    {
        var row = context.ReviewCampaigns.Include(c => c.Items).ThenInclude(i => i.Agent).FirstOrDefault(c => c.Id == campaign) ?? throw Unknown();
        RefuseUnlessOpen(row);
        (row.State, row.FinishedAt, row.FinishedBy) = (CampaignState.Finished, now, by);
        if (!payloadOf(row).AsSpan().SequenceEqual(signed))
            throw new ReviewMovedException();
        (row.Record, row.RecordChain, row.RecordLeaf) = (envelope, chain, leaf);
    }

    /// <summary>Gives a campaign up; what it held back goes on.</summary>
    public static void Cancel(ConsoleDbContext context, int campaign, string by, DateTimeOffset now)
    {
        var row = context.ReviewCampaigns.Include(c => c.Items.Where(i => i.LapsedAt != null && i.Decision == ReviewDecision.Pending)).ThenInclude(i => i.Agent)
            .FirstOrDefault(c => c.Id == campaign) ?? throw Unknown();
        if (row.State is not (CampaignState.Open or CampaignState.Draft))
            throw new ReviewRefusedException(new("review-closed", "The campaign has ended already."));
        (row.State, row.FinishedAt, row.FinishedBy) = (CampaignState.Cancelled, now, by);
        foreach (var item in row.Items)
            Lift(context, item.Agent!, except: campaign);
    }

    /// <summary>Why an agent's renewals are held, for people.</summary>
    public static string HeldReason(string title) => $"Its review in \"{title}\" lapsed: nobody decided in time.";

    /// <summary>The item as the rules see it.</summary>
    internal static ReviewCase CaseOf(ReviewItem item)
        => new(item.Reviewer, item.Agent!.Owner, item.Delegate, item.Campaign!.State == CampaignState.Open,
            item.Campaign.State == CampaignState.Finished && item.LapsedAt is not null && item.Decision == ReviewDecision.Pending,
            item.Agent.State == AgentState.Retired && item.Decision == ReviewDecision.Retired);

    private static string? Apply(ConsoleDbContext context, Agent agent, ReviewVerdict verdict)
    {
        var changes = new List<string>();
        if (verdict.Owner is { Length: > 0 } owner && owner != agent.Owner)
        {
            RefuseUnknown(context, owner, "owner");
            changes.Add($"owner from {agent.Owner ?? "nobody"} to {owner}");
            agent.Owner = owner;
        }
        var held = context.Responsibilities.Where(r => r.AgentNumber == agent.Number).ToList();
        foreach (var (duty, holder) in verdict.Duties ?? new Dictionary<Duty, string>())
        {
            var row = held.FirstOrDefault(r => r.Duty == duty);
            if (holder == (row?.Holder ?? ""))
                continue;
            changes.Add($"{DutyNames.Of(duty)} from {row?.Holder ?? "nobody"} to {(holder.Length == 0 ? "nobody" : holder)}");
            if (holder.Length == 0)
                context.Responsibilities.Remove(row!);
            else if (row is null)
                context.Responsibilities.Add(new Responsibility { AgentNumber = agent.Number, Duty = duty, Holder = holder });
            else
                row.Holder = holder;
        }
        if (verdict.Note is { Length: > 0 } note)
            changes.Add($"tier: {note}");
        if (changes.Count == 0)
            throw new ReviewRefusedException(new("review-change-missing", "Nothing was changed: name another owner, another holder of a duty, or what is to be done about the tier; or confirm it as it is."));
        var text = string.Join("; ", changes);
        return text.Length <= ReviewRules.LongestReason ? text : text[..(ReviewRules.LongestReason - 1)] + "…";
    }

    /// <summary>Ends the hold of an agent's renewals, unless another campaign still waits for it.</summary>
    private static void Lift(ConsoleDbContext context, Agent agent, int except)
    {
        if (agent.RenewalHeldAt is null)
            return;
        var other = context.ReviewItems
            .Where(i => i.AgentNumber == agent.Number && i.CampaignId != except && i.LapsedAt != null && i.Decision == ReviewDecision.Pending && i.Campaign!.State != CampaignState.Cancelled)
            .Select(i => i.Campaign!.Title).FirstOrDefault();
        if (other is null)
            (agent.RenewalHeldAt, agent.RenewalHeldReason) = (null, null);
        else
            agent.RenewalHeldReason = HeldReason(other);
    }

    private static void RefuseUnknown(ConsoleDbContext context, string userName, string what)
    {
        if (!context.Users.Any(u => u.UserName == userName && (u.LockoutEnd == null || u.LockoutEnd < Users.ConsoleUsers.DisabledUntil)))
            throw new ReviewRefusedException(new("review-user-unknown", $"There is no user {userName} who could be the {what}: name somebody who can sign in here."));
    }

    private static ReviewItem Item(ConsoleDbContext context, int campaign, int agent)
        => context.ReviewItems.Include(i => i.Campaign).Include(i => i.Agent).FirstOrDefault(i => i.CampaignId == campaign && i.AgentNumber == agent) ?? throw Unknown();

    private static ReviewCampaign Find(ConsoleDbContext context, int campaign) => context.ReviewCampaigns.Find(campaign) ?? throw Unknown();

    private static void RefuseUnlessOpen(ReviewCampaign campaign)
    {
        if (campaign.State != CampaignState.Open)
            throw new ReviewRefusedException(new("review-closed", "The campaign has ended: what was decided in it stands."));
    }

    private static void Refuse(ReviewFault? fault)
    {
        if (fault is not null)
            throw new ReviewRefusedException(fault);
    }

    private static ReviewRefusedException Unknown() => new(new("review-unknown", "There is no such review."));
}

/// <summary>Something about a review was not done; nothing was written.</summary>
public sealed class ReviewRefusedException(ReviewFault fault) : Exception(fault.Detail)
{
    /// <summary>A stable code.</summary>
    public string Code => fault.Code;
}

/// <summary>Somebody decided between the making of a record and its writing: make it anew.</summary>
public sealed class ReviewMovedException : Exception;
