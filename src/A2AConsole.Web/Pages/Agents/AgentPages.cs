using A2AConsole.Data.Queries;
using A2AConsole.Detection;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Web.Pages.Alerts;
using A2AConsole.Web.Pages.Certificates;
using A2AConsole.Web.Pages.Incidents;
using A2AConsole.Web.Pages.Quarantine;
using A2AConsole.Web.Pages.Reviews;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>What the pages on agents, certificates and quarantine need of the host.</summary>
internal static class AgentPages
{
    public static void AddAgentPages(this IServiceCollection services)
    {
        services.TryAddScoped<Access.CurrentUser>();
        services.AddSingleton<AgentQueries>();
        services.AddSingleton<AgentDetailQueries>();
        services.AddSingleton<CertificateQueries>();
        services.AddSingleton<QuarantineQueries>();
        services.AddSingleton<AgentActions>();
        services.AddSingleton<ReviewActions>();
        services.AddSingleton<Approvals.ApprovalActions>();
        services.AddSingleton<Approvals.ApprovalEvidenceReader>();
        services.AddQuarantine();
        services.AddTriage();
        services.AddSingleton<QuarantineActions>();
        services.AddSingleton<AgentLifeReader>();
        services.AddSingleton<OwnerQueries>();
        services.AddSingleton<ScopeQueries>();
        services.TryAddSingleton<RevocationQueries>();
        services.AddSingleton<FlowQueries>();
        services.AddSingleton<Certificates.AlgorithmActions>();
        services.TryAddSingleton<AlgorithmQueries>();
        services.TryAddSingleton<RekeyQueries>();
        services.AddSingleton<CertificateDetailQueries>();
        services.AddSingleton<FindingActions>();
        services.AddSingleton<LifeActions>();
        services.AddSingleton<Entries.EntryActions>();
        services.TryAddSingleton<EntryQueries>();
        services.TryAddSingleton<SharingQueries>();
        services.AddSingleton<Authority.AuthorityActions>();
        services.AddSingleton<Authority.RekeyActions>();
        services.TryAddSingleton<FindingQueries>();
        services.AddSingleton<Policies.GrantActions>();
        services.AddSingleton<Policies.PolicyActions>();
        services.TryAddSingleton<ReviewQueries>();
        services.AddTriagePages();
    }

    public static void MapAgentPages(this IEndpointRouteBuilder routes)
    {
        AgentExports.Map(routes);
        CertificateExports.Map(routes);
        CbomEndpoint.Map(routes);
        QuarantineExports.Map(routes);
        ReviewFiles.Map(routes);
        FindingExports.Map(routes);
        CertificateFiles.Map(routes);
        AlertExports.Map(routes);
        IncidentExports.Map(routes);
    }
}
