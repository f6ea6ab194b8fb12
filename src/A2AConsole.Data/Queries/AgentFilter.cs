using System.Globalization;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Queries;

/// <summary>Which agents to list. Nulls do not filter.</summary>
public sealed record AgentFilter
{
    /// <summary>Part of the SPIFFE ID (environment, role and name are in it); identities are lower-case, so case does not count.</summary>
    public string? Text { get; init; }
    public string? Environment { get; init; }
    public string? Role { get; init; }
    public string? Organisation { get; init; }
    public AgentState? State { get; init; }
    public RiskTier? Tier { get; init; }
    public string? Owner { get; init; }
    /// <summary>Only agents that nobody answers for; <see cref="Owner"/> is then ignored.</summary>
    public bool WithoutOwner { get; init; }
    public CertificateZone? Life { get; init; }

    /// <summary>Whether nothing is filtered.</summary>
    public bool IsEmpty => this == Everything;

    /// <summary>The filter that lets all agents through.</summary>
    public static AgentFilter Everything { get; } = new();
}

/// <summary>What agents are sorted by. Agents without the value come last in both directions.</summary>
public enum AgentSort { Name, LastSeen, Expiry, Refused }

/// <summary>
/// Where a page of agents starts or ends: the sort value of a row and its number, which breaks ties. In this way a page
/// costs the same however deep it lies, and no row is skipped or repeated when others come or go.
/// </summary>
/// <param name="Value">The name; a time in UTC ticks; a count; null where the row has no value.</param>
/// <param name="Number">The agent's number.</param>
public sealed record AgentCursor(string? Value, int Number)
{
    /// <summary>The cursor of a row in a given order.</summary>
    public static AgentCursor Of(AgentRow row, AgentSort sort) => new(sort switch
    {
        AgentSort.Name => row.Name,
        AgentSort.LastSeen => Ticks(row.LastSeenAt),
        AgentSort.Expiry => Ticks(row.CertificateNotAfter),
        AgentSort.Refused => row.Refused.ToString(CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(sort), sort, null),
    }, row.Number);

    /// <summary>Reads what <see cref="ToString"/> wrote, or null when it is not a cursor.</summary>
    public static AgentCursor? TryParse(string? text)
    {
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot > 0 && int.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new AgentCursor(dot == text!.Length - 1 ? null : text[(dot + 1)..], number)
            : null;
    }

    /// <summary>For URLs: the number, a dot, the value.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}.{Value}");

    internal DateTimeOffset? Time
        => long.TryParse(Value, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null;

    internal long Count => long.TryParse(Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private static string? Ticks(DateTimeOffset? time) => time?.UtcTicks.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An agent in a list. Times are UTC.</summary>
public sealed record AgentRow(
    int Number, string SpiffeId, string Environment, string Role, string Name, string Organisation, string? Owner,
    AgentState State, RiskTier Tier, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt, long Admitted, long Refused,
    string? CertificateSerial, DateTimeOffset? CertificateNotBefore, DateTimeOffset? CertificateNotAfter, bool IsDemo);

/// <summary>Which page: after a cursor, before one (then the page that ends there), or the first.</summary>
public sealed record AgentPageRequest
{
    public AgentFilter Filter { get; init; } = AgentFilter.Everything;
    public AgentSort Sort { get; init; }
    public bool Descending { get; init; }
    public AgentCursor? After { get; init; }
    public AgentCursor? Before { get; init; }
    public int Take { get; init; } = 50;
}

/// <summary>A page of rows in the asked order, with what lies on either side.</summary>
public sealed record Page<T>(IReadOnlyList<T> Rows, bool HasPrevious, bool HasNext);

/// <summary>A value that agents share, and how many do.</summary>
public sealed record Facet(string Value, int Count);

/// <summary>What the filters can choose from, over all agents.</summary>
public sealed record AgentFacets(
    int Total, int WithoutOwner,
    IReadOnlyDictionary<AgentState, int> States,
    IReadOnlyDictionary<RiskTier, int> Tiers,
    IReadOnlyList<Facet> Environments, IReadOnlyList<Facet> Roles, IReadOnlyList<Facet> Organisations);
