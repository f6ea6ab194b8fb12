using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;
using A2AConsole.Trust;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Demo.Live;

/// <summary>An agent that the story does without, on a connection of its own: it asks for quotes now and then and looks whether it is still known.</summary>
/// <param name="agent">The agent.</param>
/// <param name="story">What it says.</param>
/// <param name="pause">Between two looks.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of it when it is shut out.</param>
internal sealed class Bystander(DemoAgent agent, SupplyStory story, TimeSpan pause, TimeProvider time, ILogger logger)
{
    private const string Label = "live";
    private const int LooksAMessage = 4;
    private const int LongestPause = 12;

    /// <summary>Goes on until the certificate is over: whoever is suspended may be let in again, whoever is revoked knocks less and less.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        for (var round = 0; agent.Client.CertificateNotAfter > time.GetUtcNow(); round++)
        {
            try
            {
                if (round % LooksAMessage == 0)
                    await agent.SendAsync(story.AnyQuote(time.GetUtcNow()) with { Sender = agent.Member }, Label, cancellationToken);
                else
                    await agent.Client.WhoAmIAsync(cancellationToken);
                failures = 0;
            }
            catch (Exception e) when (e is AgentException or InvitationRefusedException)
            {
                failures++;
                logger.LogInformation("{Agent} is not heard: {Reason}", agent.Member.Name, e.Message);
            }
            await Task.Delay(pause * Math.Clamp(failures, 1, LongestPause), cancellationToken);
        }
    }
}
