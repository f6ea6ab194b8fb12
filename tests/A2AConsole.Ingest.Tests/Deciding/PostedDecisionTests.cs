using System.Net;
using System.Text.Json;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Deciding;
using A2AConsole.Testing;
using A2AConsole.Trust.Findings;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Ingest.Tests.Deciding;

/// <summary>Events that are posted and would change something are decided about by the shipped policies; everything is real but the people.</summary>
public sealed class PostedDecisionTests
{
    private static JsonElement DecisionOf(EdgeReply reply) => reply.Json.GetProperty("decision");

    [Fact]
    public async Task A_purchase_within_its_grant_is_allowed_on_the_ledger_and_for_its_two_parties_only()
    {
        await using var site = await DecidingSite.StartAsync();
        var (buyer, erp, stranger) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"), await site.EnrollAsync("stranger"));
        await site.GrantAsync(buyer, "procurement");
        var purchase = buyer.Purchase(18_450, erp.SpiffeId);
        var reply = await buyer.SendAsync(purchase);
        Assert.Equal((HttpStatusCode.OK, "admitted"), (reply.Status, reply.Json.GetProperty("verdict").GetString()));
        var decision = DecisionOf(reply);
        Assert.Equal("allow", decision.GetProperty("verdict").GetString());
        Assert.Equal(["procurement-agent"], decision.GetProperty("policies").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal(site.Get<IActivePolicy>().Bundle!.Id.Digest, decision.GetProperty("bundle").GetProperty("digest").GetString());

        var leaf = (await site.LeavesAsync())[(int)decision.GetProperty("leaf").GetInt64()];
        Assert.Equal((LeafKind.Decision, LeafVerdict.Done, "allow", purchase.Id, buyer.SpiffeId, erp.SpiffeId), (leaf.Kind, leaf.Verdict, leaf.Code, leaf.MessageId, leaf.Subject, leaf.Audience));
        Assert.Equal(reply.Json.GetProperty("digest").GetString(), leaf.Digest);
        var (row, policies, commitment) = await site.QueryAsync(async db => (await db.Decisions.SingleAsync(), await db.DecisionPolicies.Select(p => p.Policy).ToListAsync(), await db.Commitments.SingleAsync()));
        Assert.Equal((PolicyVerdict.Allow, 1_845_000, 1_845_000), (row.Verdict, row.Cost, commitment.Minor));
        Assert.Equal(["procurement-agent"], policies);
        Assert.Equal(decision.GetProperty("leaf").GetInt64(), row.Id);

        foreach (var party in (TestAgent[])[buyer, erp])
        {
            var (status, told) = await party.DecisionAsync(purchase.Id, "?digest=" + leaf.Digest);
            Assert.Equal((HttpStatusCode.OK, true, "allow", leaf.Digest), (status, told.GetProperty("live").GetBoolean(), told.GetProperty("verdict").GetString(), told.GetProperty("digest").GetString()));
        }
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DecisionAsync(purchase.Id)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await erp.DecisionAsync(purchase.Id, "?digest=" + new string('0', 64))).Status);

