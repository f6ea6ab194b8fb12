using System.Net;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Testing;
using A2AConsole.Trust.Algorithms;

namespace A2AConsole.Ingest.Tests.Life;

/// <summary>An algorithm that is given up, as agents with live connections feel it.</summary>
public sealed class AlgorithmLifeTests : IAsyncLifetime
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    private TestSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Forbidding_a_kind_of_key_closes_its_connections_at_once_and_refuses_new_ones_until_it_is_allowed_again()
    {
        var agent = await _site.EnrollAsync("classic");
        await using var connection = await OpenAsync(agent);
        await DecideAsync(AlgorithmUses.AgentKey, AlgorithmStatus.Forbidden);
        await connection.ClosedAsync().WaitAsync(AtOnce);
        using (var again = agent.Connect())
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => again.GetAsync("/healthz"));
        var leaf = await _site.LeafAsync(l => l is { Kind: LeafKind.Connection, Code: SvidRefusalCodes.AlgorithmForbidden });
        Assert.Contains("use ed25519", leaf.Detail, StringComparison.Ordinal);

        await DecideAsync(AlgorithmUses.AgentKey, AlgorithmStatus.Preferred);
        using var back = agent.Connect();
        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsync(agent.Sign(), over: back)).Status);
    }

    [Fact]
    public async Task Another_decision_closes_nothing()
    {
        var agent = await _site.EnrollAsync("classic");
        await using var connection = await OpenAsync(agent);
        Assert.Null(await _site.Get<IAlgorithmPolicies>().SetAsync(new("ed25519", AlgorithmUses.AgentKey, AlgorithmStatus.Forbidden), "No such keys.", "user:ann"));
        Assert.Equal(HttpStatusCode.OK, (await agent.SendAsync()).Status);
        await AnswersAsync(connection);
    }

    [Fact]
    public async Task A_deprecated_kind_of_key_is_warned_of_and_its_connections_close_when_its_date_comes()
    {
        var agent = await _site.EnrollAsync("classic");
        await using var connection = await OpenAsync(agent);
        await DecideAsync(AlgorithmUses.AgentKey, AlgorithmStatus.Deprecated, _site.Time.GetUtcNow().AddMinutes(20));
        var warning = Assert.Single((await agent.SendAsync()).Json.GetProperty("warnings").EnumerateArray());
        Assert.Equal(("algorithm-deprecated", "agent-key"), (warning.GetProperty("code").GetString(), warning.GetProperty("use").GetString()));
        _site.Clock.Advance(TimeSpan.FromMinutes(19));
        await AnswersAsync(connection);

        _site.Clock.Advance(TimeSpan.FromMinutes(1));
        // Idle, it does not wait for its next request.
        await connection.ClosedAsync().WaitAsync(AtOnce);
    }

    [Fact]
    public async Task A_date_that_is_moved_up_is_kept()
    {
        var agent = await _site.EnrollAsync("classic");
        await using var connection = await OpenAsync(agent);
        await DecideAsync(AlgorithmUses.AgentKey, AlgorithmStatus.Deprecated, _site.Time.GetUtcNow().AddDays(90));
        await DecideAsync(AlgorithmUses.AgentKey, AlgorithmStatus.Deprecated, _site.Time.GetUtcNow().AddMinutes(5));
        _site.Clock.Advance(TimeSpan.FromMinutes(5));
        await connection.ClosedAsync().WaitAsync(AtOnce);
    }

    [Fact]
    public async Task Forbidding_it_for_envelopes_refuses_the_next_one_over_the_very_connection()
    {
        var agent = await _site.EnrollAsync("classic");
        Assert.Equal(HttpStatusCode.OK, (await agent.SendAsync()).Status);
        await DecideAsync(AlgorithmUses.Envelope, AlgorithmStatus.Forbidden);
        var reply = await agent.SendAsync();
        Assert.Equal((HttpStatusCode.Unauthorized, "algorithm-forbidden"), (reply.Status, reply.Code));
        Assert.Equal(HttpStatusCode.OK, (await agent.GetAsync("/v1/whoami")).Status);
    }

    private async Task<RawConnection> OpenAsync(TestAgent agent)
    {
        var connection = await RawConnection.OpenAsync(_site, agent);
        await AnswersAsync(connection);
        return connection;
    }

    private static async Task AnswersAsync(RawConnection connection)
    {
        await connection.SendAsync("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await connection.ReadSomeAsync(), StringComparison.Ordinal);
    }

    private async Task DecideAsync(AlgorithmUses use, AlgorithmStatus status, DateTimeOffset? end = null)
        => Assert.Null(await _site.Get<IAlgorithmPolicies>().SetAsync(new(AlgorithmRegistry.Default.Id, use, status, end), "A test.", "user:ann"));
}
