using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>The agents list as its URL says it: filter, order, place and columns. What it cannot read in a URL it leaves out.</summary>
public sealed record AgentsView
{
    public const string Path = "/agents";

    /// <summary>What <c>owner=</c> says for "nobody".</summary>
    public const string NoOwner = "none";

    private static readonly (AgentSort Sort, string Name, bool DescendsFirst)[] Sorts =
    [
        (AgentSort.Name, "name", false), (AgentSort.LastSeen, "seen", true), (AgentSort.Expiry, "expiry", false), (AgentSort.Refused, "refused", true),
    ];

    public AgentFilter Filter { get; init; } = AgentFilter.Everything;
    public AgentSort Sort { get; init; }
    public bool Descending { get; init; }
    public AgentCursor? After { get; init; }
    public AgentCursor? Before { get; init; }

    /// <summary>The page that the view asks for.</summary>
    public AgentPageRequest Request => new() { Filter = Filter, Sort = Sort, Descending = Descending, After = After, Before = Before };

    /// <summary>
    /// What can be revoked as a whole from here: the one organisation, role or environment that the list is filtered by. With two of
    /// them, revoking one would reach more than the list shows.
    /// </summary>
    public RevocationTarget? Revocable => (Filter.Organisation, Filter.Role, Filter.Environment) switch
    {
        ({ } organisation, null, null) => RevocationTarget.OfOrganisation(organisation),
        (null, { } role, null) => RevocationTarget.OfRole(role),
        (null, null, { } environment) => RevocationTarget.OfEnvironment(environment),
        _ => null,
    };

    /// <summary>Reads a query string, with or without its question mark.</summary>
    public static AgentsView Parse(string? query)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 255 } text ? text : null;
        var sort = Text("sort") ?? "name";
        var known = Sorts.FirstOrDefault(s => s.Name == sort.TrimStart('-'), Sorts[0]);
        var owner = Text("owner");
        return new AgentsView
        {
            Filter = new AgentFilter
            {
                Text = Text("q"),
                Environment = Text("env"),
                Role = Text("role"),
                Organisation = Text("org"),
                State = Word<AgentState>(Text("state")),
                Tier = Word<RiskTier>(Text("tier")),
                Life = Word<CertificateZone>(Text("life")),
                Owner = owner == NoOwner ? null : owner,
                WithoutOwner = owner == NoOwner,
            },
            Sort = known.Sort,
            Descending = sort.StartsWith('-'),
            After = AgentCursor.TryParse(Text("after")),
            Before = AgentCursor.TryParse(Text("before")),
        };
    }

    /// <summary>The address of the view; what is as by default is left out.</summary>
    public string Url => QueryHelpers.AddQueryString(Path, Query());

    /// <summary>The address of the whole filtered list as a file.</summary>
    public string ExportUrl(string format) => QueryHelpers.AddQueryString($"{Path}/export.{format}", (this with { After = null, Before = null }).Query());

    /// <summary>The same list filtered otherwise: from its first page, since the old place means nothing there.</summary>
    public AgentsView With(Func<AgentFilter, AgentFilter> change) => this with { Filter = change(Filter), After = null, Before = null };

    /// <summary>The same list in another order; a second time turns the order around.</summary>
    public AgentsView SortedBy(AgentSort sort)
        => this with { Sort = sort, Descending = Sort == sort ? !Descending : Sorts.First(s => s.Sort == sort).DescendsFirst, After = null, Before = null };

    private Dictionary<string, string?> Query()
    {
        var query = new Dictionary<string, string?>();
        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query[key] = value;
        }
        Add("q", Filter.Text);
        Add("env", Filter.Environment);
        Add("role", Filter.Role);
        Add("org", Filter.Organisation);
        Add("state", Filter.State?.ToString().ToLowerInvariant());
        Add("tier", Filter.Tier?.ToString().ToLowerInvariant());
        Add("life", Filter.Life?.ToString().ToLowerInvariant());
        Add("owner", Filter.WithoutOwner ? NoOwner : Filter.Owner);
        if (Sort != AgentSort.Name || Descending)
            Add("sort", (Descending ? "-" : "") + Sorts.First(s => s.Sort == Sort).Name);
        Add("after", After?.ToString());
        Add("before", After is null ? Before?.ToString() : null);
        return query;
    }

    internal static T? Word<T>(string? text) where T : struct, Enum
        => text is not null && !char.IsAsciiDigit(text[0]) && text[0] != '-' && Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : null;
}
