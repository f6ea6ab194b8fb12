using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;
using A2AConsole.Trust;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Demo.Live;

/// <summary>Has the agents say what the story tells, at its pace.</summary>
internal sealed class LiveTraffic(IReadOnlyDictionary<CastMember, DemoAgent> agents, SupplyStory story, DemoOptions options, TimeProvider time, ILogger logger)
{
    private const string Label = "live";
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

#pragma warning disable CA5394 // Repeatable chance is the point; nothing secret is drawn from it.
    private readonly Random _pauses = new(options.Seed + 101);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Pause(options.EventsPerSecond * DayRhythm.At(time.GetUtcNow())), cancellationToken);
            var message = story.Next(time.GetUtcNow());
            // One that could not come, because somebody holds it back, is not heard.
            if (!agents.TryGetValue(message.Sender, out var sender))
                continue;
            try
            {
                await sender.SendAsync(message, message.Label ?? Label, cancellationToken);
            }
            catch (Exception e) when (e is AgentException or InvitationRefusedException)
            {
                // The edge may be restarting, or somebody has taken the agent out of service; the story goes on with the next message.
                logger.LogWarning("{Agent} could not send a {Type}: {Reason}", message.Sender.Name, message.Type, e.Message);
            }
        }
    }

    private TimeSpan Pause(double perSecond)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(-Math.Log(1 - _pauses.NextDouble()) / Math.Max(perSecond, 1e-3), LongestPause.TotalSeconds));
        return pause < LongestPause ? pause : LongestPause;
    }
#pragma warning restore CA5394
}
