using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Incidents;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>What the pages on alerts and incidents need of the host, besides the desks.</summary>
internal static class TriagePages
{
    public static void AddTriagePages(this IServiceCollection services)
    {
        services.TryAddSingleton<AlertQueries>();
        services.TryAddSingleton<AlertDetailQueries>();
        services.TryAddSingleton<IncidentQueries>();
        services.TryAddSingleton<SuppressionQueries>();
        services.TryAddSingleton<QueueQueries>();
        services.TryAddSingleton<SavedViewStore>();
        services.TryAddSingleton<VisitStore>();
        services.AddSingleton<TriagePulse>();
        services.AddSingleton<AlertActions>();
        services.AddSingleton<IncidentActions>();
        services.TryAddSingleton<EvidencePackQueries>();
        services.TryAddSingleton<BlastRadiusQueries>();
        services.AddSingleton<EvidencePacker>();
        services.AddSingleton<AlertEvidenceReader>();
    }
}
