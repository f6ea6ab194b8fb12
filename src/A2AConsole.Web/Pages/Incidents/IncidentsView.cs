using System.Globalization;
using A2AConsole.Core.Alerts;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Alerts;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Incidents;

/// <summary>The incidents as their URL says it: filter and place. What it cannot read in a URL it leaves out.</summary>
public sealed record IncidentsView
{
    public const string Path = "/incidents";

    public IncidentWork Work { get; init; }
    public AlertSeverity? Severity { get; init; }
    /// <summary><c>mine</c>, <c>nobody</c>; null: everybody's.</summary>
    public string? Who { get; init; }
    public string? Range { get; init; }
    public string? Text { get; init; }
    public long? Before { get; init; }
    public long? After { get; init; }

    internal static readonly IReadOnlyList<(IncidentWork Work, string Text)> Tabs = [(IncidentWork.Open, "Open"), (IncidentWork.Closed, "Closed"), (IncidentWork.All, "All")];

    /// <summary>An incident's page.</summary>
    public static string Of(long id) => string.Create(CultureInfo.InvariantCulture, $"{Path}/{id}");

    public static IncidentsView Parse(string? query)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 255 } text ? text : null;
        long? Number(string key) => long.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new IncidentsView
        {
            Work = AlertsView.Word<IncidentWork>(Text("tab")) ?? IncidentWork.Open,
            Severity = AlertsView.Word<AlertSeverity>(Text("severity")),
            Who = Text("who") is AlertsView.Mine or AlertsView.Nobody ? Text("who") : null,
            Range = Text("range") is { } range ? TimeRange.Parse(range, "24h").Text : null,
            Text = Text("q"),
            Before = Number("before"),
            After = Number("after"),
        };
    }

    public bool IsFiltered => Severity is not null || Who is not null || Range is not null || Text is not null;

    public string Url => QueryHelpers.AddQueryString(Path, Query());

    public string ExportUrl(string format) => QueryHelpers.AddQueryString($"{Path}/export.{format}", Restarted.Query());

    /// <summary>Filter without place; no question mark.</summary>
    public string Saved => QueryHelpers.AddQueryString("", Restarted.Query()).TrimStart('?');

    public IncidentsView Restarted => this with { After = null, Before = null };

    public IncidentFilter FilterAt(DateTimeOffset now, string? user)
    {
        (DateTimeOffset? from, DateTimeOffset? to) = Range is null ? default((DateTimeOffset?, DateTimeOffset?)) : TimeRange.Parse(Range).Bounds(now);
        return new IncidentFilter { Work = Work, Severity = Severity, Owner = Who switch { AlertsView.Mine => user ?? "", AlertsView.Nobody => "", _ => null }, From = from, To = to, Text = Text };
    }

    private Dictionary<string, string?> Query()
    {
        var query = new Dictionary<string, string?>();
        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query[key] = value;
        }
        Add("tab", Work == IncidentWork.Open ? null : Agents.AgentWords.Key(Work));
        Add("severity", Severity is { } severity ? Agents.AgentWords.Key(severity) : null);
        Add("who", Who);
        Add("range", Range);
        Add("q", Text);
        Add("before", Before?.ToString(CultureInfo.InvariantCulture));
        Add("after", Before is null ? After?.ToString(CultureInfo.InvariantCulture) : null);
        return query;
    }
}
