using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Findings;
using A2AConsole.Trust.Life;

namespace A2AConsole.Trust.Reviews;

/// <inheritdoc cref="IReviews"/>
public sealed class ReviewService(ILedger ledger, ILedgerReader reader, ReviewQueries queries, IFindings findings, IAgentLife life, IRecordSigner signer, ITrustDomain domain, TimeProvider time) : IReviews
{
    // As many rows a change as the one writer can add without making admissions wait.
    private const int Chunk = 500;
    private const int FinishAttempts = 5;
    private const int MaxLifeReason = 200;

    /// <inheritdoc/>
    public async Task<int> OpenAsync(ReviewPlan plan, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var schedule = new ReviewSchedule(now, plan.DueAt, plan.GraceEndsAt);
        var agents = await queries.CoveredAsync(plan.Agents, ReviewRules.MostAgents, cancellationToken);
        Refuse(ReviewRules.CheckPlan(plan.Title, agents.Count, schedule, actor));
        var campaign = new ReviewCampaign
        {
            Title = plan.Title.Trim(), Covers = ReviewWords.Covers(plan.Agents), State = CampaignState.Draft, CreatedAt = now, CreatedBy = actor.UserName,
            DueAt = plan.DueAt, GraceEndsAt = plan.GraceEndsAt, IsDemo = plan.IsDemo,
        };
        await ledger.RecordAsync(Leaf("review-drafted", actor, null, $"Review \"{campaign.Title}\" of {ReviewWords.Agents(agents.Count)}: {campaign.Covers}.", plan.IsDemo),
            (context, _) => ReviewChanges.Draft(context, campaign), cancellationToken);
        foreach (var chunk in agents.Chunk(Chunk))
            await ledger.RecordAsync(Leaf("review-covers", actor, campaign.Id, $"{ReviewWords.Agents(chunk.Length)} to be reviewed.", plan.IsDemo, chunk.Length),
                (context, _) => ReviewChanges.Cover(context, campaign.Id, chunk), cancellationToken);
        await ledger.RecordAsync(Leaf("review-opened", actor, campaign.Id, $"Review \"{campaign.Title}\" opened; due {plan.DueAt.UtcDateTime:u}, renewals are held from {plan.GraceEndsAt.UtcDateTime:u}.", plan.IsDemo, agents.Count),
            (context, _) => ReviewChanges.Open(context, campaign.Id), cancellationToken);
        return campaign.Id;
    }

