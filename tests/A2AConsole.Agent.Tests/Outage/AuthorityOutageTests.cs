using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Sdk.Tests.Support;
using A2AConsole.Trust;
using A2AConsole.Trust.Findings;
using A2AConsole.Trust.Listening;
using A2AConsole.Trust.Outage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace A2AConsole.Sdk.Tests.Outage;

/// <summary>The authority goes away under a live edge and comes back: what was sent meanwhile is counted, and who may go on.</summary>
public sealed class AuthorityOutageTests
{
    private static readonly string[] Names = ["alpha", "beta", "gamma"];

    [Fact]
    public async Task The_edge_goes_on_without_its_authority_until_certificates_end_and_agents_come_back_with_it()
    {
        await using var site = await SdkSite.StartAsync();
        var (listener, clock) = (site.Site.Get<AuthorityListener>(), site.Site.Clock);
        // As a process of another machine would look: over the address.
        var elsewhere = new TrustOptions { AuthorityUrl = site.Authority.GetLeftPart(UriPartial.Authority) };
        using var health = new AuthorityHealth(new RemoteProbe(site.Site.Get<ITrustDomain>(), elsewhere, clock), site.Site.Get<AuthorityQueries>(),
            site.Site.Get<IFindings>(), elsewhere, clock, NullLogger<AuthorityHealth>.Instance);
        var agents = new List<AgentClient>();
        try
        {
            foreach (var name in Names)
                agents.Add(await site.EnrollAsync(name));
            await health.LookAsync(default);
            Assert.False(health.Current.IsDown);
            var sent = await SendAsync(agents, each: 3);

            await listener.StopAsync(default);
            await health.LookAsync(default);
            clock.Advance(AuthorityHealth.Interval);
            await health.LookAsync(default);
            Assert.True(health.Current.IsDown);
            Assert.Equal(site.Site.Identity("alpha"), (await health.FirstToExpireAsync(1)).Single().SpiffeId);
            // Past two thirds of their lives: they would renew, nobody answers, and they go on with what they have.
            clock.Advance(TimeSpan.FromMinutes(45));
            foreach (var agent in agents)
            {
                var serial = agent.CertificateSerial;
                await Assert.ThrowsAsync<AgentUnavailableException>(() => site.Pauses.PassUntilAsync(agent.RenewAsync()));
                Assert.Equal(serial, agent.CertificateSerial);
            }
            sent += await SendAsync(agents, each: 5);
            Assert.Equal(sent, await site.AdmittedAsync());
            Assert.Null((await site.Site.QueryAsync(db => db.Findings.SingleAsync(f => f.Kind == FindingKind.AuthorityOutage))).ClosedAt);

            // Started again where it was, as agents know it.
            site.Site.Get<TrustOptions>().AuthorityUrl = elsewhere.AuthorityUrl;
            await listener.StartAsync(default);
            await health.LookAsync(default);
            Assert.False(health.Current.IsDown);
            Assert.NotNull((await site.Site.QueryAsync(db => db.Findings.SingleAsync(f => f.Kind == FindingKind.AuthorityOutage))).ClosedAt);
            foreach (var agent in agents.Take(2))
                await agent.RenewAsync();
            sent += await SendAsync(agents, each: 2);
            // The third did not come back in time: its certificate ends by itself, and with it what it may send.
            clock.SetUtcNow(agents[2].CertificateNotAfter.AddMinutes(1));
            sent += await SendAsync([.. agents.Take(2)], each: 1);
            await Assert.ThrowsAnyAsync<AgentException>(() => site.Pauses.PassUntilAsync(agents[2].SendAsync(SdkSite.Signal())));
            Assert.Equal(sent, await site.AdmittedAsync());
        }
        finally
        {
            foreach (var agent in agents)
                await agent.DisposeAsync();
        }
    }

    private static async Task<int> SendAsync(List<AgentClient> agents, int each)
    {
        await Task.WhenAll(agents.Select(async agent =>
        {
            for (var i = 0; i < each; i++)
                await agent.SendAsync(SdkSite.Signal(100 + i));
        }));
        return agents.Count * each;
    }
}
