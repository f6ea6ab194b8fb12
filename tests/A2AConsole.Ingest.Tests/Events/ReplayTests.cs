using System.Net;
using A2AConsole.Core.Admission;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.Events;

public sealed class ReplayTests : IAsyncLifetime
{
    private TestSite _site = null!;
    private TestAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync();
        _agent = await _site.EnrollAsync("forecaster");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private static readonly string Replayed = Refusal.Of(RefusalCode.Replayed).Text;

    [Fact]
    public async Task The_same_envelope_twice_in_one_request_is_admitted_once()
    {
        var envelope = _agent.Sign();
        var reply = await _agent.PostAsync(Envelopes.Array([envelope, envelope]));
        Assert.Equal(["admitted", "refused:replayed"], reply.Verdicts);
    }

    [Fact]
    public async Task An_edge_that_bears_slow_clocks_remembers_for_as_long_as_it_bears_them()
    {
        await using var site = await TestSite.StartAsync(new() { Ingest = o => o.ClockSkew = TimeSpan.FromMinutes(5) });
        var agent = await site.EnrollAsync("forecaster");
        var envelope = agent.Sign(agent.Event() with { Expires = site.Time.GetUtcNow().AddSeconds(30) });
        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsync(envelope)).Status);
        for (var minute = 1; minute <= 5; minute++)
        {
            site.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(Replayed, (await agent.PostAsync(envelope)).Code);
        }
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Refusal.Of(RefusalCode.Expired).Text, (await agent.PostAsync(envelope)).Code);
    }

    [Fact]
    public async Task The_same_envelope_over_a_new_connection_is_a_replay()
    {
        var envelope = _agent.Sign();
        Assert.Equal(HttpStatusCode.OK, (await _agent.PostAsync(envelope)).Status);
        using var second = _agent.Connect();
        Assert.Equal(Replayed, (await _agent.PostAsync(envelope, over: second)).Code);
    }

    [Fact]
    public async Task A_nonce_or_a_message_id_used_before_is_a_replay_whatever_else_is_new()
    {
        var first = _agent.Event();
        Assert.Equal(HttpStatusCode.OK, (await _agent.SendAsync(first)).Status);
        Assert.Equal(Replayed, (await _agent.SendAsync(_agent.Event() with { Nonce = first.Nonce })).Code);
        Assert.Equal(Replayed, (await _agent.SendAsync(_agent.Event() with { Id = first.Id })).Code);
    }

    [Fact]
    public async Task Another_agent_may_use_the_same_nonce_and_id()
    {
        var other = await _site.EnrollAsync("other");
        var first = _agent.Event();
        Assert.Equal(HttpStatusCode.OK, (await _agent.SendAsync(first)).Status);
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync(other.Event() with { Nonce = first.Nonce, Id = first.Id })).Status);
    }

    [Fact]
    public async Task A_replay_is_known_after_a_restart()
    {
        var envelope = _agent.Sign();
        Assert.Equal(HttpStatusCode.OK, (await _agent.PostAsync(envelope)).Status);
        await _site.RestartAsync();
        Assert.Equal(Replayed, (await _agent.PostAsync(envelope)).Code);
    }

    [Fact]
    public async Task A_replay_after_expiry_is_refused_as_stale_or_expired()
    {
        var envelope = _agent.Sign();
        Assert.Equal(HttpStatusCode.OK, (await _agent.PostAsync(envelope)).Status);
        _site.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Contains((await _agent.PostAsync(envelope)).Code, new[] { "stale", "expired" });
    }

    [Fact]
    public async Task A_refused_event_uses_nothing_up()
    {
        // A bad signature must not let a stranger spend an agent's nonces.
        var e = _agent.Event();
        var bad = Envelopes.Wrap(e.ToBytes(), new byte[64], null);
        Assert.Equal("signature-invalid", (await _agent.PostAsync(bad)).Code);
        Assert.Equal(HttpStatusCode.OK, (await _agent.SendAsync(e)).Status);
    }

    [Fact]
    public async Task A_retry_under_its_idempotency_key_gets_the_earlier_receipt()
    {
        var first = await _agent.SendAsync(_agent.Event() with { IdempotencyKey = "order-7" });
        var size = _site.Ledger.Head.Size;
        var again = await _agent.SendAsync(_agent.Event() with { IdempotencyKey = "order-7" });
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal("repeated", again.Json.GetProperty("verdict").GetString());
        Assert.Equal(first.Json.GetProperty("leafIndex").GetInt64(), again.Json.GetProperty("leafIndex").GetInt64());
        Assert.Equal(size, _site.Ledger.Head.Size);

        await _site.RestartAsync();
        Assert.Equal("repeated", (await _agent.SendAsync(_agent.Event() with { IdempotencyKey = "order-7" })).Json.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task An_idempotency_key_used_for_other_content_is_a_conflict()
    {
        Assert.Equal(HttpStatusCode.OK, (await _agent.SendAsync(_agent.Event() with { IdempotencyKey = "order-7" })).Status);
        var other = EventBuilder.DemandSignal.Replace("1200", "1300", StringComparison.Ordinal);
        var reply = await _agent.SendAsync(_agent.Event() with { IdempotencyKey = "order-7", Data = other });
        Assert.Equal(Refusal.Of(RefusalCode.IdempotencyConflict).Text, reply.Code);
        Assert.Equal(HttpStatusCode.Conflict, reply.Status);
    }
}
