using A2AConsole.Demo.Identity;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Demo.Live;

/// <summary>
/// A runtime that is exchanged under an agent: it enrols with the image that its builder built and renews with another. The renewal is refused;
/// its certificate runs out, unless somebody finds out first.
/// </summary>
internal sealed class Drift(DemoSite site, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly CastMember _member = Cast.ReturnsDesk;
    private int _version = 1;
    private DemoAgent? _agent;

    /// <summary>Enrols honestly, or resumes.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
        => _agent = await DemoAgent.TryStartAsync(site, _member, logger, cancellationToken, site.OptionsOf(_member) with
        {
            Evidence = site.Platform?.SourcesOf(_member, () => DemoPlatform.ImageOf(_member, _version)) ?? [],
        });

    /// <summary>Runs the other image from now on; asks for a new certificate at once and whenever one is due, as long as there is one to ask with.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_agent is null)
            return;
        _version = 2;
        try
        {
            await _agent.Client.RenewAsync(cancellationToken);
            logger.LogError("Demo drift: {Agent} was given a certificate though its image was exchanged", _member.Name);
        }
        catch (AgentException e)
        {
            logger.LogInformation("Demo drift: the renewal of {Agent} was refused, as it must be: {Reason}", _member.Name, e.Message);
        }
        // It keeps its connection, and hears when the edge asks for a new key.
        while (_agent.Client.CertificateNotAfter > site.Time.GetUtcNow())
        {
            await Task.Delay(Pause, cancellationToken);
            try
            {
                await _agent.Client.WhoAmIAsync(cancellationToken);
            }
            catch (AgentException)
            {
                // Suspended or revoked: somebody has seen it.
                break;
            }
        }
        await _agent.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
            await _agent.DisposeAsync();
    }
}
