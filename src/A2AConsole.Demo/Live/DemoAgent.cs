using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;
using A2AConsole.Trust;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Demo.Live;

/// <summary>One of the world's agents at work: on the SDK, over real sockets, with its own key, certificate and state directory.</summary>
internal sealed class DemoAgent : IAsyncDisposable
{
    // Less than this left of a certificate: enrolling anew is surer than renewing.
    private static readonly TimeSpan TooShort = TimeSpan.FromMinutes(2);

    private readonly DemoSite _site;
    private readonly ILogger _logger;
    private readonly AgentOptions _options;
    private AgentClient _client;

    private DemoAgent(DemoSite site, CastMember member, ILogger logger, AgentOptions options, AgentClient client)
    {
        (_site, Member, _logger, _options, _client) = (site, member, logger, options, client);
        Watch(client);
    }

    public CastMember Member { get; }

    public AgentClient Client => _client;

    /// <summary>Resumes the agent's identity, or enrols it with a join token of its own.</summary>
    public static async Task<DemoAgent> StartAsync(DemoSite site, CastMember member, ILogger logger, CancellationToken cancellationToken, AgentOptions? options = null)
    {
        options ??= site.OptionsOf(member);
        return new(site, member, logger, options, await OpenAsync(site, member, options, cancellationToken));
    }

    /// <summary>The same, but null when the agent is held back: suspended, retired, its renewals held.</summary>
    public static async Task<DemoAgent?> TryStartAsync(DemoSite site, CastMember member, ILogger logger, CancellationToken cancellationToken, AgentOptions? options = null)
    {
        try
        {
            return await StartAsync(site, member, logger, cancellationToken, options);
        }
        catch (Exception e) when (e is EnrolmentRefusedException or InvitationRefusedException)
        {
            logger.LogWarning("{Agent} stays away: {Reason}", member.Name, e.Message);
            return null;
        }
    }

    /// <summary>Sends one message of the story.</summary>
    public async Task<Receipt> SendAsync(StoryMessage message, string label, CancellationToken cancellationToken)
    {
        await EnsureValidAsync(cancellationToken);
        return await _client.SendAsync(DemoSite.Message(message, label), cancellationToken);
    }

    /// <summary>After a long sleep of the machine nothing can be renewed any more: enrols anew.</summary>
    public async Task EnsureValidAsync(CancellationToken cancellationToken)
    {
        if (_client.CertificateNotAfter - _site.Time.GetUtcNow() > TooShort / 2)
            return;
        await _client.DisposeAsync();
        _client = await OpenAsync(_site, Member, _options, cancellationToken);
        Watch(_client);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static async Task<AgentClient> OpenAsync(DemoSite site, CastMember member, AgentOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var resumed = await AgentClient.OpenAsync(options, cancellationToken);
            if (resumed.CertificateNotAfter - site.Time.GetUtcNow() > TooShort && await IsKnownAsync(resumed, cancellationToken))
                return resumed;
            await resumed.DisposeAsync();
        }
        catch (AgentStateException)
        {
            // Nothing to resume.
        }
        if (Directory.Exists(options.StateDirectory))
            Directory.Delete(options.StateDirectory, recursive: true);
        var token = await site.Authority.InviteAsync(DemoSite.Invitation(member), "system", cancellationToken);
        return await AgentClient.EnrollAsync(options with { JoinToken = token.Text }, cancellationToken);
    }

    // Revoked meanwhile, or the data directory was made anew under old agents.
    private static async Task<bool> IsKnownAsync(AgentClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.WhoAmIAsync(cancellationToken);
            return true;
        }
        catch (AgentException)
        {
            return false;
        }
    }

    private void Watch(AgentClient client)
    {
        client.CertificateRenewed += (_, renewed) => _logger.LogDebug("{Agent} renewed its certificate until {NotAfter:u}", Member.Name, renewed.NotAfter);
        client.RenewalFailed += (_, failure) => _logger.LogWarning("{Agent} could not renew its certificate ({Failures} times): {Reason}", Member.Name, failure.Failures, failure.Error.Message);
    }
}
