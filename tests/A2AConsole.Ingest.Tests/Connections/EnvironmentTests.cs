using System.Net;
using A2AConsole.Core.Ledger;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.Connections;

/// <summary>An edge that serves some environments has nothing to do with the others: neither their agents, nor what is meant for them.</summary>
public sealed class EnvironmentTests : IAsyncLifetime
{
    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync(new()
    {
        Ingest = ingest =>
        {
            ingest.Environments.Add("prod");
            ingest.Environments.Add("partner");
        },
    });

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task An_agent_of_another_environment_is_refused_in_the_handshake()
    {
        var agent = await _site.EnrollAsync("forecaster");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => agent.GetAsync("/v1/whoami"));
        var leaf = await _site.LeafAsync(l => l.Kind == LeafKind.Connection && l.Code == "environment-not-served");
        Assert.Equal((LeafVerdict.Refused, agent.Serial), (leaf.Verdict, leaf.Certificate));
    }

    [Fact]
    public async Task What_is_for_an_agent_of_another_environment_is_refused_alone_and_in_a_signed_batch()
    {
        var agent = await _site.EnrollAsync("forecaster", environment: "prod");
        var there = agent.Event() with { Audience = _site.Identity("approver", environment: "partner") };
        var elsewhere = agent.Event() with { Audience = _site.Identity("approver") };
        Assert.Equal(HttpStatusCode.OK, (await agent.SendAsync(there)).Status);
        var reply = await agent.SendAsync(elsewhere);
        Assert.Equal((HttpStatusCode.Forbidden, "audience-not-served"), (reply.Status, reply.Code));

        var batch = await agent.PostAsync(SignedBatches.Body(agent.Key, agent.SpiffeId,
            [(agent.Event() with { Audience = there.Audience }).ToBytes(), (agent.Event() with { Audience = elsewhere.Audience }).ToBytes()], _site.Time.GetUtcNow()));
        Assert.Equal([null, "audience-not-served"], batch.Json.GetProperty("results").EnumerateArray().Select(r => r.TryGetProperty("code", out var code) ? code.GetString() : null));
    }
}
