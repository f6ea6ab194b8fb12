using System.Text;
using A2AConsole.Data.Ledger;
using A2AConsole.Sdk.Tests.Support;
using A2AConsole.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Sdk.Tests.Sdk;

public sealed class SendingTests
{
    [Fact]
    public async Task A_lost_answer_is_asked_for_again_and_the_message_is_there_once()
    {
        await using var site = await SdkSite.StartAsync();
        await using var relay = new LossyRelay(site.Site.Edge);
        await using var agent = await site.EnrollAsync("alpha", o => o with { Edge = relay.Address });
        await agent.SendAsync(SdkSite.Signal(1));
        var size = site.Site.Ledger.Head.Size;

        relay.LoseAnswers();
        var sending = agent.SendAsync(SdkSite.Signal(2));
        await site.Site.Ledger.UntilAsync(head => head.Size > size);
        relay.Cut();
        var receipt = await site.Pauses.PassUntilAsync(sending);

        Assert.True(receipt.Repeated);
        Assert.Equal(size, receipt.LeafIndex);
        Assert.Equal(2, await site.AdmittedAsync());
        var verified = await agent.VerifyAsync(receipt);
        Assert.True(verified.IsValid, verified.Detail);
        Assert.True(verified.DigestMatched);
    }

    [Fact]
    public async Task A_full_queue_gets_the_same_bytes_again()
    {
        await using var site = await SdkSite.StartAsync(new TestSiteOptions { Services = Shut });
        await using var agent = await site.EnrollAsync("alpha");

        Door(site).ShutFor = 2;
        var started = site.Site.Time.GetUtcNow();
        var receipt = await site.Pauses.PassUntilAsync(agent.SendAsync(SdkSite.Signal()));

        Assert.False(receipt.Repeated);
        Assert.Equal(3, Door(site).Seen.Count);
        Assert.Single(Door(site).Seen.Distinct());
        // Twice the edge said Retry-After: 1.
        Assert.True(site.Site.Time.GetUtcNow() - started >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Attempts_are_bounded()
    {
        await using var site = await SdkSite.StartAsync(new TestSiteOptions { Services = Shut });
        await using var agent = await site.EnrollAsync("alpha", o => o with { MaxAttempts = 3 });

        Door(site).ShutFor = int.MaxValue;
        var sending = Assert.ThrowsAsync<AgentUnavailableException>(() => agent.SendAsync(SdkSite.Signal()));
        var gaveUp = await site.Pauses.PassUntilAsync(sending);

        Assert.Contains("overloaded", gaveUp.Message, StringComparison.Ordinal);
        Assert.Equal(3, Door(site).Seen.Count);
    }

    [Fact]
    public async Task A_refused_message_says_which_check_refused_and_why()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha");

        var refused = await Assert.ThrowsAsync<EventRefusedException>(() => agent.SendAsync(new AgentMessage("demand.signal", "{\"qty\":5}"u8.ToArray())));

        Assert.Equal("schema-violation", refused.Code);
        Assert.Equal("schema", refused.Check);
        Assert.NotEmpty(refused.Detail);
        Assert.NotNull(refused.Refusal.LeafIndex);
        Assert.Equal(422, refused.Refusal.Status);
    }

    [Fact]
    public async Task A_batch_keeps_the_good_and_names_the_bad()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha");

        var results = await agent.SendBatchAsync([SdkSite.Signal(1), new AgentMessage("no.such.type", "{}"u8.ToArray()), SdkSite.Signal(3)]);

        Assert.Equal([SendVerdict.Admitted, SendVerdict.Refused, SendVerdict.Admitted], results.Select(r => r.Verdict));
        Assert.Equal("unknown-type", results[1].Refusal!.Code);
        Assert.Throws<EventRefusedException>(() => results[1].Require());
        foreach (var receipt in results.Where(r => r.Receipt is not null).Select(r => r.Receipt!))
        {
            var verified = await agent.VerifyAsync(receipt);
            Assert.True(verified.IsValid, verified.Detail);
            Assert.NotNull(verified.Leaf!.Batch);
        }
    }

    [Fact]
    public async Task Many_signed_on_their_own_go_in_one_request_in_order()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha");
        var messages = Enumerable.Range(0, 40).Select(SdkSite.Signal).ToList();

        var results = await agent.SendManyAsync(messages);

        Assert.All(results, r => Assert.Equal(SendVerdict.Admitted, r.Verdict));
        Assert.Equal(results.Select(r => r.Receipt!.LeafIndex).Order(), results.Select(r => r.Receipt!.LeafIndex));
        Assert.Single(results.Select(r => r.Receipt!.Checkpoint).Distinct());
    }

    [Fact]
    public async Task The_same_object_sent_twice_is_one_message()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha");
        var message = SdkSite.Signal();

        var first = await agent.SendAsync(message);
        var second = await agent.SendAsync(message);

        Assert.Equal(first.LeafIndex, second.LeafIndex);
        Assert.True(second.Repeated);
        Assert.Equal(1, await site.AdmittedAsync());
    }

    [Fact]
    public async Task What_answers_in_the_edges_place_must_be_of_the_trust_domain()
    {
        await using var site = await SdkSite.StartAsync();
        await using var other = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha", o => o with { Edge = other.Site.Edge });

        await Assert.ThrowsAsync<PeerNotTrustedException>(() => agent.SendAsync(SdkSite.Signal()));
    }

    [Fact]
    public void A_message_is_a_json_object_or_nothing()
    {
        Assert.Throws<ArgumentException>(() => new AgentMessage("demand.signal", "[1]"u8.ToArray()));
        Assert.Throws<ArgumentException>(() => new AgentMessage("demand.signal", "{"u8.ToArray()));
        Assert.Equal("""{"amount":"1.00"}""", Encoding.UTF8.GetString(AgentMessage.Create("x", new { Amount = "1.00", Left = (string?)null }).Data.Span));
    }

    private static ShutDoorLedger Door(SdkSite site) => (ShutDoorLedger)site.Site.Ledger;

    private static void Shut(IServiceCollection services)
    {
        var inner = services.Last(d => d.ServiceType == typeof(ILedger));
        services.AddSingleton<ILedger>(s => new ShutDoorLedger((ILedger)inner.ImplementationFactory!(s)));
    }
}
