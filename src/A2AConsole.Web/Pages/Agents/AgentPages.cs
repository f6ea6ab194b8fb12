using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Certificates;
using A2AConsole.Web.Pages.Quarantine;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>What the pages on agents, certificates and quarantine need of the host.</summary>
internal static class AgentPages
{
    public static void AddAgentPages(this IServiceCollection services)
    {
        services.AddSingleton<AgentQueries>();
        services.AddSingleton<AgentDetailQueries>();
        services.AddSingleton<CertificateQueries>();
        services.AddSingleton<QuarantineQueries>();
        services.AddSingleton<AgentActions>();
    }

    public static void MapAgentPages(this IEndpointRouteBuilder routes)
    {
        AgentExports.Map(routes);
        CertificateExports.Map(routes);
        CbomEndpoint.Map(routes);
        QuarantineExports.Map(routes);
    }
}
