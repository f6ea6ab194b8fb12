using A2AConsole.Sdk.Tests.Support;
using A2AConsole.Testing;
using A2AConsole.Trust.Listening;

namespace A2AConsole.Sdk.Tests.Sdk;

public sealed class RenewalTests
{
    [Fact]
    public async Task An_agent_renews_itself_at_two_thirds_of_its_certificates_life()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha", o => o with { RenewInBackground = true });
        var (first, notAfter) = (agent.CertificateSerial, agent.CertificateNotAfter);
        var renewed = new TaskCompletionSource<CertificateRenewedEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        agent.CertificateRenewed += (_, e) => renewed.TrySetResult(e);

        // Its renewal is due in so long: only now may the clock be moved.
        await site.Pauses.NextPauseAsync();
        site.Site.Clock.SetUtcNow(notAfter - TimeSpan.FromMinutes(22));
        await agent.SendAsync(SdkSite.Signal());
        Assert.False(renewed.Task.IsCompleted);

        site.Site.Clock.SetUtcNow(notAfter - TimeSpan.FromMinutes(19));
        var next = await renewed.Task.WaitAsync(Eventually.Patience);

        Assert.NotEqual(first, next.Serial);
        Assert.Equal(next.Serial, agent.CertificateSerial);
        Assert.True(next.NotAfter > notAfter);
        Assert.Equal(next.Serial, (await agent.WhoAmIAsync()).Serial);
    }

    [Fact]
    public async Task A_renewed_certificate_outlives_the_process()
    {
        await using var site = await SdkSite.StartAsync();
        string serial;
        await using (var agent = await site.EnrollAsync("alpha"))
        {
            await agent.RenewAsync();
            serial = agent.CertificateSerial;
        }

        await using var resumed = await AgentClient.OpenAsync(site.Options("alpha"));

        Assert.Equal(serial, resumed.CertificateSerial);
        Assert.Equal(serial, (await resumed.WhoAmIAsync()).Serial);
    }

    [Fact]
    public async Task Nothing_is_lost_while_connections_switch_over()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha");
        using var enough = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var sent = 0;
            for (; !enough.IsCancellationRequested; sent++)
                await agent.SendAsync(SdkSite.Signal());
            return sent;
        })).ToArray();

        for (var i = 0; i < 5; i++)
            await agent.RenewAsync();
        await enough.CancelAsync();
        var sent = (await Task.WhenAll(senders)).Sum();

        Assert.True(sent > 0);
        Assert.Equal(sent, await site.AdmittedAsync());
    }

    [Fact]
    public async Task A_failed_renewal_is_told_and_tried_again()
    {
        await using var site = await SdkSite.StartAsync();
        await using var enrolled = await site.EnrollAsync("alpha");
        await using var agent = await AgentClient.OpenAsync(site.Options("alpha") with { Authority = new Uri("https://localhost:1"), RenewInBackground = true });
        var failures = new List<RenewalFailedEventArgs>();
        var twice = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        agent.RenewalFailed += (_, e) =>
        {
            failures.Add(e);
            if (failures.Count == 2)
                twice.TrySetResult();
        };

        await site.Pauses.NextPauseAsync();
        site.Site.Clock.SetUtcNow(agent.CertificateNotAfter - TimeSpan.FromMinutes(19));
        await site.Pauses.PassUntilAsync(twice.Task);

        Assert.IsType<AgentUnavailableException>(failures[0].Error);
        Assert.Equal(2, failures[1].Failures);
        Assert.True(failures[0].NextAttempt > failures[0].NotAfter - TimeSpan.FromMinutes(19));
    }

    [Fact]
    public async Task While_the_authority_is_down_the_edge_admits_over_live_and_over_new_connections()
    {
        await using var site = await SdkSite.StartAsync();
        await using var live = await site.EnrollAsync("alpha");
        await live.SendAsync(SdkSite.Signal());
        await (await site.EnrollAsync("beta")).DisposeAsync();
        var returning = site.Options("beta");
        await site.Site.Get<AuthorityListener>().StopAsync(default);

        await Assert.ThrowsAsync<AgentUnavailableException>(() => live.RenewAsync());
        await live.SendAsync(SdkSite.Signal());
        // Of this one the edge has not seen a connection yet.
        await using var fresh = await AgentClient.OpenAsync(returning);
        await fresh.SendAsync(SdkSite.Signal());
        Assert.Equal(3, await site.AdmittedAsync());
    }

    [Fact]
    public async Task A_revoked_agent_stops_asking()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha", o => o with { RenewInBackground = true });
        var told = new TaskCompletionSource<RenewalFailedEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        agent.RenewalFailed += (_, e) => told.TrySetResult(e);

        Assert.True(await site.Site.Authority.RevokeAsync(agent.CertificateSerial, "test", "user:test"));
        await site.Pauses.NextPauseAsync();
        site.Site.Clock.SetUtcNow(agent.CertificateNotAfter - TimeSpan.FromMinutes(19));
        var failure = await told.Task.WaitAsync(Eventually.Patience);

        Assert.Equal("certificate-revoked", Assert.IsType<EnrolmentRefusedException>(failure.Error).Code);
        Assert.Null(failure.NextAttempt);
    }

    [Fact]
    public void Pauses_double_up_to_the_longest_and_stray_by_at_most_half()
    {
        var random = new Random(1);
        for (var failures = 1; failures < 60; failures++)
        {
            var full = Math.Min(Math.Pow(2, failures - 1), 300);
            var pause = Backoff.Pause(failures, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(300), random).TotalSeconds;
            Assert.InRange(pause, full / 2, full);
        }
    }
}
