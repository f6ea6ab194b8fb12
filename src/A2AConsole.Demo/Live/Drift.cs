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
    // Seldom: each attempt is a leaf, and the finding is open since the first.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    private readonly CastMember _member = Cast.ReturnsDesk;
    private int _version = 1;
    private DemoAgent? _agent;

    /// <summary>Enrols honestly, or resumes.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
        => _agent = await DemoAgent.TryStartAsync(site, _member, logger, cancellationToken, site.OptionsOf(_member) with
        {
            Evidence = site.Platform?.SourcesOf(_member, () => DemoPlatform.ImageOf(_member, _version)) ?? [],
            RenewInBackground = false,
        });

    /// <summary>Runs the other image from now on and asks for a new certificate, as long as there is one to ask with.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_agent is null)
            return;
        _version = 2;
        while (_agent.Client.CertificateNotAfter > site.Time.GetUtcNow())
        {
            try
            {
                await _agent.Client.RenewAsync(cancellationToken);
                logger.LogError("Demo drift: {Agent} was given a certificate though its image was exchanged", _member.Name);
            }
            catch (AgentException e)
            {
                logger.LogInformation("Demo drift: the renewal of {Agent} was refused, as it must be: {Reason}", _member.Name, e.Message);
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
            await _agent.DisposeAsync();
    }
}
