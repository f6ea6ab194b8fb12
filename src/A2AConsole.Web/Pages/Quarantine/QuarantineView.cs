using System.Globalization;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Quarantine;

/// <summary>The quarantine as its URL says it: filter, place and the open item. What it cannot read in a URL it leaves out.</summary>
public sealed record QuarantineView
{
    public const string Path = "/quarantine";

    public string? Code { get; init; }
    /// <summary>The agent's number or SPIFFE ID.</summary>
    public string? Agent { get; init; }
    /// <summary>A <see cref="TimeRange"/>'s text; null means everything that is kept.</summary>
    public string? Range { get; init; }
    public string? Text { get; init; }
    /// <summary>What of the work is shown; what waits by default.</summary>
    public QuarantineWork Work { get; init; } = QuarantineWork.Open;
    /// <summary>Only what the viewer works on.</summary>
    public bool Mine { get; init; }
    public long? Before { get; init; }
    public long? After { get; init; }
    /// <summary>The item that is open beside the list.</summary>
    public long? Leaf { get; init; }

    /// <summary>What can be shown of the work, by its word in the URL.</summary>
    internal static readonly IReadOnlyList<(string Key, QuarantineWork Work, string Text)> Works =
    [
        ("open", QuarantineWork.Open, "Not decided"), ("escalated", QuarantineWork.Escalated, "Escalated"), ("released", QuarantineWork.Released, "Released"),
        ("rejected", QuarantineWork.Rejected, "Rejected"), ("all", QuarantineWork.All, "All, history too"),
    ];

    /// <summary>Reads a query string, with or without its question mark, and the open item of the path.</summary>
    public static QuarantineView Parse(string? query, long? leaf)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 255 } text ? text : null;
        long? Number(string key) => long.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new QuarantineView
        {
            Code = Text("code"),
            Agent = Text("agent"),
            Range = Text("range") is { } range ? TimeRange.Parse(range, "24h").Text : null,
            Text = Text("q"),
            Work = Text("work") is { } work ? Works.FirstOrDefault(w => w.Key == work, Works[0]).Work : QuarantineWork.Open,
            Mine = Text("mine") == "1",
            Before = Number("before"),
            After = Number("after"),
            Leaf = leaf,
        };
    }

    /// <summary>Whether only part of the quarantine is shown.</summary>
    public bool IsFiltered => Code is not null || Agent is not null || Range is not null || Text is not null || Work != QuarantineWork.Open || Mine;

    /// <summary>The address of the view; what is as by default is left out.</summary>
    public string Url => QueryHelpers.AddQueryString(Leaf is { } leaf ? string.Create(CultureInfo.InvariantCulture, $"{Path}/{leaf}") : Path, Query());

    /// <summary>The address of the whole filtered list as a file.</summary>
    public string ExportUrl(string format)
        => QueryHelpers.AddQueryString($"{Path}/export.{format}", (this with { After = null, Before = null }).Query());

    /// <summary>From its first page: after the filter changed the old place means nothing.</summary>
    public QuarantineView Restarted => this with { After = null, Before = null };

    /// <summary>The filter, with the agent's number looked up (null when there is no agent in the URL; -1 when it is unknown).</summary>
    /// <param name="now">Our time, for ranges.</param>
    /// <param name="agentNumber">The agent's number.</param>
    /// <param name="user">The viewer's user name.</param>
    public QuarantineFilter FilterAt(DateTimeOffset now, int? agentNumber, string? user)
    {
        var filter = new QuarantineFilter { Code = Code, AgentNumber = agentNumber, Text = Text, Work = Work, Assignee = Mine ? user ?? "" : null };
        if (Range is null)
            return filter;
        var (from, to) = TimeRange.Parse(Range).Bounds(now);
        return filter with { From = from, To = to };
    }

    private Dictionary<string, string?> Query()
    {
        var query = new Dictionary<string, string?>();
        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query[key] = value;
        }
        Add("code", Code);
        Add("agent", Agent);
        Add("range", Range);
        Add("q", Text);
        Add("work", Work == QuarantineWork.Open ? null : Works.First(w => w.Work == Work).Key);
        Add("mine", Mine ? "1" : null);
        Add("before", Before?.ToString(CultureInfo.InvariantCulture));
        Add("after", Before is null ? After?.ToString(CultureInfo.InvariantCulture) : null);
        return query;
    }
}
