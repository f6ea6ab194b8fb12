using System.Globalization;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>The alerts as their URL says it: filter, order, place and the open alert. What it cannot read in a URL it leaves out.</summary>
public sealed record AlertsView
{
    public const string Path = "/alerts";
    /// <summary><see cref="Who"/>: the viewer's.</summary>
    public const string Mine = "mine";
    /// <summary><see cref="Who"/>: nobody's.</summary>
    public const string Nobody = "nobody";

    public AlertWork Work { get; init; } = AlertWork.New;
    public AlertSeverity? Severity { get; init; }
    public AlertGroup? Group { get; init; }
    public AlertKind? Kind { get; init; }
    public string? Agent { get; init; }
    /// <summary><see cref="Mine"/>, <see cref="Nobody"/>, or a user name; null: everybody's.</summary>
    public string? Who { get; init; }
    public long? Incident { get; init; }
    public string? Text { get; init; }
    /// <summary>A <see cref="TimeRange"/>'s text; null means everything.</summary>
    public string? Range { get; init; }
    /// <summary>Only what was seen since the viewer's shift before this one ended.</summary>
    public bool SinceShift { get; init; }
    public AlertSort Sort { get; init; }
    public long? Before { get; init; }
    public long? After { get; init; }
    /// <summary>The alert that is open beside the list.</summary>
    public long? Id { get; init; }

    internal static readonly IReadOnlyList<(AlertWork Work, string Text)> Tabs = [(AlertWork.New, "New"), (AlertWork.Open, "Open"), (AlertWork.Closed, "Closed"), (AlertWork.All, "All")];

    /// <summary>Reads a query string, with or without its question mark, and the open alert of the path.</summary>
    public static AlertsView Parse(string? query, long? id)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 255 } text ? text : null;
        long? Number(string key) => long.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new AlertsView
        {
            Work = Word<AlertWork>(Text("tab")) ?? AlertWork.New,
            Severity = Word<AlertSeverity>(Text("severity")),
            Group = Word<AlertGroup>(Text("group")),
            Kind = Word<AlertKind>(Text("kind")),
            Agent = Text("agent"),
            Who = Text("who"),
            Incident = Number("incident"),
            Text = Text("q"),
            Range = Text("range") is { } range ? TimeRange.Parse(range, "24h").Text : null,
            SinceShift = Text("since") == "shift",
            Sort = Word<AlertSort>(Text("sort")) ?? AlertSort.Severity,
            Before = Number("before"),
            After = Number("after"),
            Id = id,
        };
    }

    /// <summary>A word of an enum, however it is written; never its number.</summary>
    internal static T? Word<T>(string? text) where T : struct, Enum
        => text is not null && !int.TryParse(text, out _) && Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

    /// <summary>Whether only part of a tab is shown.</summary>
    public bool IsFiltered => Filters > 0 || Text is not null;

    /// <summary>How many filters besides the search are set.</summary>
    public int Filters => new[] { Severity is not null, Group is not null, Kind is not null, Agent is not null, Who is not null, Incident is not null, Range is not null, SinceShift }.Count(f => f);

    /// <summary>The address of the view; what is as by default is left out.</summary>
    public string Url => QueryHelpers.AddQueryString(Id is { } id ? string.Create(CultureInfo.InvariantCulture, $"{Path}/{id}") : Path, Query());

    /// <summary>The address of the whole filtered list as a file.</summary>
    public string ExportUrl(string format) => QueryHelpers.AddQueryString($"{Path}/export.{format}", (this with { After = null, Before = null }).Query());

    /// <summary>What is kept under a name: filter and order, without place and open alert; no question mark.</summary>
    public string Saved => QueryHelpers.AddQueryString("", (this with { After = null, Before = null }).Query()).TrimStart('?');

    /// <summary>From its first page: after the filter changed the old place means nothing.</summary>
    public AlertsView Restarted => this with { After = null, Before = null };

    /// <summary>The filter at a moment.</summary>
    /// <param name="now">Our time, for ranges.</param>
    /// <param name="user">The viewer's user name.</param>
    /// <param name="shift">When her shift before this one ended; null when this is the first, and all is new to her.</param>
    public AlertFilter FilterAt(DateTimeOffset now, string? user, DateTimeOffset? shift)
    {
        (DateTimeOffset? from, DateTimeOffset? to) = Range is null ? default((DateTimeOffset?, DateTimeOffset?)) : TimeRange.Parse(Range).Bounds(now);
        if (SinceShift && shift is { } since && (from is null || since > from))
            from = since;
        return new AlertFilter
        {
            Work = Work, Severity = Severity, Group = Group, Kind = Kind, Agent = Agent, Incident = Incident, Text = Text, From = from, To = to,
            Assignee = Who switch { null => null, Mine => user ?? "", Nobody => "", _ => Who },
        };
    }

    private Dictionary<string, string?> Query()
    {
        var query = new Dictionary<string, string?>();
        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query[key] = value;
        }
        Add("tab", Work == AlertWork.New ? null : Key(Work));
        Add("severity", Severity is { } severity ? Key(severity) : null);
        Add("group", Group is { } group ? Key(group) : null);
        Add("kind", Kind is { } kind ? Key(kind) : null);
        Add("agent", Agent);
        Add("who", Who);
        Add("incident", Incident?.ToString(CultureInfo.InvariantCulture));
        Add("q", Text);
        Add("range", Range);
        Add("since", SinceShift ? "shift" : null);
        Add("sort", Sort == AlertSort.Severity ? null : Key(Sort));
        Add("before", Before?.ToString(CultureInfo.InvariantCulture));
        Add("after", Before is null ? After?.ToString(CultureInfo.InvariantCulture) : null);
        return query;
    }

    private static string Key<T>(T value) where T : struct, Enum => Agents.AgentWords.Key(value);
}
