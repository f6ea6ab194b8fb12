using A2AConsole.Data.Queries;
using A2AConsole.Web.Layout;
using A2AConsole.Web.Live;
using A2AConsole.Web.Pages.Audit;
using A2AConsole.Web.Pages.Events;
using A2AConsole.Web.Pages.Find;
using A2AConsole.Web.Pages.Overview;
using A2AConsole.Web.Pages.Provenance;
using A2AConsole.Web.Shared.Tables;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Web.Hosting;

/// <summary>What the pages read through.</summary>
internal static class PageServices
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<TopBarFacts>();
        services.AddScoped<TablePreferences>();
        services.TryAddSingleton<AgentQueries>();
        services.TryAddSingleton<CertificateQueries>();
        services.AddSingleton<RecordQueries>();
        services.AddSingleton<EventQueries>();
        services.AddSingleton<OverviewQueries>();
        services.AddSingleton<OverviewReader>();
        services.TryAddSingleton<ObservedFlowQueries>();
        services.AddSingleton<FlowPictureReader>();
        services.AddSingleton<EventDossierReader>();
        services.AddSingleton<LineageQueries>();
        services.AddSingleton<LineageThenQueries>();
        services.AddSingleton<ProvenanceReader>();
        services.AddSingleton<ChainVerifier>();
        services.AddSingleton<Finder>();
    }
}
