using System.Text.Json;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Policies;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Ingest.Tests.Deciding;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Ingest.Tests.Quarantine;

/// <summary>What policy refused goes through policy once more; the shipped policies, the real engine.</summary>
public sealed class DeniedReleaseTests
{
    private static readonly QuarantineActor Analyst = new("ana", false);

    private static async Task<(TestSite Site, PlayedDesk Desk, TestAgent Buyer, TestAgent Erp)> StartAsync()
    {
        var desk = new PlayedDesk();
        var site = await DecidingSite.StartAsync(desk, more: services => services.AddQuarantine());
        return (site, desk, await site.EnrollAsync("buyer"), await site.EnrollAsync("erp"));
    }

    private static async Task<QuarantineResult> ReleaseAsync(TestSite site, long item, QuarantineActor? actor = null)
        => Assert.Single(await site.Get<IQuarantine>().ReleaseAsync([item], "its grant was missing", actor ?? Analyst));

    private static long LeafOf(EdgeReply reply) => reply.Json.GetProperty("decision").GetProperty("leaf").GetInt64();

    private static string? CodeOf(EdgeReply reply) => reply.Json.GetProperty("decision").TryGetProperty("code", out var code) ? code.GetString() : null;

    [Fact]
    public async Task What_a_missing_grant_denied_is_allowed_once_on_a_release_after_it_was_given()
    {
        var (site, _, buyer, erp) = await StartAsync();
        await using var _ = site;
        var purchase = buyer.Purchase(1_000, erp.SpiffeId);
        var reply = await buyer.SendAsync(purchase);
        Assert.Equal("policy-denied", CodeOf(reply));
        var item = LeafOf(reply);
        var row = (await site.Get<QuarantineQueries>().FindAsync(item))!;
        Assert.Equal(("policy-denied", QuarantineState.Waiting, purchase.Id, reply.Json.GetProperty("leafIndex").GetInt64()), (row.Row.Code, row.Row.State, row.Row.MessageId, row.MessageLeaf!.Value));

        // Policy still says no: it stays, with what policy said.
        var still = await ReleaseAsync(site, item);
        Assert.Equal((false, "policy-denied"), (still.Done, still.Code));
        Assert.False((await erp.DecisionAsync(purchase.Id)).Json.GetProperty("live").GetBoolean());
        Assert.Equal(QuarantineMove.ReleaseRefused, Assert.Single((await site.Get<QuarantineQueries>().FindAsync(item))!.Steps).Move);

        await site.GrantAsync(buyer, "procurement");
        Assert.Equal("quarantine-owner", (await ReleaseAsync(site, item, new QuarantineActor("otto", true))).Code);
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReleaseAsync(site, item))));
        var done = Assert.Single(results, r => r.Done);
        Assert.StartsWith("Allowed", done.Detail, StringComparison.Ordinal);

        var told = (await erp.DecisionAsync(purchase.Id)).Json;
        Assert.Equal(("allow", true), (told.GetProperty("verdict").GetString(), told.GetProperty("live").GetBoolean()));
        var (allows, commitments) = await site.QueryAsync(async db => (await db.Decisions.Where(d => d.Verdict == PolicyVerdict.Allow).ToListAsync(), await db.Commitments.ToListAsync()));
        Assert.Equal(100_000, Assert.Single(commitments).Minor);
        var released = (await site.Get<QuarantineQueries>().FindAsync(item))!;
        Assert.Equal((QuarantineState.Released, Assert.Single(allows).Id), (released.Row.State, released.ReleasedLeaf!.Value));
        var leaf = LeafReader.Parse((await site.Reader.LeafAsync(released.ReleasedLeaf.Value))!);
        Assert.Equal((LeafKind.Decision, "quarantine-released", "user:ana", purchase.Id), (leaf.Kind, leaf.Code, leaf.Actor, leaf.MessageId));
        // It was decided once more: not again.
        Assert.Equal("quarantine-decided", (await ReleaseAsync(site, item)).Code);
    }

    [Fact]
    public async Task What_needs_a_person_now_is_put_to_one_and_done_by_nobody_else()
    {
        var (site, desk, buyer, erp) = await StartAsync();
        await using var _ = site;
        var purchase = buyer.Purchase(70_000, erp.SpiffeId);
        var item = LeafOf(await buyer.SendAsync(purchase));
        await site.GrantAsync(buyer, "procurement");
        var result = await ReleaseAsync(site, item);
        Assert.True(result.Done, result.Detail);
        Assert.StartsWith("It is held", result.Detail, StringComparison.Ordinal);
        var ask = Assert.Single(desk.Asked);
        Assert.Equal(purchase.Id, ask.Held.MessageId);
        var held = await site.QueryAsync(db => db.HeldMessages.SingleAsync());
        Assert.Equal((HeldState.Waiting, purchase.Id), (held.State, held.MessageId));
        Assert.True(held.ExpiresAt > site.Time.GetUtcNow());
        Assert.False((await erp.DecisionAsync(purchase.Id)).Json.GetProperty("live").GetBoolean());
    }

    [Fact]
    public async Task What_was_one_request_too_many_waits_until_there_is_room()
    {
        var (site, desk, buyer, erp) = await StartAsync();
        await using var _ = site;
        await site.GrantAsync(buyer, "procurement");
        desk.Full = "Ten wait already.";
        var reply = await buyer.SendAsync(buyer.Purchase(70_000, erp.SpiffeId));
        Assert.Equal("approvals-full", CodeOf(reply));
        Assert.Equal((false, "approvals-full"), await Of(ReleaseAsync(site, LeafOf(reply))));
        Assert.Empty(desk.Asked);
        desk.Full = null;
        Assert.Equal((true, null), await Of(ReleaseAsync(site, LeafOf(reply))));
        Assert.Single(desk.Asked);

        static async Task<(bool, string?)> Of(Task<QuarantineResult> result) => ((await result).Done, (await result).Code);
    }
}
