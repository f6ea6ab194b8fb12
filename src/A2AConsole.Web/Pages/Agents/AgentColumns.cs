namespace A2AConsole.Web.Pages.Agents;

/// <summary>The columns of the agents list that can be shown or hidden; the name is always there.</summary>
[Flags]
public enum AgentColumns
{
    None = 0,
    Environment = 1,
    Role = 2,
    Organisation = 4,
    Owner = 8,
    State = 16,
    Tier = 32,
    Certificate = 64,
    LastSeen = 128,
    Admitted = 256,
    Refused = 512,
    SpiffeId = 1024,
    Default = Environment | Organisation | Owner | State | Tier | Certificate | LastSeen | Refused,
}

/// <summary>Column names for people and for URLs.</summary>
public static class AgentColumnNames
{
    /// <summary>Each column, in the table's order.</summary>
    public static IReadOnlyList<(AgentColumns Column, string Title, string Key)> All { get; } =
    [
        (AgentColumns.SpiffeId, "SPIFFE ID", "id"),
        (AgentColumns.Environment, "Environment", "env"),
        (AgentColumns.Role, "Role", "role"),
        (AgentColumns.Organisation, "Organisation", "org"),
        (AgentColumns.Owner, "Owner", "owner"),
        (AgentColumns.State, "State", "state"),
        (AgentColumns.Tier, "Risk tier", "tier"),
        (AgentColumns.Certificate, "Certificate", "cert"),
        (AgentColumns.LastSeen, "Last seen", "seen"),
        (AgentColumns.Admitted, "Admitted", "admitted"),
        (AgentColumns.Refused, "Refused", "refused"),
    ];

    /// <summary>Reads <c>env,owner,…</c>; nothing known means the default.</summary>
    public static AgentColumns Parse(string? text)
    {
        if (text is null)
            return AgentColumns.Default;
        var keys = text.Split(',', StringSplitOptions.TrimEntries);
        var columns = All.Where(c => keys.Contains(c.Key)).Aggregate(AgentColumns.None, (sum, c) => sum | c.Column);
        return columns == AgentColumns.None && text != "name" ? AgentColumns.Default : columns;
    }

    /// <summary>Writes what <see cref="Parse"/> reads; <c>name</c> when only the name is left.</summary>
    public static string Format(AgentColumns columns)
        => columns == AgentColumns.None ? "name" : string.Join(',', All.Where(c => columns.HasFlag(c.Column)).Select(c => c.Key));
}
