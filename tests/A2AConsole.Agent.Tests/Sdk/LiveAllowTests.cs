using A2AConsole.Data.Entities;
using A2AConsole.Policy;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Deciding;
using A2AConsole.Policy.Engine;
using A2AConsole.Sdk.Tests.Support;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Sdk.Tests.Sdk;

/// <summary>An agent acts on a message that changes something only with a live allow for this very message.</summary>
public sealed class LiveAllowTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly StandingDecision Allowed = new()
    {
        MessageId = "m1", Digest = new string('a', 64), Sender = "spiffe://x/env/test/role/r/agent/s", Receiver = "spiffe://x/env/test/role/r/agent/me", Type = "purchase.approved", Action = "approvePurchase",
        Decision = new MessageDecision("allow", null, "Allowed.", [], "1", 7), IsLive = true, ValidUntil = Now.AddMinutes(1),
    };

    private static readonly ReceivedEvent Message = new(new Core.Admission.EventFacts
    {
        MessageId = "m1", Source = Allowed.Sender, Type = Allowed.Type, Time = Now, Expires = Now.AddMinutes(5), Nonce = "n", Digest = Convert.FromHexString(Allowed.Digest),
    }, default, "01");

    [Fact]
    public void An_allow_counts_for_its_own_message_receiver_and_time()
    {
        string? Code(StandingDecision? standing, DateTimeOffset? at = null, ReceivedEvent? message = null) => LiveAllow.WhyNot(standing, message ?? Message, Allowed.Receiver, at ?? Now)?.Code;

        Assert.Null(Code(Allowed));
        Assert.Equal("decision-unknown", Code(null));
        Assert.Equal("decision-differs", Code(Allowed with { Digest = new string('b', 64) }));
        Assert.Equal("decision-differs", Code(Allowed with { MessageId = "m2" }));
        Assert.Equal("decision-differs", Code(Allowed with { Sender = "spiffe://x/env/test/role/r/agent/other" }));
        Assert.Equal("decision-differs", Code(Allowed with { Type = "shipment.release" }));
        Assert.Equal("decision-receiver", Code(Allowed with { Receiver = "spiffe://x/env/test/role/r/agent/other" }));
        Assert.Equal("policy-denied", Code(Allowed with { Decision = Allowed.Decision with { Verdict = "deny", Code = "policy-denied" } }));
        Assert.Equal("approval-required", Code(Allowed with { Decision = Allowed.Decision with { Verdict = "human", Code = "approval-required" } }));
        Assert.Equal("not-allowed", Code(Allowed with { Decision = Allowed.Decision with { Verdict = "" } }));
        Assert.Equal("not-live", Code(Allowed with { IsLive = false }));
        Assert.Equal("decision-expired", Code(Allowed with { ValidUntil = null }));
        Assert.Null(Code(Allowed, Now.AddSeconds(59)));
        Assert.Equal("decision-expired", Code(Allowed, Now.AddMinutes(1)));
    }

    [Fact]
    public async Task Sender_and_receiver_see_the_decision_and_the_receiver_acts_on_an_allow_only()
    {
        Assert.SkipUnless(CedarModule.IsEmbedded, new CedarMissingException().Message);
        await using var site = await SdkSite.StartAsync(new TestSiteOptions
        {
            Services = s =>
            {
                s.AddPolicy(o =>
                {
                    o.CacheDirectory = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "a2aconsole-tests-engine")).FullName;
                    o.Deadline = TimeSpan.FromSeconds(60);
                });
                s.AddDecisions();
            },
        });
        await using var buyer = await site.EnrollAsync("buyer");
        await using var erp = await site.EnrollAsync("erp");
        var chain = File.ReadAllText(Path.Combine(site.StateOf("buyer"), "identity.pem"));
        var denied = buyer.Sign(Purchase("10.00", erp.SpiffeId));
        var refused = await buyer.SendAsync(Purchase("10.00", erp.SpiffeId), TestContext.Current.CancellationToken);
        Assert.Equal(("deny", "policy-denied", false), (refused.Decision!.Verdict, refused.Decision.Code, refused.Decision.IsAllowed));

        await site.Site.QueryAsync(async db =>
        {
            var now = site.Site.Time.GetUtcNow();
            db.Grants.Add(new Grant
            {
                AgentNumber = await db.Agents.Where(a => a.SpiffeId == buyer.SpiffeId).Select(a => a.Number).SingleAsync(), Role = "procurement", Task = "*", Environments = "test",
                NotBefore = now.AddMinutes(-1), NotAfter = now.AddDays(1), CreatedAt = now, CreatedBy = "user:test",
            });
            return await db.SaveChangesAsync();
        });
        var results = await buyer.SendManyAsync([SdkSite.Signal(), Purchase("20.00", erp.SpiffeId)], TestContext.Current.CancellationToken);
        Assert.Null(results[0].Decision);
        Assert.True(results[1].Decision!.IsAllowed);
        var receipt = results[1].Receipt!;
        var standing = await erp.DecisionAsync(receipt.MessageId, receipt.Digest, TestContext.Current.CancellationToken);
        Assert.Equal((true, buyer.SpiffeId, receipt.Digest), (standing!.IsLive, standing.Sender, standing.Digest));
        Assert.Equal(standing.Decision.Leaf, (await buyer.AwaitDecisionAsync(receipt.MessageId, cancellationToken: TestContext.Current.CancellationToken))!.Decision.Leaf);

        // The receiver got a genuine envelope, but nobody ever decided about it.
        var received = ReceivedEnvelope.Verify(denied.Envelope, chain, erp.Bundle, site.Site.Domain.Name, site.Site.Time.GetUtcNow());
        Assert.True(received.IsValid, received.Detail);
        var refusal = await Assert.ThrowsAsync<NotAllowedException>(() => erp.RequireAllowAsync(received.Event, TestContext.Current.CancellationToken));
        Assert.Equal("decision-unknown", refusal.Code);
        var acted = new ReceivedEvent(received.Event.Facts with { MessageId = receipt.MessageId, Digest = Convert.FromHexString(receipt.Digest) }, received.Event.Data, received.Event.Certificate);
        Assert.Equal(standing.Decision.Leaf, (await erp.RequireAllowAsync(acted, TestContext.Current.CancellationToken)).Decision.Leaf);
        Assert.Equal("decision-receiver", (await Assert.ThrowsAsync<NotAllowedException>(() => buyer.RequireAllowAsync(acted, TestContext.Current.CancellationToken))).Code);
    }

    private static AgentMessage Purchase(string amount, string receiver) => AgentMessage.Create("purchase.approved", new
    {
        approvalId = "a-" + Guid.NewGuid().ToString("N"), proposalId = "p1", proposalDigest = "sha256:" + new string('a', 64), limit = new { amount, currency = "EUR" },
        approver = new { kind = "policy", id = "budget" }, validUntil = "2026-06-02T09:00:00Z", singleUse = true,
    }, receiver);
}
