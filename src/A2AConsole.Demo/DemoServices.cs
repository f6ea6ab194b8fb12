using A2AConsole.Demo.History;
using A2AConsole.Demo.Identity;
using A2AConsole.Ingest;
using A2AConsole.Trust;
using A2AConsole.Trust.Listening;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Demo;

/// <summary>Registers the demo world.</summary>
public static class DemoServices
{
    /// <summary>
    /// Adds the demo world, <see cref="IDemoProgress"/> and <see cref="DemoClock"/>, which takes the registered <see cref="TimeProvider"/>'s
    /// place and shows its time, but on a first start the past until the history is written. To be called last, after store, trust domain, authority and
    /// edge, because hosted services start in the order of their registration.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="storeExists">Whether the store holds anything yet: the past can only be written into an empty one.</param>
    /// <param name="configure">Sets at least <see cref="DemoOptions.Directory"/>.</param>
    /// <exception cref="InvalidOperationException">Edge or authority do not run in this process.</exception>
    public static IServiceCollection AddDemo(this IServiceCollection services, bool storeExists, Action<DemoOptions> configure)
    {
        var options = new DemoOptions();
        configure(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Directory);
        if (!services.Any(s => s.ServiceType == typeof(EdgeAddresses)) || !services.Any(s => s.ServiceType == typeof(AuthorityListener)))
            throw new InvalidOperationException("The demo world needs the edge and the authority in the same process: start it with the roles Ingest and Authority.");
        var present = services.LastOrDefault(s => s.ServiceType == typeof(TimeProvider))?.ImplementationInstance as TimeProvider ?? TimeProvider.System;
        var now = present.GetUtcNow();
        var history = HistoryState.Load(options.Directory);
        if (history is null && options.History && !storeExists)
        {
            var from = FullHour(now - options.HistoryLength);
            history = new HistoryState(from, from, Complete: false);
            history.Save(options.Directory);
        }
        var writing = history is { Complete: false };

        services.AddSingleton(options);
        services.AddSingleton(new HistoryPlan(writing ? history : null, now));
        var clock = new DemoClock(present, writing ? history!.WrittenTo : null);
        services.AddSingleton(clock);
        var platform = new DemoPlatform(options.Directory, clock);
        var trust = services.Select(s => s.ImplementationInstance).OfType<TrustOptions>().Single();
        foreach (var cluster in platform.Clusters())
            trust.KubernetesClusters.Add(cluster);
        services.AddSingleton(_ => platform);
        services.AddSingleton<DemoEntries>();
        services.AddSingleton<DemoReview>();
        services.AddSingleton<DemoDuties>();
        services.AddSingleton<DemoGrants>();
        services.AddSingleton<DemoSetUp>();
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(s => s.GetRequiredService<DemoClock>()));
        services.AddSingleton<DemoProgress>();
        services.AddSingleton<IDemoProgress>(s => s.GetRequiredService<DemoProgress>());
        services.AddSingleton<HistoryWriter>();
        services.AddHostedService<DemoWorld>();
        return services;
    }

    // Slices begin at full hours, as charts do.
    private static DateTimeOffset FullHour(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);
}

/// <summary>The past that is to be written at this start, or null, and when it ends.</summary>
internal sealed record HistoryPlan(HistoryState? State, DateTimeOffset To);
