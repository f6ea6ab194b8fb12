using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Queries;

/// <summary>What a revocation's scope reaches, as parts of queries.</summary>
internal static class RevocationScopes
{
    /// <summary>The certificates within a scope, whatever their state.</summary>
    public static IQueryable<Certificate> Within(this IQueryable<Certificate> certificates, RevocationScope scope, string target) => scope switch
    {
        RevocationScope.Certificate => certificates.Where(c => c.Serial == target),
        RevocationScope.Agent => certificates.Where(c => c.Agent!.SpiffeId == target),
        RevocationScope.Role => certificates.Where(c => c.Agent!.Role == target),
        RevocationScope.Environment => certificates.Where(c => c.Agent!.Environment == target),
        RevocationScope.Organisation => certificates.Where(c => c.Agent!.Organisation == target),
        RevocationScope.AuthorityKey => certificates.Where(c => c.IssuerKeyId == target),
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };

    /// <summary>The agents within a scope. An authority's key and a certificate reach those that hold what they name.</summary>
    public static IQueryable<Agent> AgentsWithin(this ConsoleDbContext context, RevocationScope scope, string target, DateTimeOffset now) => scope switch
    {
        RevocationScope.Agent => context.Agents.Where(a => a.SpiffeId == target),
        RevocationScope.Role => context.Agents.Where(a => a.Role == target),
        RevocationScope.Environment => context.Agents.Where(a => a.Environment == target),
        RevocationScope.Organisation => context.Agents.Where(a => a.Organisation == target),
        RevocationScope.Certificate => context.Agents.Where(a => context.Certificates.Any(c => c.Serial == target && c.AgentNumber == a.Number)),
        RevocationScope.AuthorityKey => context.Agents.Where(a => context.Certificates.Any(c => c.AgentNumber == a.Number && c.IssuerKeyId == target && c.NotAfter >= now)),
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };
}
