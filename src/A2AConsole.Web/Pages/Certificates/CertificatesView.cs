using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Agents;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>The certificates page as its URL says it. What it cannot read in a URL it leaves out.</summary>
public sealed record CertificatesView
{
    public const string Path = "/certificates";

    public string? Text { get; init; }
    public string? Environment { get; init; }
    public CertificateZone? Zone { get; init; }
    /// <summary>Only what the viewer's own agents hold.</summary>
    public bool Mine { get; init; }
    /// <summary>The certificate that is open beside the list.</summary>
    public string? Serial { get; init; }
    public CertificateCursor? After { get; init; }
    public CertificateCursor? Before { get; init; }

    /// <summary>Reads a query string, with or without its question mark.</summary>
    public static CertificatesView Parse(string? query, string? serial = null)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Text(string key) => values.TryGetValue(key, out var value) && value.ToString().Trim() is { Length: > 0 and <= 255 } text ? text : null;
        return new CertificatesView
        {
            Text = Text("q"),
            Environment = Text("env"),
            Zone = AgentsView.Word<CertificateZone>(Text("zone")) is { } zone and not CertificateZone.None ? zone : null,
            Mine = Text("mine") == "1",
            Serial = serial,
            After = CertificateCursor.TryParse(Text("after")),
            Before = CertificateCursor.TryParse(Text("before")),
        };
    }

    /// <summary>The filter, for this viewer.</summary>
    public CertificateFilter FilterFor(string? userName) => new() { Text = Text, Environment = Environment, Zone = Zone, Owner = Mine ? userName ?? "" : null };

    /// <summary>The address of the view; what is as by default is left out.</summary>
    public string Url => QueryHelpers.AddQueryString(Serial is null ? Path : $"{Path}/{Uri.EscapeDataString(Serial)}", Query());

    /// <summary>The address of the whole filtered list as a file.</summary>
    public string ExportUrl(string format) => QueryHelpers.AddQueryString($"{Path}/export.{format}", (this with { After = null, Before = null }).Query());

    /// <summary>From its first page: after the filter changed the old place means nothing.</summary>
    public CertificatesView Restarted => this with { After = null, Before = null, Serial = null };

    /// <summary>Whether only part of the certificates is shown.</summary>
    public bool IsFiltered => Text is not null || Environment is not null || Zone is not null;

    private Dictionary<string, string?> Query()
    {
        var query = new Dictionary<string, string?>();
        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query[key] = value;
        }
        Add("mine", Mine ? "1" : null);
        Add("q", Text);
        Add("env", Environment);
        Add("zone", Zone?.ToString().ToLowerInvariant());
        Add("after", After?.ToString());
        Add("before", After is null ? Before?.ToString() : null);
        return query;
    }
}
