using A2AConsole.Sdk.Tests.Support;

namespace A2AConsole.Sdk.Tests.Sdk;

public sealed class EnrolmentTests
{
    [Fact]
    public async Task An_agent_enrols_and_is_who_its_token_says()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha");

        var me = await agent.WhoAmIAsync();

        Assert.Equal(site.Site.Identity("alpha"), agent.SpiffeId);
        Assert.Equal(agent.SpiffeId, me.SpiffeId);
        Assert.Equal(agent.CertificateSerial, me.Serial);
        Assert.Equal(TimeSpan.Zero, me.ClockSkew);
        Assert.Equal(Testing.TestSite.Start.AddHours(1), agent.CertificateNotAfter, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_clock_that_is_wrong_shows_as_skew()
    {
        await using var site = await SdkSite.StartAsync();
        var token = await site.InviteAsync("alpha");
        var slow = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(site.Site.Time.GetUtcNow().AddSeconds(-40));
        await using var agent = await AgentClient.EnrollAsync(site.Options("alpha") with { JoinToken = token, TimeProvider = slow });

        Assert.Equal(TimeSpan.FromSeconds(40), (await agent.WhoAmIAsync()).ClockSkew);
    }

    [Fact]
    public async Task What_is_kept_can_be_read_by_its_user_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are Unix's");
            return;
        }
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha");

        var files = Directory.GetFiles(site.StateOf("alpha"));

        Assert.Equal(["agent.json", "bundle.pem", "identity.pem"], files.Select(Path.GetFileName).Order());
        foreach (var file in files)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(site.StateOf("alpha")));
    }

    [Fact]
    public async Task A_resumed_agent_goes_on_with_the_same_certificate()
    {
        await using var site = await SdkSite.StartAsync();
        string serial;
        await using (var first = await site.EnrollAsync("alpha"))
            serial = first.CertificateSerial;

        await using var resumed = await AgentClient.OpenAsync(site.Options("alpha") with { Authority = null });

        Assert.Equal(serial, resumed.CertificateSerial);
        Assert.Equal(SendVerdict.Admitted, (await resumed.SendManyAsync([SdkSite.Signal()]))[0].Verdict);
    }

    [Fact]
    public async Task Another_authority_than_the_tokens_gets_no_token()
    {
        await using var site = await SdkSite.StartAsync();
        var token = await site.InviteAsync("alpha");
        var wrong = token[..^64] + new string('0', 64);

        var refused = await Assert.ThrowsAsync<EnrolmentRefusedException>(() => AgentClient.EnrollAsync(site.Options("alpha") with { JoinToken = wrong }));

        Assert.Equal("bundle-fingerprint-mismatch", refused.Code);
        Assert.False(File.Exists(Path.Combine(site.StateOf("alpha"), "identity.pem")));
        // The token was not sent, so it is not spent.
        await using var agent = await AgentClient.EnrollAsync(site.Options("alpha") with { JoinToken = token });
        Assert.NotEmpty(agent.CertificateSerial);
    }

    [Fact]
    public async Task A_spent_token_is_refused_with_the_authoritys_code()
    {
        await using var site = await SdkSite.StartAsync();
        var token = await site.InviteAsync("alpha");
        await using var agent = await AgentClient.EnrollAsync(site.Options("alpha") with { JoinToken = token });

        var refused = await Assert.ThrowsAsync<EnrolmentRefusedException>(() => AgentClient.EnrollAsync(site.Options("beta") with { JoinToken = token }));

        Assert.Equal("token-spent", refused.Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a2aj.short.00")]
    public async Task What_is_no_join_token_is_not_sent_anywhere(string? token)
    {
        var options = new AgentOptions { Authority = new Uri("https://localhost:1"), StateDirectory = "unused", JoinToken = token };

        var refused = await Assert.ThrowsAsync<EnrolmentRefusedException>(() => AgentClient.EnrollAsync(options));

        Assert.Equal("token-malformed", refused.Code);
    }

    [Fact]
    public async Task An_identity_is_never_overwritten_by_enrolling()
    {
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha");

        await Assert.ThrowsAsync<AgentStateException>(() => site.EnrollAsync("alpha"));
    }

    [Fact]
    public async Task An_empty_directory_holds_nobody()
    {
        await using var site = await SdkSite.StartAsync();

        await Assert.ThrowsAsync<AgentStateException>(() => AgentClient.OpenAsync(site.Options("nobody")));
    }
}
