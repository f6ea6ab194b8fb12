using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Queries;
using A2AConsole.Ingest.A2A;
using A2AConsole.Ingest.A2A.Held;
using A2AConsole.Ingest.Deciding;
using A2AConsole.Ingest.Edge;
using A2AConsole.Ingest.Events;
using A2AConsole.Ingest.Quarantine;
using A2AConsole.Policy.Deciding;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Trust.Listening;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace A2AConsole.Ingest;

/// <summary>Registers the edge.</summary>
public static class IngestServices
{
    private const string DefaultUrl = "https://localhost:7443";

    /// <summary>
    /// Adds the edge listener and the admission pipeline. Needs <c>AddConsoleData</c> and <c>AddTrust</c>; call it after them,
    /// since hosted services start in the order of their registration.
    /// </summary>
    public static IServiceCollection AddIngest(this IServiceCollection services, Action<IngestOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<IngestOptions>()
            .Configure(options => configure?.Invoke(options))
            .PostConfigure(options =>
            {
                // Not a default of the property: binding a configured list would add to it instead of replacing it.
                if (options.Urls.Count == 0)
                    options.Urls.Add(DefaultUrl);
            })
            .ValidateDataAnnotations()
            .Validate(o => new[] { o.HandshakeTimeout, o.RequestHeadersTimeout, o.MinBodyGracePeriod, o.KeepAliveTimeout }
                .All(t => t > TimeSpan.Zero && t <= TimeSpan.FromDays(1)), "A2AConsole:Ingest: every time span must be between 0 and one day");
        services.AddMetrics();
        services.TryAddSingleton<IngestMetrics>();
        services.TryAddSingleton(s => Validated(s.GetRequiredService<IOptions<IngestOptions>>()));
        services.TryAddSingleton(SchemaRegistry.Default);
        services.TryAddSingleton(s => new EventChecker(s.GetRequiredService<SchemaRegistry>(), s.GetRequiredService<IngestOptions>().Limits, s.GetRequiredService<AlgorithmPolicySource>()));
        services.TryAddSingleton(s => new AgentRates(s.GetRequiredService<EventChecker>().Limits, s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<EventChecks>();
        services.AddHttpForwarder();
        services.TryAddSingleton<CardPinQueries>();
        services.TryAddSingleton<CardPins>();
        services.TryAddSingleton<CardDesk>();
        services.TryAddSingleton<A2AAgents>();
        services.TryAddSingleton<A2AAdmission>();
        services.TryAddSingleton<A2AForwarder>();
        services.TryAddSingleton(s => new PushAddresses(s.GetRequiredService<IngestOptions>()));
        services.TryAddSingleton<IMessageDecision, ChecksOnly>();
        services.TryAddSingleton<HeldQueries>();
        services.TryAddSingleton<Decisions>();
        services.TryAddSingleton<EventDecisions>();
        services.TryAddSingleton<DecisionEndpoint>();
        services.TryAddSingleton<IHeldMessages, NothingHeld>();
        services.TryAddSingleton<AgentCalls>();
        services.TryAddSingleton<HeldTasks>();
        services.TryAddSingleton<A2AEndpoint>();
        services.TryAddSingleton<CertificateDetailQueries>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IReleaseWay, Readmission>());
        services.TryAddSingleton<EdgeAddresses>();
        services.TryAddSingleton<EdgeConnections>();
        services.TryAddSingleton<IEdgeConnections>(s => s.GetRequiredService<EdgeConnections>());
        // Agents are told the address that was really bound, unless another was configured for them.
        services.Replace(ServiceDescriptor.Singleton<IEdgeAddress>(s => s.GetRequiredService<EdgeAddresses>()));
        services.AddHostedService<EdgeHost>();
        services.AddHostedService<HeldDelivery>();
        return services;
    }

    // Said in one sentence, whoever of the hosted services asks first.
    private static IngestOptions Validated(IOptions<IngestOptions> configured)
    {
        try
        {
            return configured.Value;
        }
        catch (OptionsValidationException e)
        {
            throw new IngestStartupException("The edge cannot start: " + string.Join("; ", e.Failures) + ".", e);
        }
    }
}
