using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;
using A2AConsole.Trust;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Demo.Live;

/// <summary>An agent that the story does without, on a connection of its own: it asks for quotes now and then and looks whether it is still known.</summary>
internal sealed class Bystander(DemoAgent agent, SupplyStory story, TimeProvider time, ILogger logger)
{
    private const string Label = "live";
    private const int LooksAMessage = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; ; round++)
        {
            try
            {
                if (round % LooksAMessage == 0)
                    await agent.SendAsync(story.AnyQuote(time.GetUtcNow()) with { Sender = agent.Member }, Label, cancellationToken);
                else
                    await agent.Client.WhoAmIAsync(cancellationToken);
            }
            catch (Exception e) when (e is AgentException or InvitationRefusedException)
            {
                logger.LogInformation("{Agent} is not heard any more: {Reason}", agent.Member.Name, e.Message);
                return;
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
