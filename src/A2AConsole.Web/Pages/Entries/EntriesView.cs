using System.Globalization;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Agents;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Entries;

/// <summary>The registration entries as their page's URL says them. What it cannot read in a URL it leaves out.</summary>
public sealed record EntriesView
{
    public const string Path = "/entries";

    public const int Take = 50;

    public string? Text { get; init; }
    public string? Environment { get; init; }
    public RiskTier? Tier { get; init; }
    public string? Kind { get; init; }
    /// <summary>Only entries whose tier asks for more than they do.</summary>
    public bool Short { get; init; }
    public bool Disabled { get; init; }
    public int Skip { get; init; }
    /// <summary>The entry that is open beside the list.</summary>
    public int? Entry { get; init; }

    public static EntriesView Parse(string? query, int? entry)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 255 } text ? text : null;
        return new EntriesView
        {
            Text = Text("q"), Environment = Text("env"), Tier = AgentsView.Word<RiskTier>(Text("tier")), Kind = Text("evidence"),
            Short = Text("short") == "1", Disabled = Text("disabled") == "1",
            Skip = int.TryParse(Text("skip"), NumberStyles.None, CultureInfo.InvariantCulture, out var skip) ? skip : 0,
            Entry = entry,
        };
    }

    public EntryFilter Filter => new() { Text = Text, Environment = Environment, Tier = Tier, Kind = Kind, HasShortfall = Short ? true : null, IsEnabled = Disabled ? false : null };

    public bool IsFiltered => Text is not null || Environment is not null || Tier is not null || Kind is not null || Short || Disabled;

    public EntriesView Restarted => this with { Skip = 0 };

    public string Url
    {
        get
        {
            var query = new Dictionary<string, string?>();
            void Add(string key, string? value)
            {
                if (!string.IsNullOrEmpty(value))
                    query[key] = value;
            }
            Add("q", Text);
            Add("env", Environment);
            Add("tier", Tier?.ToString().ToLowerInvariant());
            Add("evidence", Kind);
            Add("short", Short ? "1" : null);
            Add("disabled", Disabled ? "1" : null);
            Add("skip", Skip > 0 ? Skip.ToString(CultureInfo.InvariantCulture) : null);
            return QueryHelpers.AddQueryString(Entry is { } entry ? string.Create(CultureInfo.InvariantCulture, $"{Path}/{entry}") : Path, query);
        }
    }
}
