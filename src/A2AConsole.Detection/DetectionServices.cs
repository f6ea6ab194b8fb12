using A2AConsole.Data.Detection;
using A2AConsole.Data.Queries;
using A2AConsole.Detection.Alerts;
using A2AConsole.Detection.Incidents;
using A2AConsole.Detection.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace A2AConsole.Detection;

/// <summary>Registers detection and the work on what it finds. Needs the store, and starts after it.</summary>
public static class DetectionServices
{
    /// <summary>Adds everything: what reads the ledger, and what people work with.</summary>
    public static IServiceCollection AddDetection(this IServiceCollection services, Action<DetectionOptions> configure)
    {
        services.AddSingleton(_ =>
        {
            var options = new DetectionOptions();
            configure(options);
            return options;
        });
        services.TryAddSingleton<DetectionQueries>();
        services.TryAddSingleton<ObservationReader>();
        services.AddSingleton<DetectionService>();
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<DetectionOptions>().Enabled ? s.GetRequiredService<DetectionService>() : new Disabled());
        return services.AddTriage();
    }

    /// <summary>Adds the work on alerts and incidents, without what raises them.</summary>
    public static IServiceCollection AddTriage(this IServiceCollection services)
    {
        services.TryAddSingleton<TriageFactsQueries>();
        services.TryAddSingleton<IAlertDesk, AlertDesk>();
        services.TryAddSingleton<IIncidentDesk, IncidentDesk>();
        return services;
    }

    /// <summary>In the place of what is switched off.</summary>
    private sealed class Disabled : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
