using System.Globalization;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Agents;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>The findings as their page's URL says them. What it cannot read in a URL it leaves out.</summary>
public sealed record AttentionView
{
    public const string Path = "/certificates/attention";

    public FindingKind? Kind { get; init; }
    /// <summary>Only those of the viewer's own agents.</summary>
    public bool Mine { get; init; }
    /// <summary>Those that were closed instead of those that are open.</summary>
    public bool Closed { get; init; }
    public long? Before { get; init; }
    public long? After { get; init; }
    /// <summary>The finding that is open beside the list.</summary>
    public long? Finding { get; init; }

    public static AttentionView Parse(string? query, long? finding)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 64 } text ? text : null;
        long? Number(string key) => long.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new AttentionView
        {
            Kind = AgentsView.Word<FindingKind>(Text("kind")), Mine = Text("mine") == "1", Closed = Text("closed") == "1",
            Before = Number("before"), After = Number("after"), Finding = finding,
        };
    }

    public FindingFilter FilterFor(string? userName) => new() { Kind = Kind, IsOpen = !Closed, Owner = Mine ? userName ?? "" : null };

    public AttentionView Restarted => this with { Before = null, After = null };

    public string Url
    {
        get
        {
            var query = new Dictionary<string, string?>();
            void Add(string key, string? value)
            {
                if (value is not null)
                    query[key] = value;
            }
            Add("kind", Kind?.ToString().ToLowerInvariant());
            Add("mine", Mine ? "1" : null);
            Add("closed", Closed ? "1" : null);
            Add("before", Before?.ToString(CultureInfo.InvariantCulture));
            Add("after", Before is null ? After?.ToString(CultureInfo.InvariantCulture) : null);
            return QueryHelpers.AddQueryString(Finding is { } finding ? string.Create(CultureInfo.InvariantCulture, $"{Path}/{finding}") : Path, query);
        }
    }
}
