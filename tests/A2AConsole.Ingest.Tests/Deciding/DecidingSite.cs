using System.Globalization;
using System.Net;
using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Policy;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Deciding;
using A2AConsole.Policy.Engine;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Ingest.Tests.Deciding;

/// <summary>A site that decides by the shipped policies, with the real store, ledger, engine and listener; only the people who approve are played.</summary>
internal static class DecidingSite
{
    private static readonly string Cache = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "a2aconsole-tests-engine")).FullName;

    /// <summary>What is registered on top of a <see cref="TestSite"/>.</summary>
    public static void Services(IServiceCollection services, PlayedDesk desk, Action<PolicyOptions>? policy = null)
    {
        Assert.SkipUnless(CedarModule.IsEmbedded, new CedarMissingException().Message);
        services.AddPolicy(o =>
        {
            o.CacheDirectory = Cache;
            // A loaded machine is not the subject.
            o.Deadline = TimeSpan.FromSeconds(60);
            policy?.Invoke(o);
        });
        services.AddSingleton<IApprovalDesk>(desk);
        services.AddDecisions();
    }

    public static async Task<TestSite> StartAsync(PlayedDesk? desk = null, Action<PolicyOptions>? policy = null, Action<IServiceCollection>? more = null)
    {
        var site = await TestSite.StartAsync(new TestSiteOptions
        {
            Services = s =>
            {
                Services(s, desk ?? new PlayedDesk(), policy);
                more?.Invoke(s);
            },
        });
        await site.Get<IActivePolicy>().Ready.WaitAsync(Eventually.Patience);
        return site;
    }

    /// <summary>Gives an agent a grant, as an administrator would, and somebody who answers for it.</summary>
    public static Task GrantAsync(this TestSite site, TestAgent agent, string role, string task = "*", TimeSpan? length = null) => site.QueryAsync(async db =>
    {
        var now = site.Time.GetUtcNow();
        await db.Agents.Where(a => a.SpiffeId == agent.SpiffeId).ExecuteUpdateAsync(s => s.SetProperty(a => a.Owner, "otto"));
        db.Grants.Add(new Grant
        {
            AgentNumber = await db.Agents.Where(a => a.SpiffeId == agent.SpiffeId).Select(a => a.Number).SingleAsync(), Role = role, Task = task, Environments = "test",
            NotBefore = now.AddMinutes(-1), NotAfter = now + (length ?? TimeSpan.FromDays(1)), CreatedAt = now, CreatedBy = "user:test",
        });
        return await db.SaveChangesAsync();
    });

    /// <summary>A purchase of so many euros.</summary>
    public static EventBuilder Purchase(this TestAgent buyer, decimal euros, string? receiver, string proposal = "p1", string? key = null)
    {
        var amount = euros.ToString("0.00", CultureInfo.InvariantCulture);
        return buyer.Event() with
        {
            Type = "purchase.approved", Audience = receiver, IdempotencyKey = key,
            Data = $$$"""{"approvalId":"a-{{{Guid.NewGuid():N}}}","proposalId":"{{{proposal}}}","proposalDigest":"sha256:{{{new string('a', 64)}}}","limit":{"amount":"{{{amount}}}","currency":"EUR"},"approver":{"kind":"policy","id":"budget"},"validUntil":"2026-06-02T09:00:00Z","singleUse":true}""",
        };
    }

    /// <summary>What an agent is told about a message.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Json)> DecisionAsync(this TestAgent agent, string messageId, string query = "")
    {
        var reply = await agent.GetAsync($"/v1/messages/{messageId}/decision{query}");
        return (reply.Status, reply.Json.Clone());
    }

    /// <summary>The evidence of an approval of a held message, as people's decisions give it.</summary>
    public static ApprovalEvidence Approval(HeldMessage held, long limit, int id = 1, string approver = "olga")
        => new(id, held.Digest, held.Action, new EntityUid("Scm::Human", approver), limit, held.ExpiresAt);
}

/// <summary>People who approve, played: what is asked is kept, and an approval can be used once.</summary>
internal sealed class PlayedDesk : IApprovalDesk
{
    private readonly HashSet<int> _used = [];

    private volatile ApprovalAsk[] _asked = [];

    /// <summary>What was asked so far.</summary>
    public IReadOnlyList<ApprovalAsk> Asked => _asked;
    public List<(long Held, string Why)> Withdrawn { get; } = [];

    /// <summary>Why no more may be asked, or null.</summary>
    public string? Full { get; set; }

    public ValueTask<string?> WhyNotAsync(ApprovalAsk ask, CancellationToken cancellationToken) => ValueTask.FromResult(Full);

    public void Open(ConsoleDbContext context, ApprovalAsk ask, DateTimeOffset now) => _asked = [.. _asked, ask];

    public void Use(ConsoleDbContext context, ApprovalEvidence evidence, DateTimeOffset now)
    {
        if (now >= evidence.ExpiresAt)
            throw new ApprovalUnusableException("approval-expired", "The approval has ended.");
        if (!_used.Add(evidence.ApprovalId))
            throw new ApprovalUnusableException("approval-used", "The approval was used before.");
    }

    public void Withdraw(ConsoleDbContext context, long heldId, string why, DateTimeOffset now) => Withdrawn.Add((heldId, why));
}