        site.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.False((await erp.DecisionAsync(purchase.Id)).Json.GetProperty("live").GetBoolean());
    }

    [Fact]
    public async Task Somebody_elses_message_with_the_same_id_is_never_taken_for_the_one_that_was_allowed()
    {
        await using var site = await DecidingSite.StartAsync();
        var (buyer, erp, thief) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"), await site.EnrollAsync("thief"));
        await site.GrantAsync(thief, "procurement");
        var denied = buyer.Purchase(100, erp.SpiffeId);
        await buyer.SendAsync(denied);
        await thief.SendAsync(thief.Purchase(100, erp.SpiffeId) with { Id = denied.Id });
        var (status, problem) = await erp.DecisionAsync(denied.Id);
        Assert.Equal((HttpStatusCode.Conflict, "message-ambiguous"), (status, problem.GetProperty("code").GetString()));
        var digest = await site.QueryAsync(db => db.Decisions.Where(d => d.Agent.SpiffeId == buyer.SpiffeId).Select(d => d.Digest).SingleAsync());
        var (_, told) = await erp.DecisionAsync(denied.Id, "?digest=" + digest);
        Assert.Equal((buyer.SpiffeId, "deny", false), (told.GetProperty("sender").GetString(), told.GetProperty("verdict").GetString(), told.GetProperty("live").GetBoolean()));
    }

    /// <summary>D5: the key of an agent that only forecasts writes a purchase.</summary>
    [Fact]
    public async Task An_agent_without_the_role_is_denied_and_telemetry_is_not_asked_about()
    {
        await using var site = await DecidingSite.StartAsync();
        var (forecast, erp) = (await site.EnrollAsync("forecast"), await site.EnrollAsync("erp"));
        await site.GrantAsync(forecast, "forecast");
        var denied = DecisionOf(await forecast.SendAsync(forecast.Purchase(10, erp.SpiffeId)));
        Assert.Equal(("deny", "policy-denied"), (denied.GetProperty("verdict").GetString(), denied.GetProperty("code").GetString()));
        var leaf = (await site.LeavesAsync())[(int)denied.GetProperty("leaf").GetInt64()];
        Assert.Equal((LeafKind.Decision, LeafVerdict.Refused, "policy-denied"), (leaf.Kind, leaf.Verdict, leaf.Code));
        Assert.False((await forecast.SendAsync()).Json.TryGetProperty("decision", out _));
        Assert.Equal((1, 0), await site.QueryAsync(async db => (await db.Decisions.CountAsync(), await db.Commitments.CountAsync())));
    }

    [Fact]
    public async Task A_grant_counts_for_its_time_and_its_task_as_they_were_signed()
    {
        await using var site = await DecidingSite.StartAsync();
        var (buyer, erp) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
        await site.GrantAsync(buyer, "procurement", task: "T-7", length: TimeSpan.FromMinutes(30));
        Assert.Equal("deny", Verdict(await buyer.SendAsync(buyer.Purchase(10, erp.SpiffeId))));
        Assert.Equal("deny", Verdict(await buyer.SendAsync(buyer.Purchase(10, erp.SpiffeId) with { Subject = "T-8" })));
        Assert.Equal("allow", Verdict(await buyer.SendAsync(buyer.Purchase(10, erp.SpiffeId) with { Subject = "T-7" })));
        site.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal("deny", Verdict(await buyer.SendAsync(buyer.Purchase(10, erp.SpiffeId) with { Subject = "T-7" })));

        static string? Verdict(EdgeReply reply) => DecisionOf(reply).GetProperty("verdict").GetString();
    }

    [Fact]
    public async Task Each_event_of_a_batch_is_decided_by_itself_and_a_retry_is_told_the_first_decision()
    {
        await using var site = await DecidingSite.StartAsync();
        var (buyer, erp) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
        await site.GrantAsync(buyer, "procurement");
        var once = buyer.Purchase(10, erp.SpiffeId, "p1", key: "order-1");
        EventBuilder[] events = [buyer.Event(), once, buyer.Purchase(70_000, erp.SpiffeId, "p2"), buyer.Event(), buyer.Purchase(600_000, erp.SpiffeId, "p3")];
        var reply = await buyer.PostAsync(SignedBatches.Body(buyer.Key, buyer.SpiffeId, [.. events.Select(e => e.ToBytes())], site.Time.GetUtcNow()));
        Assert.Equal(["-", "allow", "human", "-", "deny"], reply.Json.GetProperty("results").EnumerateArray().Select(r => r.TryGetProperty("decision", out var d) ? d.GetProperty("verdict").GetString() : "-"));

        var again = await buyer.SendAsync(once with { Id = Guid.NewGuid().ToString("N"), Nonce = Guid.NewGuid().ToString("N") });
        Assert.Equal("repeated", again.Json.GetProperty("verdict").GetString());
        Assert.Equal(reply.Json.GetProperty("results")[1].GetProperty("decision").GetProperty("leaf").GetInt64(), DecisionOf(again).GetProperty("leaf").GetInt64());
        Assert.Equal(3, await site.QueryAsync(db => db.Decisions.CountAsync()));
    }

    /// <summary>D12: an order that needs a person is split into parts of which none does.</summary>
    [Fact]
    public async Task Parts_of_a_split_order_are_judged_as_the_whole_also_when_they_come_at_once_and_after_a_restart()
    {
        var desk = new PlayedDesk();
        await using var site = await DecidingSite.StartAsync(desk);
        var (buyer, erp) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
        await site.GrantAsync(buyer, "procurement");
        var atOnce = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => buyer.SendAsync(buyer.Purchase(29_000, erp.SpiffeId))));
        var verdicts = atOnce.Select(r => DecisionOf(r).GetProperty("verdict").GetString()).Order().ToArray();
        // Three make 87,000; the fourth comes to 116,000, above the 90,000 of a day.
        Assert.Equal(["allow", "allow", "allow", "human"], verdicts);
        await site.RestartAsync();
        await site.Get<IActivePolicy>().Ready.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Equal("human", DecisionOf(await buyer.SendAsync(buyer.Purchase(1_000, erp.SpiffeId))).GetProperty("verdict").GetString());
        Assert.Equal("allow", DecisionOf(await buyer.SendAsync(buyer.Purchase(1_000, erp.SpiffeId, "another"))).GetProperty("verdict").GetString());
        Assert.Equal(2, desk.Asked.Count);
        Assert.Contains(buyer.SpiffeId, await site.Get<IFindings>().OpenSubjectsAsync(FindingKind.LimitReached, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_needs_a_person_waits_and_ends_unless_somebody_decides_in_time()
    {
        var desk = new PlayedDesk();
        await using var site = await DecidingSite.StartAsync(desk);
        var (buyer, erp) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
        await site.GrantAsync(buyer, "procurement");
        var purchase = buyer.Purchase(70_000, erp.SpiffeId);
        var held = DecisionOf(await buyer.SendAsync(purchase));
        Assert.Equal(("human", "approval-required"), (held.GetProperty("verdict").GetString(), held.GetProperty("code").GetString()));
        var ask = Assert.Single(desk.Asked);
        Assert.Equal((7_000_000, "70000.00", "EUR", 1, held.GetProperty("held").GetInt64()), (ask.Cost, ask.Amount, ask.Currency, ask.Quorum, ask.Held.Id));
        Assert.False((await erp.DecisionAsync(purchase.Id)).Json.GetProperty("live").GetBoolean());
        // It counts while it waits.
        Assert.Equal("human", DecisionOf(await buyer.SendAsync(buyer.Purchase(25_000, erp.SpiffeId))).GetProperty("verdict").GetString());

        site.Clock.Advance(TimeSpan.FromMinutes(61));
        await site.LeafAsync(l => l.Kind == LeafKind.Decision && l.Code == "held-expired" && l.MessageId == purchase.Id);
        Assert.Contains(desk.Withdrawn, w => w.Held == ask.Held.Id);
        // Both, and nothing of them counts any more.
        await Eventually.TrueAsync(() => site.QueryAsync(db => db.HeldMessages.AllAsync(h => h.State == HeldState.Expired)));
        Assert.Equal(0, await site.QueryAsync(db => db.Commitments.CountAsync()));
        var late = await site.Get<IHeldMessages>().ReleaseAsync(ask.Held.Id, DecidingSite.Approval(ask.Held, 7_000_000), TestContext.Current.CancellationToken);
        Assert.False(late.Released);
    }

    [Fact]
    public async Task An_approval_releases_its_own_message_once_within_its_limit()
    {
        var desk = new PlayedDesk();
        await using var site = await DecidingSite.StartAsync(desk);
        var (buyer, erp) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
        await site.GrantAsync(buyer, "procurement");
        var (first, second) = (buyer.Purchase(70_000, erp.SpiffeId, "p1"), buyer.Purchase(71_000, erp.SpiffeId, "p2"));
        await buyer.SendAsync(first);
        await buyer.SendAsync(second);
        var (one, two) = (desk.Asked[0].Held, desk.Asked[1].Held);
        var held = site.Get<IHeldMessages>();

        async Task<string?> CodeAsync(long id, ApprovalEvidence evidence)
        {
            var outcome = await held.ReleaseAsync(id, evidence, TestContext.Current.CancellationToken);
            Assert.Equal(outcome.Released, outcome.Code is null);
            return outcome.Code;
        }
        // D13: an approval of one order is used on another.
        Assert.Equal("approval-digest", await CodeAsync(two.Id, DecidingSite.Approval(one, 9_000_000)));
        Assert.Equal("approval-action", await CodeAsync(one.Id, DecidingSite.Approval(one, 9_000_000) with { Action = "requestPayment" }));
        Assert.Equal("approval-limit", await CodeAsync(one.Id, DecidingSite.Approval(one, 6_999_999)));
        Assert.Equal("not-waiting", await CodeAsync(999_999, DecidingSite.Approval(one, 9_000_000)));
        Assert.Equal(HeldState.Waiting, await site.QueryAsync(db => db.HeldMessages.Where(h => h.Id == one.Id).Select(h => h.State).SingleAsync()));

        Assert.Null(await CodeAsync(one.Id, DecidingSite.Approval(one, 7_000_000)));
        Assert.True((await erp.DecisionAsync(first.Id)).Json.GetProperty("live").GetBoolean());
        Assert.False((await erp.DecisionAsync(second.Id)).Json.GetProperty("live").GetBoolean());
        // Used: neither for the same nor, with another's papers, for the next.
        Assert.NotNull(await CodeAsync(one.Id, DecidingSite.Approval(one, 7_000_000)));
        Assert.Equal("approval-used", await CodeAsync(two.Id, DecidingSite.Approval(two, 9_000_000)));
        Assert.Contains(buyer.SpiffeId, await site.Get<IFindings>().OpenSubjectsAsync(FindingKind.ApprovalMisused, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_owner_of_an_agent_approves_nothing_of_it_whatever_the_desk_says()
    {
        var desk = new PlayedDesk();
        await using var site = await DecidingSite.StartAsync(desk);
        var (buyer, erp) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
        await site.GrantAsync(buyer, "procurement");
        await site.QueryAsync(db => db.Agents.Where(a => a.SpiffeId == buyer.SpiffeId).ExecuteUpdateAsync(s => s.SetProperty(a => a.Owner, "olga")));
        await buyer.SendAsync(buyer.Purchase(70_000, erp.SpiffeId));
        var message = desk.Asked.Single().Held;
        var outcome = await site.Get<IHeldMessages>().ReleaseAsync(message.Id, DecidingSite.Approval(message, 9_000_000, approver: "olga"), TestContext.Current.CancellationToken);
        Assert.Equal((false, "policy-denied"), (outcome.Released, outcome.Code));
        Assert.True((await site.Get<IHeldMessages>().ReleaseAsync(message.Id, DecidingSite.Approval(message, 9_000_000, approver: "ines"), TestContext.Current.CancellationToken)).Released);
    }

    /// <summary>D2: a delay that would cost money, borne out or contradicted by the carrier.</summary>
    [Fact]
    public async Task Another_agents_word_releases_what_needs_a_second_verification_or_brings_it_before_a_person()
    {
        var desk = new PlayedDesk();
        await using var site = await DecidingSite.StartAsync(desk);
        var (logistics, carrier, stranger, erp) = (await site.EnrollAsync("lex", "logistics"), await site.EnrollAsync("portal", "carrier"), await site.EnrollAsync("stranger"), await site.EnrollAsync("erp"));
        await site.GrantAsync(logistics, "logistics-exception");
        async Task<(EventBuilder Event, string Digest)> DelayAsync(string shipment)
        {
            var delay = logistics.Event() with
            {
                Type = "logistics.exception", Audience = erp.SpiffeId,
                Data = $$$"""{"exceptionId":"e-{{{shipment}}}","shipmentId":"{{{shipment}}}","kind":"delayed_at_port","at":"2026-06-01T07:00:00Z","location":"DEHAM","delayHours":30,"costImpact":{"amount":"900.00","currency":"EUR"},"evidence":[{"ref":"notice","digest":"sha256:{{{new string('c', 64)}}}"}]}""",
            };
            var reply = await logistics.SendAsync(delay);
            Assert.Equal(("verify", "verification-required"), (DecisionOf(reply).GetProperty("verdict").GetString(), DecisionOf(reply).GetProperty("code").GetString()));
            return (delay, reply.Json.GetProperty("digest").GetString()!);
        }
        async Task<string?> SayAsync(TestAgent by, string digest, string outcome)
        {
            var reply = await by.SendAsync(by.Event() with { Type = "message.confirmed", Data = $$"""{"digest":"sha256:{{digest}}","outcome":"{{outcome}}","evidence":[]}""" });
            Assert.Equal("admitted", reply.Json.GetProperty("verdict").GetString());
            return DecisionOf(reply).TryGetProperty("code", out var code) ? code.GetString() : null;
        }

        var first = await DelayAsync("S-1");
        Assert.Equal("verifier-not-named", await SayAsync(stranger, first.Digest, "confirmed"));
        Assert.Equal("verifier-is-sender", await SayAsync(logistics, first.Digest, "confirmed"));
        Assert.Equal("not-waiting", await SayAsync(carrier, new string('0', 64), "confirmed"));
        Assert.False((await erp.DecisionAsync(first.Event.Id)).Json.GetProperty("live").GetBoolean());
        Assert.Null(await SayAsync(carrier, first.Digest, "confirmed"));
        Assert.True((await erp.DecisionAsync(first.Event.Id)).Json.GetProperty("live").GetBoolean());
        Assert.Equal("not-waiting", await SayAsync(carrier, first.Digest, "confirmed"));
        Assert.Empty(desk.Asked);

        var second = await DelayAsync("S-2");
        Assert.Equal("contradicted", await SayAsync(carrier, second.Digest, "contradicted"));
        var ask = Assert.Single(desk.Asked);
        Assert.Contains(carrier.SpiffeId, string.Join(' ', ask.Decision.Reasons), StringComparison.Ordinal);
        Assert.Equal("verification-not-asked", await SayAsync(carrier, second.Digest, "confirmed"));
        Assert.False((await erp.DecisionAsync(second.Event.Id)).Json.GetProperty("live").GetBoolean());
        Assert.True((await site.Get<IHeldMessages>().ReleaseAsync(ask.Held.Id, DecidingSite.Approval(ask.Held, 100_000), TestContext.Current.CancellationToken)).Released);
        Assert.True((await erp.DecisionAsync(second.Event.Id)).Json.GetProperty("live").GetBoolean());
    }

    [Fact]
    public async Task A_full_desk_is_a_refusal_with_its_own_code()
    {
        await using var site = await DecidingSite.StartAsync(new PlayedDesk { Full = "Ten requests of this agent wait already." });
        var (buyer, erp) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
        await site.GrantAsync(buyer, "procurement");
        var decision = DecisionOf(await buyer.SendAsync(buyer.Purchase(70_000, erp.SpiffeId)));
        Assert.Equal(("deny", "approvals-full"), (decision.GetProperty("verdict").GetString(), decision.GetProperty("code").GetString()));
        Assert.Equal((0, 0), await site.QueryAsync(async db => (await db.HeldMessages.CountAsync(), await db.Commitments.CountAsync())));
    }

    [Fact]
    public async Task Without_policies_nothing_passes_that_would_change_something_and_a_finding_says_so()
    {
        await using var site = await DecidingSite.StartAsync(policy: o => o.Bundle = "/no/such/bundle");
        var (buyer, erp) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
        await site.GrantAsync(buyer, "procurement");
        var decision = DecisionOf(await buyer.SendAsync(buyer.Purchase(10, erp.SpiffeId)));
        Assert.Equal(("deny", "policy-fault"), (decision.GetProperty("verdict").GetString(), decision.GetProperty("code").GetString()));
        Assert.False((await buyer.SendAsync()).Json.TryGetProperty("decision", out _));
        Assert.NotEmpty(await site.Get<IFindings>().OpenSubjectsAsync(FindingKind.PolicyFault, TestContext.Current.CancellationToken));
        var row = await erp.GetAsync("/v1/messages/x/decision");
        Assert.Equal(HttpStatusCode.NotFound, row.Status);
    }

    [Fact]
    public async Task A_decision_that_fails_is_a_refusal_and_found()
    {
        await using var site = await DecidingSite.StartAsync(more: s => Microsoft.Extensions.DependencyInjection.Extensions.ServiceCollectionDescriptorExtensions.Replace(s,
            Microsoft.Extensions.DependencyInjection.ServiceDescriptor.Singleton<IMessageDecision>(new Breaks())));
        var (buyer, erp) = (await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
        var decision = DecisionOf(await buyer.SendAsync(buyer.Purchase(10, erp.SpiffeId)));
        Assert.Equal(("deny", "decision-failed"), (decision.GetProperty("verdict").GetString(), decision.GetProperty("code").GetString()));
        Assert.Contains("decision-failed", await site.Get<IFindings>().OpenSubjectsAsync(FindingKind.PolicyFault, TestContext.Current.CancellationToken));
    }

    private sealed class Breaks : IMessageDecision
    {
        public ValueTask<MessageDecision> DecideAsync(MessageToDecide message, CancellationToken cancellationToken) => throw new IOException("the disk is gone");
    }
}
