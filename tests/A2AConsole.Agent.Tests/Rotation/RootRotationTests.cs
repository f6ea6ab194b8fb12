using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Sdk.Tests.Support;
using A2AConsole.Testing;
using A2AConsole.Trust.Domain;

namespace A2AConsole.Sdk.Tests.Rotation;

/// <summary>
/// A root and its issuing CA are replaced, step by numbered step, while agents go on sending through the real edge: nobody is cut off
/// and no message is refused.
/// </summary>
public sealed class RootRotationTests
{
    private const string By = "user:admin";
    private static readonly string[] Names = ["alpha", "beta", "gamma", "delta"];

    [Fact]
    public async Task Agents_stay_connected_and_no_message_is_refused_while_the_root_is_rotated()
    {
        await using var site = await SdkSite.StartAsync(new() { Trust = o => o.BundleRefresh = TimeSpan.FromMinutes(5) });
        var keys = site.Site.Get<IAuthorityKeys>();
        var agents = new List<AgentClient>();
        var sent = 0;
        async Task SendAsync()
        {
            await Task.WhenAll(agents.Select(a => a.SendAsync(SdkSite.Signal())));
            sent += agents.Count;
        }
        // A minute passes in which everybody sends.
        async Task MinutesAsync(int minutes)
        {
            for (var i = 0; i < minutes; i++)
            {
                site.Site.Clock.Advance(TimeSpan.FromMinutes(1));
                await SendAsync();
            }
        }
        // Everybody sends while a step is taken.
        async Task DuringAsync(Task step)
        {
            do
                await SendAsync();
            while (!step.IsCompleted);
            await step;
            await SendAsync();
        }
        // Goes on minute by minute until it is so.
        Task UntilAsync(Func<Task<bool>> isSo) => Eventually.TrueAsync(async () =>
        {
            if (await isSo())
                return true;
            await MinutesAsync(1);
            return false;
        });
        Task AllAsync(Func<AgentClient, bool> there) => UntilAsync(() => Task.FromResult(agents.All(there)));

        // 1. Agents enrol under the first root and send.
        foreach (var name in Names)
            agents.Add(await site.EnrollAsync(name, o => o with { RenewInBackground = true }));
        var first = site.Site.Domain.Roots[0].RawData;
        await MinutesAsync(2);

        // 2. A second root is prepared: the edge mentions the new bundle, every agent fetches it, nothing is signed by it.
        await DuringAsync(keys.PrepareAsync(AuthorityCertificate.Root, By, "yearly"));
        await AllAsync(a => a.Bundle.Roots.Count == 2 && a.Bundle.Sequence == site.Site.Domain.BundleSequence);
        Assert.Equal(first, site.Site.Domain.Roots[0].RawData);

        // 3. It may not sign before everybody had time to hear of it.
        var prepared = (await keys.StatusAsync()).Authorities.Single(a => a.Member.Name == "root-2");
        if (site.Site.Clock.GetUtcNow() < prepared.ActivatableFrom)
            Assert.Equal("authority-not-propagated", (await Assert.ThrowsAsync<AuthorityStepException>(() => keys.ActivateAsync("root-2", By, ""))).Code);
        while (site.Site.Clock.GetUtcNow() < prepared.ActivatableFrom)
            await MinutesAsync(1);

        // 4. It is activated: the edge shows a certificate under it from now on, the agents' old certificates go on to count.
        await DuringAsync(keys.ActivateAsync("root-2", By, "yearly"));
        Assert.NotEqual(first, site.Site.Domain.Roots[0].RawData);
        await MinutesAsync(2);

        // 5. A new agent enrols under it and is understood by the same edge.
        agents.Add(await site.EnrollAsync("epsilon", o => o with { RenewInBackground = true }));
        await MinutesAsync(1);

        // 6. The first root is tainted: what hangs on it goes on to count and is replaced as certificates are renewed, over new connections.
        await DuringAsync(keys.TaintAsync("root", By, "yearly"));
        Assert.Equal("authority-in-use", (await Assert.ThrowsAsync<AuthorityStepException>(() => keys.RevokeAsync("root", By, ""))).Code);
        await UntilAsync(async () => (await keys.StatusAsync()).Authorities[0].LiveAgents == 0);

        // 7. Nobody lives by it any more: it is revoked without force.
        await DuringAsync(keys.RevokeAsync("root", By, "yearly"));
        Assert.Equal("root:Revoked issuing:Revoked root-2:Active issuing-2:Active", string.Join(' ', (await keys.StatusAsync()).Authorities.Select(a => $"{a.Member.Name}:{a.State}")));

        // 8. The agents drop it from their bundles.
        await AllAsync(a => a.Bundle.Roots.Count == 1);
        Assert.All(agents, a => Assert.Equal(site.Site.Domain.Roots[0].RawData, a.Bundle.Roots[0].RawData));

        // 9. Nothing was refused: no message, no connection, no renewal.
        var leaves = await site.Site.LeavesAsync();
        Assert.Equal(sent, leaves.Count(l => l is { Kind: LeafKind.Event, Verdict: LeafVerdict.Admitted }));
        Assert.DoesNotContain(leaves, l => l.Verdict == LeafVerdict.Refused);
        Assert.Equal(4, leaves.Count(l => l.Detail?.StartsWith("Authority keys", StringComparison.Ordinal) == true));
        foreach (var agent in agents)
            await agent.DisposeAsync();
    }

    [Fact]
    public async Task An_agent_that_slept_through_a_forced_rotation_takes_the_edge_for_a_stranger_and_says_so()
    {
        await using var site = await SdkSite.StartAsync();
        await using var asleep = await site.EnrollAsync("alpha");
        var keys = site.Site.Get<IAuthorityKeys>();
        await keys.PrepareAsync(AuthorityCertificate.Root, By, "");
        await keys.ActivateAsync("root-2", By, "", force: true);
        await Assert.ThrowsAsync<PeerNotTrustedException>(() => asleep.SendAsync(SdkSite.Signal()));
        await Assert.ThrowsAsync<PeerNotTrustedException>(() => asleep.RefreshBundleAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"use":"jwt-svid","kty":"EC"}]}""")]
    [InlineData("""{"keys":[{"use":"x509-svid","x5c":["AAAA"]}]}""")]
    [InlineData("""{"keys":[{"use":"x509-svid","x5c":[]}]}""")]
    [InlineData("""{"keys":[{"use":"x509-svid"}]}""")]
    public void A_bundle_that_names_no_root_is_refused(string json) => Assert.Throws<AgentStateException>(() => TrustBundle.FromSpiffe(json));
}
