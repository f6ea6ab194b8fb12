using System.Globalization;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Agents;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Reviews;

/// <summary>A campaign's page as its URL says it. What it cannot read in a URL it leaves out.</summary>
public sealed record ReviewView
{
    public const string Path = "/reviews";

    public int Campaign { get; init; }
    /// <summary>The agent that is open beside the list.</summary>
    public int? Agent { get; init; }
    public string? Text { get; init; }
    public bool Mine { get; init; }
    public ReviewStanding? Standing { get; init; }
    public (string Name, int Number)? After { get; init; }

    /// <summary>Reads a query string, and what the path says.</summary>
    public static ReviewView Parse(string? query, int campaign, int? agent)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 255 } text ? text : null;
        return new ReviewView
        {
            Campaign = campaign,
            Agent = agent,
            Text = Text("q"),
            Mine = Text("mine") == "1",
            Standing = AgentsView.Word<ReviewStanding>(Text("stands")) is { } standing and not ReviewStanding.Overdue ? standing : null,
            After = Text("after") is { } after && after.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
                && int.TryParse(after.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (after[(dot + 1)..], number) : null,
        };
    }

    public ReviewFilter FilterFor(string? userName) => new(Campaign, Mine ? userName ?? "" : null, Standing, Text);

    public bool IsFiltered => Text is not null || Standing is not null || Mine;

    /// <summary>From its first page: after the filter changed the old place means nothing.</summary>
    public ReviewView Restarted => this with { After = null };

    /// <summary>The address of the view; what is as by default is left out.</summary>
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
            Add("mine", Mine ? "1" : null);
            Add("q", Text);
            Add("stands", Standing?.ToString().ToLowerInvariant());
            Add("after", After is var (name, number) ? string.Create(CultureInfo.InvariantCulture, $"{number}.{name}") : null);
            var path = string.Create(CultureInfo.InvariantCulture, $"{Path}/{Campaign}") + (Agent is { } agent ? "/" + agent.ToString(CultureInfo.InvariantCulture) : "");
            return QueryHelpers.AddQueryString(path, query);
        }
    }
}
