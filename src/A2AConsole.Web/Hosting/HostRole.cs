namespace A2AConsole.Web.Hosting;

/// <summary>
/// What a process does: everything, by default. Roles do not split over processes that share a database: each would take the
/// ledger from the other, and an edge learns of revocations from its own process only.
/// </summary>
[Flags]
public enum HostRole
{
    None = 0,
    /// <summary>Serves the console.</summary>
    Console = 1,
    /// <summary>Runs the edge, where agents send events.</summary>
    Ingest = 2,
    /// <summary>Issues certificates.</summary>
    Authority = 4,
    All = Console | Ingest | Authority,
}

/// <summary>Reads roles as an operator writes them.</summary>
internal static class HostRoles
{
    /// <summary>The roles in a comma-separated list; all when there is none. The demo needs all, and so does a
    /// database that other processes can open (<paramref name="shared"/>): a file is locked to one. Throws <see cref="FormatException"/>.</summary>
    public static HostRole Parse(string? text, bool demo, bool shared)
    {
        if (string.IsNullOrWhiteSpace(text))
            return HostRole.All;
        var roles = HostRole.None;
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse<HostRole>(name, ignoreCase: true, out var role) || !Enum.IsDefined(role) || role == HostRole.None)
                throw new FormatException($"There is no role '{name}'. Roles are Console, Ingest and Authority.");
            roles |= role;
        }
        if (roles == HostRole.All)
            return roles;
        if (demo)
            throw new FormatException("The demo needs all roles: leave --roles out.");
        if (shared)
            throw new FormatException("Roles cannot be split over processes that share a SQL Server database: each would take the ledger from the other, and a revocation would reach the edge of its own process only. Leave --roles out and run one process with all of them.");
        return roles;
    }
}
