using System.Globalization;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Findings;
using A2AConsole.Trust.Listening;
using A2AConsole.Trust.Outage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace A2AConsole.Trust.Tests.Outage;

public sealed class OutageTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_failed_look_is_no_outage_and_two_are_one_from_the_first_on()
    {
        var seen = new OutageRule().After(null, Now).After("refused", Now.AddSeconds(15));
        Assert.Null(seen.DownSince);
        seen = seen.After("no answer", Now.AddSeconds(30));
        Assert.Equal((Now.AddSeconds(15), "no answer", Now), (seen.DownSince, seen.Why, seen.AnsweredAt));
        Assert.Null(seen.After(null, Now.AddSeconds(45)).DownSince);
    }

    [Fact]
    public async Task An_outage_is_a_finding_that_names_the_first_certificate_to_end_and_closes_when_it_is_over()
    {
        await using var host = await AuthorityHost.StartAsync();
        using var first = await host.EnrolledAsync();
        host.Time.Advance(TimeSpan.FromMinutes(5));
        using var second = await host.EnrolledAsync("spiffe://acme.test/env/test/role/planner/agent/p-2");
        var probe = new PlayedProbe();
        using var health = new AuthorityHealth(probe, host.Get<AuthorityQueries>(), host.Get<IFindings>(), host.Get<TrustOptions>(), host.Time, NullLogger<AuthorityHealth>.Instance);
        var changes = 0;
        health.Changed += () => changes++;

        probe.Failure = "the token was pulled out";
        await health.LookAsync(default);
        var since = host.Time.GetUtcNow();
        Assert.False(health.Current.IsDown);
        host.Time.Advance(AuthorityHealth.Interval);
        await health.LookAsync(default);
        Assert.Equal((since, "the token was pulled out"), (health.Current.DownSince, health.Current.Why));
        var finding = await host.QueryAsync(db => db.Findings.SingleAsync(f => f.Kind == FindingKind.AuthorityOutage));
        Assert.Contains("the token was pulled out", finding.Detail, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{AuthorityHost.AgentId} at {first.NotAfter.ToUniversalTime():u}"), finding.Detail, StringComparison.Ordinal);
        Assert.Equal([AuthorityHost.AgentId, "spiffe://acme.test/env/test/role/planner/agent/p-2"], (await health.FirstToExpireAsync(10)).Select(a => a.SpiffeId));

        probe.Failure = null;
        await health.LookAsync(default);
        Assert.False(health.Current.IsDown);
        Assert.NotNull((await host.QueryAsync(db => db.Findings.SingleAsync(f => f.Kind == FindingKind.AuthorityOutage))).ClosedAt);
        Assert.Equal(2, changes);
    }

    [Fact]
    public async Task An_authority_elsewhere_is_asked_over_its_address_and_must_be_of_our_trust_domain()
    {
        await using var host = await AuthorityHost.StartAsync();
        await using var stranger = await AuthorityHost.StartAsync();
        var options = new TrustOptions { AuthorityUrl = host.Address.ToString() };
        Assert.Null(await new RemoteProbe(host.Domain, options, host.Time).LookAsync(default));
        Assert.NotNull(await new RemoteProbe(stranger.Domain, options, host.Time).LookAsync(default));
        await host.Get<AuthorityListener>().StopAsync(default);
        Assert.NotNull(await new RemoteProbe(host.Domain, options, host.Time).LookAsync(default));
    }

    [Fact]
    public async Task More_requests_than_are_worked_on_at_once_are_told_to_come_at_different_times()
    {
        var load = new IssuanceLoad(2);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var inside = Enumerable.Range(0, 2).Select(_ => load.HandleAsync(Post(), _ => gate.Task)).ToList();
        var times = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 60; i++)
        {
            var context = Post();
            await load.HandleAsync(context, _ => throw new InvalidOperationException("it was let in"));
            Assert.Equal(503, context.Response.StatusCode);
            times.Add(context.Response.Headers.RetryAfter.ToString());
        }
        Assert.Equal(2, load.Inside);
        Assert.All(times, t => Assert.InRange(int.Parse(t, CultureInfo.InvariantCulture), 2, 10));
        Assert.InRange(times.Count, 4, 9);

        gate.SetResult();
        await Task.WhenAll(inside);
        var asked = false;
        await load.HandleAsync(Post(), _ =>
        {
            asked = true;
            return Task.CompletedTask;
        });
        Assert.True(asked);
        Assert.Equal(0, load.Inside);
    }

    [Fact]
    public async Task Questions_for_the_status_take_no_place_of_an_issuance_and_have_a_bound_of_their_own()
    {
        var (issuance, status) = (new IssuanceLoad(1), new IssuanceLoad(2, ofStatus: true));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task EnterAsync(HttpContext context) => issuance.HandleAsync(context, c => status.HandleAsync(c, _ => gate.Task));
        var inside = new[] { EnterAsync(Ask("POST")), EnterAsync(Ask("GET")), EnterAsync(Post()) };
        Assert.Equal((1, 2), (issuance.Inside, status.Inside));
        foreach (var context in new[] { Ask("GET"), Ask("POST"), Post() })
        {
            await EnterAsync(context);
            Assert.Equal(503, context.Response.StatusCode);
        }
        gate.SetResult();
        await Task.WhenAll(inside);
        Assert.Equal((0, 0), (issuance.Inside, status.Inside));
    }

    private static DefaultHttpContext Ask(string method) => new() { Request = { Method = method, Path = "/ocsp/MEUw" }, Response = { Body = new MemoryStream() } };

    private static DefaultHttpContext Post() => new() { Request = { Method = "POST" }, Response = { Body = new MemoryStream() } };

    private sealed class PlayedProbe : IAuthorityProbe
    {
        public string? Failure { get; set; }
        public string Address => "https://authority.acme.test:7444";
        public Task<string?> LookAsync(CancellationToken cancellationToken) => Task.FromResult(Failure);
    }
}
