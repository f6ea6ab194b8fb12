using System.Globalization;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Agents;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Approvals;

/// <summary>The approvals as their URL says it. What it cannot read in a URL it leaves out.</summary>
public sealed record ApprovalsView
{
    public const string Path = "/approvals";

    public ApprovalTab Tab { get; init; } = ApprovalTab.Mine;
    public string? Text { get; init; }
    public ApprovalState? State { get; init; }
    /// <summary>The request that is open beside the list.</summary>
    public int? Open { get; init; }
    /// <summary>Where the page begins: the moment and id that the one before ended with.</summary>
    public (DateTimeOffset At, int Id)? After { get; init; }

    /// <summary>Reads a query string, and what the path says.</summary>
    public static ApprovalsView Parse(string? query, int? open)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 200 } text ? text : null;
        return new ApprovalsView
        {
            Open = open,
            Tab = Text("tab") switch { "open" => ApprovalTab.Open, "history" => ApprovalTab.History, _ => ApprovalTab.Mine },
            Text = Text("q"),
            State = AgentsView.Word<ApprovalState>(Text("state")),
            After = Text("after")?.Split('.') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms < 253_402_300_799_999
                && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (DateTimeOffset.FromUnixTimeMilliseconds(ms), number) : null,
        };
    }

    public ApprovalFilter Filter => new(Tab, Text, State: Tab == ApprovalTab.History ? State : null);

    public bool IsFiltered => Text is not null || State is not null && Tab == ApprovalTab.History;

    /// <summary>From its first page.</summary>
    public ApprovalsView Restarted => this with { After = null };

    /// <summary>The address of the view; what is as by default is left out.</summary>
    public string Url
    {
        get
        {
            var query = new Dictionary<string, string?>();
            if (Tab != ApprovalTab.Mine)
                query["tab"] = Tab == ApprovalTab.Open ? "open" : "history";
            if (Text is not null)
                query["q"] = Text;
            if (State is { } state && Tab == ApprovalTab.History)
                query["state"] = state.ToString().ToLowerInvariant();
            if (After is var (at, id))
                query["after"] = string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeMilliseconds()}.{id}");
            var path = Open is { } open ? string.Create(CultureInfo.InvariantCulture, $"{Path}/{open}") : Path;
            return QueryHelpers.AddQueryString(path, query);
        }
    }
}