    /// <inheritdoc/>
    public async Task DecideAsync(int campaign, int agent, ReviewVerdict verdict, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        if (verdict.Decision == ReviewDecision.Pending)
            throw new ArgumentException("a decision confirms, changes or retires", nameof(verdict));
        Refuse(ReviewRules.CheckReason(verdict.Reason));
        verdict = verdict with { Reason = verdict.Reason.Trim() };
        var review = await queries.ItemAsync(campaign, agent, cancellationToken) ?? throw Unknown();
        Refuse(verdict.Reassigns ? ReviewRules.CheckReassignment(review.Case, actor) : ReviewRules.CheckDecision(review.Case, actor));
        // Retired before it is written that it was: cut off in between, the decision is simply made again.
        if (verdict.Decision == ReviewDecision.Retired
            && await life.RetireAsync(agent, "user:" + actor.UserName, AtMost(verdict.Reason), cancellationToken) is { Code: not AgentLife.Retired } refusal)
            throw new ReviewRefusedException(new(refusal.Code, refusal.Detail));
        var now = time.GetUtcNow();
        var leaf = Leaf($"review-{ReviewWords.Of(verdict.Decision)}", actor, campaign, $"Review: {ReviewWords.Of(verdict.Decision)}. {verdict.Reason}", review.SpiffeId, review.Case.IsLate || review.LapsedAt is not null, review.IsDemo);
        await ledger.RecordAsync(leaf, (context, index) => ReviewChanges.Decide(context, index, campaign, agent, verdict, actor, now), cancellationToken);
        if (review.LapsedAt is not null)
            await findings.ResolveAsync(FindingKind.ReviewLapsed, FindingOf(campaign, review.SpiffeId), leaf.Actor, $"Decided after all: {ReviewWords.Of(verdict.Decision)}.", cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DelegateAsync(int campaign, IReadOnlyCollection<int> agents, string? to, string reason, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(ReviewRules.CheckReason(reason));
        foreach (var agent in agents)
        {
            var review = await queries.ItemAsync(campaign, agent, cancellationToken) ?? throw Unknown();
            Refuse(ReviewRules.CheckDelegation(review.Case, actor, to));
            var leaf = Leaf("review-delegated", actor, campaign, to is null ? $"Review given back to its owner. {reason.Trim()}" : $"Review delegated to {to}. {reason.Trim()}", review.SpiffeId, isLate: false, review.IsDemo);
            await ledger.RecordAsync(leaf, (context, _) => ReviewChanges.Delegate(context, campaign, agent, to, actor), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<int> RemindAsync(int campaign, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        if (!actor.Oversees)
            throw new ReviewRefusedException(new("review-not-permitted", "Administrators and managers remind reviewers."));
        var running = (await queries.PendingAsync(cancellationToken)).FirstOrDefault(c => c.Campaign.Id == campaign)
            ?? throw new ReviewRefusedException(new("review-closed", "The campaign has ended: nobody needs to be reminded."));
        return await RemindAsync(running, running.Items, "user:" + actor.UserName, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task FinishAsync(int campaign, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        // The record is signed outside of the writer and checked inside: it is made anew when somebody decided in between.
        for (var attempt = 1; ; attempt++)
        {
            var whole = await queries.WholeAsync(campaign, cancellationToken) ?? throw Unknown();
            if (whole.State != CampaignState.Open)
                throw new ReviewRefusedException(new("review-closed", "The campaign has ended already."));
            var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
            var undecided = whole.Items.Count(i => i.Decision == ReviewDecision.Pending);
            Refuse(ReviewRules.CheckFinish(undecided, new ReviewSchedule(whole.CreatedAt, whole.DueAt, whole.GraceEndsAt), actor, now));
            (whole.FinishedAt, whole.FinishedBy) = (now, actor.UserName);
            var payload = PayloadOf(whole);
            var signed = signer.Sign(ReviewRecord.PayloadType, payload);
            var leaf = Leaf("review-finished", actor, campaign, $"Review \"{whole.Title}\" finished: {whole.Items.Count - undecided} of {ReviewWords.Agents(whole.Items.Count)} decided.", whole.IsDemo, whole.Items.Count)
                with { At = now, Digest = Convert.ToHexStringLower(SHA256.HashData(payload)) };
            try
            {
                await ledger.RecordAsync(leaf, (context, index) => ReviewChanges.Finish(context, index, campaign, PayloadOf, payload,
                    Encoding.UTF8.GetString(signed.Envelope), signed.ChainPem, actor.UserName, now), cancellationToken);
                return;
            }
            catch (ReviewMovedException) when (attempt < FinishAttempts)
            {
                // Somebody decided meanwhile.
            }
        }
    }

    /// <inheritdoc/>
    public async Task CancelAsync(int campaign, string reason, ReviewActor actor, CancellationToken cancellationToken = default)
    {
        Refuse(ReviewRules.CheckReason(reason));
        if (!actor.Oversees)
            throw new ReviewRefusedException(new("review-not-permitted", "Administrators and managers open and end campaigns."));
        var now = time.GetUtcNow();
        await ledger.RecordAsync(Leaf("review-cancelled", actor, campaign, $"Review given up. {reason.Trim()}", false),
            (context, _) => ReviewChanges.Cancel(context, campaign, actor.UserName, now), cancellationToken);
        foreach (var subject in (await findings.OpenSubjectsAsync(FindingKind.ReviewLapsed, cancellationToken)).Where(s => s.StartsWith(ReviewWords.Subject(campaign) + " ", StringComparison.Ordinal)))
            await findings.ResolveAsync(FindingKind.ReviewLapsed, subject, "user:" + actor.UserName, "The campaign was given up.", cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ExportAsync(int campaign, CancellationToken cancellationToken = default)
    {
        if (await queries.RecordAsync(campaign, cancellationToken) is not { } record || await reader.LeafAsync(record.Leaf, cancellationToken) is not { } leaf)
            return null;
        var head = ledger.Head;
        var proof = new TlogProof(record.Leaf, await reader.InclusionAsync(record.Leaf, head.Size, cancellationToken), head.Checkpoint, leaf);
        return new Evidence(Encoding.UTF8.GetBytes(record.Envelope), record.Chain, leaf, proof.Format()).Format();
    }

    /// <inheritdoc/>
    public async Task<ReviewRound> AdvanceAsync(CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var (reminded, lapsed) = (0, 0);
        foreach (var running in await queries.PendingAsync(cancellationToken))
        {
            if (running.Schedule.Standing(false, now) == ReviewStanding.Lapsed)
            {
                foreach (var item in running.Items)
                    lapsed += await LapseAsync(running.Campaign, item, now, cancellationToken) ? 1 : 0;
                continue;
            }
            var due = running.Items.Where(i => running.Schedule.IsReminderDue(i.RemindedAt, now)).ToList();
            if (due.Count > 0)
                reminded += await RemindAsync(running, due, "system", cancellationToken);
        }
        foreach (var abandoned in await queries.AbandonedAsync(now.AddHours(-1), cancellationToken))
            await ledger.RecordAsync(new LedgerLeaf { Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = "review-cancelled", At = now, Actor = "system", Subject = ReviewWords.Subject(abandoned), Detail = "A review that was never opened was given up." },
                (context, _) => ReviewChanges.Cancel(context, abandoned, "system", now), cancellationToken);
        return new ReviewRound(reminded, lapsed);
    }

    private async Task<int> RemindAsync(PendingReviews running, IReadOnlyCollection<PendingReview> items, string actor, CancellationToken cancellationToken)
    {
        var people = items.Select(i => i.Reviewer).OfType<string>().Distinct().ToList();
        if (people.Count == 0)
            return 0;
        var now = time.GetUtcNow();
        foreach (var chunk in items.Where(i => i.Reviewer is not null).Chunk(Chunk))
        {
            var agents = chunk.Select(i => i.AgentNumber).ToList();
            var reviewers = chunk.Select(i => i.Reviewer!).Distinct().Order(StringComparer.Ordinal).ToList();
            var leaf = new LedgerLeaf
            {
                Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = "review-reminded", At = now, Actor = actor, Subject = ReviewWords.Subject(running.Campaign.Id), Count = chunk.Length,
                Detail = $"Reminded of {ReviewWords.Agents(chunk.Length)}: {ReviewWords.Some(reviewers)}.", Demo = running.Campaign.IsDemo ? "live" : null,
            };
            await ledger.RecordAsync(leaf, (context, _) => ReviewChanges.Remind(context, running.Campaign.Id, agents, now), cancellationToken);
        }
        return people.Count;
    }

    private async Task<bool> LapseAsync(ReviewCampaign campaign, PendingReview item, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var leaf = new LedgerLeaf
        {
            Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = "review-lapsed", At = now, Actor = "system", Subject = item.SpiffeId,
            Detail = $"{ReviewWords.Subject(campaign.Id)} \"{campaign.Title}\" lapsed: {item.Reviewer ?? "nobody who answers for it"} did not decide by {campaign.GraceEndsAt.UtcDateTime:u}. Its renewals are held.",
            Demo = campaign.IsDemo ? "live" : null,
        };
        try
        {
            await ledger.RecordAsync(leaf, (context, _) => ReviewChanges.Lapse(context, campaign.Id, item.AgentNumber, now), cancellationToken);
        }
        catch (ReviewRefusedException)
        {
            return false; // Decided in the last moment.
        }
        await findings.ReportAsync(new FindingReport(FindingKind.ReviewLapsed, FindingOf(campaign.Id, item.SpiffeId), item.AgentNumber,
            $"The review \"{campaign.Title}\" lapsed and renewals are held: {item.Reviewer ?? "whoever oversees reviews"} has to decide.",
            "no decision", $"a decision by {campaign.GraceEndsAt.UtcDateTime:u}"), cancellationToken);
        return true;
    }

    // A campaign's number before the identity: one agent may lapse in two campaigns.
    private static string FindingOf(int campaign, string spiffeId) => $"{ReviewWords.Subject(campaign)} {spiffeId}";

    private byte[] PayloadOf(ReviewCampaign campaign) => new ReviewRecord
    {
        TrustDomain = domain.Name, Campaign = campaign.Id, Title = campaign.Title, Covers = campaign.Covers, OpenedAt = campaign.CreatedAt, OpenedBy = campaign.CreatedBy,
        DueAt = campaign.DueAt, GraceEndsAt = campaign.GraceEndsAt, FinishedAt = campaign.FinishedAt!.Value, FinishedBy = campaign.FinishedBy!,
        Agents = [.. campaign.Items.Select(i => new ReviewOutcome(i.Agent!.SpiffeId, i.Reviewer, i.Delegate,
            i.Decision == ReviewDecision.Pending ? "lapsed" : ReviewWords.Of(i.Decision), i.Reason, i.Changes, i.DecidedAt, i.DecidedBy, i.LapsedAt, i.Leaf))],
    }.Write();

    private LedgerLeaf Leaf(string code, ReviewActor actor, int? campaign, string detail, bool isDemo, long? count = null) => new()
    {
        Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = code, At = time.GetUtcNow(), Actor = "user:" + actor.UserName,
        Subject = campaign is { } id ? ReviewWords.Subject(id) : null, Detail = detail, Count = count, Demo = isDemo ? "live" : null,
    };

    private LedgerLeaf Leaf(string code, ReviewActor actor, int campaign, string detail, string agent, bool isLate, bool isDemo) => new()
    {
        Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = code, At = time.GetUtcNow(), Actor = "user:" + actor.UserName,
        Subject = agent, Detail = $"{detail.TrimEnd('.')}. ({ReviewWords.Subject(campaign)}{(isLate ? ", late" : "")})", Demo = isDemo ? "live" : null,
    };

    private static string AtMost(string reason) => reason.Length <= MaxLifeReason ? reason : reason[..MaxLifeReason];

    private static void Refuse(ReviewFault? fault)
    {
        if (fault is not null)
            throw new ReviewRefusedException(fault);
    }

    private static ReviewRefusedException Unknown() => new(new("review-unknown", "There is no such review."));
}
