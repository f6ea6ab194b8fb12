namespace A2AConsole.Web.Hosting;

/// <summary>What a process does. One process does everything by default; a larger site runs several of the same program.</summary>
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
    /// <summary>The roles in a comma-separated list; all when there is none. The demo needs all. Throws <see cref="FormatException"/>.</summary>
    public static HostRole Parse(string? text, bool demo)
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
        return demo && roles != HostRole.All
            ? throw new FormatException("The demo needs all roles: leave --roles out.")
            : roles;
    }
}
