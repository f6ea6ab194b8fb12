using A2AConsole.Core.Approvals;
using A2AConsole.Data.Entities;
using A2AConsole.Policy.Approvals;
using A2AConsole.Policy.Deciding;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Ingest.Tests.Deciding;

/// <summary>Attacks on people's approvals, through the real listener, store, engine and desk: floods, swapped orders, requests side by side; and the way that is right.</summary>
public sealed class ApprovalDeskTests : IAsyncLifetime
{
    private const int Most = 3;

    private TestSite _site = null!;
    private TestAgent _buyer = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await DecidingSite.StartAsync(policy: o => o.MostPending = Most, more: s => s.AddApprovals());
        _buyer = await _site.EnrollAsync("buyer");
        await _site.GrantAsync(_buyer, "procurement");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Beyond_as_many_as_may_wait_nothing_is_taken_however_many_come_at_once()
    {
        var codes = await Task.WhenAll(Enumerable.Range(0, 4 * Most).Select(i => CodeAsync(_buyer.Purchase(64_000, null, proposal: $"p{i}"))));
        Assert.Equal(Most, codes.Count(c => c == "approval-required"));
        Assert.Equal(3 * Most, codes.Count(c => c == "approvals-full"));
        Assert.Equal(Most, await _site.QueryAsync(db => db.Approvals.CountAsync()));
        Assert.Contains(await FindingsAsync(), k => k == FindingKind.ApprovalFlood);
    }

    [Fact]
    public async Task Another_order_under_the_name_of_one_that_waits_is_refused_at_once_and_side_by_side()
    {
        var order = _buyer.Purchase(64_000, null);
        var dearer = Enumerable.Range(1, 6).Select(i => Swapped(order, $"{70 + i}000.00"));
        var codes = await Task.WhenAll(dearer.Prepend(order).Select(CodeAsync));
        Assert.Single(codes, "approval-required");
        Assert.Equal(6, codes.Count(c => c == "approval-digest"));
        Assert.Contains(await FindingsAsync(), k => k == FindingKind.ApprovalMisused);
    }

    [Fact]
    public async Task A_signed_approval_lets_its_own_message_go_and_no_other_under_its_name()
    {
        var order = _buyer.Purchase(64_000, null);
        Assert.Equal("approval-required", await CodeAsync(order));
        using var key = new Authenticator();
        var (service, mei) = (_site.Get<IApprovalService>(), new ApprovalActor("mei", "Manager", []));
        var id = await _site.QueryAsync(db => db.Approvals.Select(a => a.Id).SingleAsync());
        var record = await service.PrepareAsync(id, new ApprovalSay(ApprovalChoice.Approve, "it is needed"), mei, TestContext.Current.CancellationToken);
        var outcome = await service.DecideAsync(record, key.Sign(record.Write()), mei, TestContext.Current.CancellationToken);
        Assert.True(outcome.Release?.Released, outcome.Release?.Reason);
        Assert.Equal(HeldState.Delivered, await _site.QueryAsync(db => db.HeldMessages.Select(h => h.State).SingleAsync()));
        Assert.Equal("approval-digest", await CodeAsync(Swapped(order, "99000.00")));
        await Assert.ThrowsAsync<Data.Stores.ApprovalRefusedException>(() => service.DecideAsync(record, key.Sign(record.Write()), mei, TestContext.Current.CancellationToken));
        var held = await _site.QueryAsync(db => db.HeldMessages.SingleAsync());
        Assert.Equal("approval-used", (await _site.Get<IHeldMessages>().ReleaseAsync(held.Id, DecidingSite.Approval(held, 9_000_000, id), TestContext.Current.CancellationToken)).Code);
    }

    [Fact]
    public async Task Whose_account_was_disabled_since_does_not_let_a_message_go()
    {
        Assert.Equal("approval-required", await CodeAsync(_buyer.Purchase(64_000, null)));
        await _site.QueryAsync(db =>
        {
            db.Users.Add(new ConsoleUser { Id = "mei", UserName = "mei", NormalizedUserName = "MEI", LockoutEnd = Data.Users.ConsoleUsers.DisabledUntil });
            return db.SaveChangesAsync();
        });
        using var key = new Authenticator();
        var (service, mei) = (_site.Get<IApprovalService>(), new ApprovalActor("mei", "Manager", []));
        var id = await _site.QueryAsync(db => db.Approvals.Select(a => a.Id).SingleAsync());
        var record = await service.PrepareAsync(id, new ApprovalSay(ApprovalChoice.Approve, "it is needed"), mei, TestContext.Current.CancellationToken);
        var outcome = await service.DecideAsync(record, key.Sign(record.Write()), mei, TestContext.Current.CancellationToken);
        Assert.Equal((false, "policy-denied"), (outcome.Release!.Released, outcome.Release.Code));
        Assert.Equal(HeldState.Rejected, await _site.QueryAsync(db => db.HeldMessages.Select(h => h.State).SingleAsync()));
    }

    private static EventBuilder Swapped(EventBuilder order, string amount)
        => order with { Id = Guid.CreateVersion7().ToString("N"), Nonce = Guid.NewGuid().ToString("N"), Data = order.Data.Replace("64000.00", amount, StringComparison.Ordinal) };

    private async Task<string?> CodeAsync(EventBuilder message)
    {
        var reply = await _buyer.SendAsync(message);
        Assert.Equal(System.Net.HttpStatusCode.OK, reply.Status);
        return reply.Json.GetProperty("decision").TryGetProperty("code", out var code) ? code.GetString() : "allow";
    }

    private Task<List<FindingKind>> FindingsAsync() => _site.QueryAsync(db => db.Findings.Select(f => f.Kind).ToListAsync());
}
