using System.Globalization;
using A2AConsole.Core.Identity;
using Microsoft.AspNetCore.Http.Extensions;

namespace A2AConsole.Web.Shared;

/// <summary>The console's addresses, built in one place.</summary>
public static class Links
{
    public const string Overview = "/";
    public const string Quarantine = "/quarantine";
    public const string Audit = "/audit";
    public const string Users = "/settings/users";

    /// <summary>An agent by its identity; environment, role and name are its path. A text that is no SPIFFE ID leads to a search.</summary>
    public static string Agent(string spiffeId)
        => SpiffeId.TryParse(spiffeId, out var id, out _) ? $"/agents/{id.Environment}/{id.Role}/{id.Name}" : Agents(spiffeId);

    /// <summary>The agents, searched.</summary>
    public static string Agents(string? text = null, string? state = null) => "/agents" + Query(("q", text), ("state", state));

    /// <summary>An event (or any leaf) in its panel.</summary>
    public static string Event(long leaf) => string.Create(CultureInfo.InvariantCulture, $"/events/{leaf}");

    /// <summary>The events, filtered. <paramref name="range"/> is a <see cref="TimeRange"/>'s text.</summary>
    public static string Events(string? agent = null, string? type = null, string? verdict = null, string? code = null, string? text = null, string? range = null, bool records = false)
        => "/events" + Query(("range", range), ("agent", agent), ("type", type), ("verdict", verdict), ("code", code), ("q", text), ("records", records ? "1" : null));

    /// <summary>A certificate among all.</summary>
    public static string Certificate(string serial) => "/certificates/" + Uri.EscapeDataString(serial);

    /// <summary>A request for approval.</summary>
    public static string Approval(int id) => string.Create(CultureInfo.InvariantCulture, $"/approvals/{id}");

    /// <summary>Where a message came from and what came of it, by its id or digest.</summary>
    public static string Provenance(string message) => "/provenance/" + Uri.EscapeDataString(message);

    private static string Query(params (string Name, string? Value)[] parameters)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in parameters)
            if (!string.IsNullOrEmpty(value))
                query.Add(name, value);
        return query.ToString();
    }
}
