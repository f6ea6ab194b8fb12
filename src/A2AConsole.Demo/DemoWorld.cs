using A2AConsole.Demo.Attacks;
using A2AConsole.Demo.History;
using A2AConsole.Demo.Identity;
using A2AConsole.Demo.Live;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;
using A2AConsole.Ingest;
using A2AConsole.Sdk;
using A2AConsole.Trust;
using A2AConsole.Trust.Listening;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Demo;

/// <summary>
/// Runs the demo: first the past, then the agents and the attackers, until the host stops. Nothing that goes wrong here stops the
/// product; it is logged and shown.
/// </summary>
internal sealed class DemoWorld(
    DemoOptions options, HistoryPlan plan, HistoryWriter history, DemoPlatform platform, DemoSetUp setUp, DemoClock clock, DemoProgress progress, IAuthority authority,
    IAgentDirectory directory, AuthorityListener authorityListener, EdgeAddresses edge, IHostApplicationLifetime lifetime, ILoggerFactory loggers) : BackgroundService
{
    private readonly ILogger _logger = loggers.CreateLogger("A2AConsole.Demo");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The console comes first: its listener starts last, and the past would take the processor from it.
            await StartedAsync(stoppingToken);
            await WriteHistoryAsync(stoppingToken);
            var site = new DemoSite(Here(authorityListener.Addresses[0]), Here((await edge.WhenListening.WaitAsync(stoppingToken))[0]), options.Directory, authority, clock, platform);
            await LiveAsync(site, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception e)
        {
            _logger.LogError(e, "The demo world stopped; the console goes on without it");
            progress.Failed(e.Message);
        }
        finally
        {
            clock.BecomePresent();
        }
    }

    // The demo's agents live on this machine, whatever the listeners are bound to.
    private static Uri Here(string address) => new(ReachableAddress.Of(address, []));

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    private async Task WriteHistoryAsync(CancellationToken cancellationToken)
    {
        if (plan.State is { } state)
        {
            var started = TimeProvider.System.GetTimestamp();
            progress.Writing(0);
            await Task.Run(() => history.WriteAsync(state, plan.To, cancellationToken), cancellationToken);
            _logger.LogInformation("The demo's history since {From:u} was written in {Seconds:0.0} s", state.From, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        }
        clock.BecomePresent();
    }

    private async Task LiveAsync(DemoSite site, CancellationToken cancellationToken)
    {
        var agents = new Dictionary<CastMember, DemoAgent>();
        await using var drift = new Drift(site, _logger);
        try
        {
            await setUp.BeforeAsync(cancellationToken);
            await Task.WhenAll(StartAgentsAsync(site, agents, cancellationToken), drift.StartAsync(cancellationToken));
            await InviteCounterpartsAsync(cancellationToken);
            await setUp.AfterAsync(plan.State is not null, cancellationToken);
            progress.Live();
            _logger.LogInformation("The demo's {Count} agents are at work", agents.Count);
            // Chapters differ between starts, so that business ids do.
            var chapter = (clock.GetUtcNow().ToUnixTimeSeconds() / 60 % 0x1000000).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
            var traffic = new LiveTraffic(agents, new SupplyStory(options.Seed + 100, chapter), options, clock, _logger);
            var stage = new AttackStage(site, new SupplyStory(options.Seed + 200, "x" + chapter), member => agents[member].Client);
            var attacks = options.Attacks ? new AttackRounds(stage, options, _logger).RunAsync(cancellationToken) : Task.CompletedTask;
            var planner = agents.TryGetValue(Cast.BerthPlanner, out var agent) ? new Bystander(agent, new SupplyStory(options.Seed + 300, "b" + chapter), TimeSpan.FromSeconds(4 / Math.Max(options.EventsPerSecond, 0.1)), clock, _logger).RunAsync(cancellationToken) : Task.CompletedTask;
            await Task.WhenAll(traffic.RunAsync(cancellationToken), attacks, planner, drift.RunAsync(cancellationToken));
        }
        finally
        {
            foreach (var agent in agents.Values)
                await agent.DisposeAsync();
        }
    }

    /// <summary>Starts all that are not held back, side by side: each of them waits for answers most of the time.</summary>
    private async Task StartAgentsAsync(DemoSite site, Dictionary<CastMember, DemoAgent> agents, CancellationToken cancellationToken)
    {
        var starting = Cast.Senders.Append(Cast.BerthPlanner).Select(member => (member, DemoAgent.TryStartAsync(site, member, _logger, cancellationToken))).ToList();
        // Without a past these two begin here: one hangs from now on, the other is revoked before anybody knew it.
        foreach (var member in new[] { Cast.TrackingGateway, Cast.SlotBroker }.Where(m => directory.NumberOf(m.SpiffeId) is null))
        {
            if (await DemoAgent.TryStartAsync(site, member, _logger, cancellationToken) is { } hung)
                await hung.DisposeAsync();
        }
        foreach (var (member, start) in starting)
        {
            if (await start is { } agent)
                agents[member] = agent;
        }
    }

    private async Task InviteCounterpartsAsync(CancellationToken cancellationToken)
    {
        foreach (var member in Cast.Invited.Where(m => directory.NumberOf(m.SpiffeId) is null))
            await authority.InviteAsync(DemoSite.Invitation(member), "system", cancellationToken);
    }
}
