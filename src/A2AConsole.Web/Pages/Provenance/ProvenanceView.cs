using System.Globalization;
using A2AConsole.Core.Provenance.Lineage;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Provenance;

/// <summary>A message's provenance as its page's URL says it. What it cannot read in a URL it leaves out.</summary>
public sealed record ProvenanceView
{
    public const string Path = "/provenance";
    public const int LeastZoom = 25, MostZoom = 200, ZoomStep = 25;
    private const int Most = 100;

    /// <summary>A message id, a digest, or <c>document:id</c>.</summary>
    public string? Id { get; init; }
    public LineageDirection Direction { get; init; }
    /// <summary>The table instead of the drawing.</summary>
    public bool AsTable { get; init; }
    /// <summary>Percent; null fits the drawing into the page.</summary>
    public int? Zoom { get; init; }
    /// <summary>The key of the node whose details are open.</summary>
    public string? Node { get; init; }
    /// <summary>Leaves of messages that were opened.</summary>
    public IReadOnlyList<long> Opened { get; init; } = [];
    /// <summary>Keys of nodes that were hidden.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    public static ProvenanceView Parse(string? id, string? query)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 4000 } text ? text : null;
        return new ProvenanceView
        {
            Id = id, Direction = Text("dir") == "affected" ? LineageDirection.Forward : LineageDirection.Backward, AsTable = Text("view") == "table",
            Zoom = int.TryParse(Text("zoom"), NumberStyles.None, CultureInfo.InvariantCulture, out var zoom) ? Math.Clamp(zoom, LeastZoom, MostZoom) : null, Node = Text("node"),
            Opened = [.. (Text("open") ?? "").Split(',').Select(t => long.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var leaf) ? leaf : -1).Where(l => l >= 0).Distinct().Take(Most)],
            Hidden = [.. (Text("hide") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct().Take(Most)],
        };
    }

    /// <summary>The same with a node hidden.</summary>
    public ProvenanceView Hiding(string key) => this with { Hidden = [.. Hidden, key], Node = null };

    /// <summary>The same with a message opened.</summary>
    public ProvenanceView Opening(long leaf) => this with { Opened = [.. Opened.Append(leaf).Distinct()] };

    /// <summary>Closer or farther; from the fitted drawing, from its own size.</summary>
    public ProvenanceView Zoomed(int steps) => this with { Zoom = Math.Clamp((Zoom ?? 100) + steps * ZoomStep, LeastZoom, MostZoom) };

    public string Url => At(Path + "/" + Uri.EscapeDataString(Id ?? ""));

    /// <summary>The address of the drawing as a file.</summary>
    public string FileUrl => (this with { Node = null, Zoom = null, AsTable = false }).At("/provenance-files/" + Uri.EscapeDataString(Id ?? "") + ".svg");

    private string At(string path)
    {
        var query = new Dictionary<string, string?>();
        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query[key] = value;
        }
        Add("dir", Direction == LineageDirection.Forward ? "affected" : null);
        Add("view", AsTable ? "table" : null);
        Add("zoom", Zoom?.ToString(CultureInfo.InvariantCulture));
        Add("open", string.Join(',', Opened.Select(o => o.ToString(CultureInfo.InvariantCulture))));
        Add("hide", string.Join(',', Hidden));
        Add("node", Node);
        return QueryHelpers.AddQueryString(path, query);
    }
}
