using System.Globalization;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace A2AConsole.Web.Pages.Audit;

/// <summary>The records as the Audit page's URL says them. What it cannot read in a URL it leaves out.</summary>
public sealed record RecordsView
{
    public const string Path = "/audit";

    /// <summary>What belongs together on the screen: its key in the URL, its name, its kinds (none: all).</summary>
    public static IReadOnlyList<(string? Key, string Words, LeafKind[] Kinds)> Groups { get; } =
    [
        (null, "All", []),
        ("administration", "Administration", [LeafKind.Administration, LeafKind.Revocation, LeafKind.Finding]),
        ("sign-ins", "Sign-ins", [LeafKind.SignIn]),
        ("certificates", "Certificates", [LeafKind.Enrolment, LeafKind.Renewal, LeafKind.Revocation, LeafKind.Attestation]),
        ("decisions", "Decisions", [LeafKind.Decision, LeafKind.Approval, LeafKind.Policy]),
        ("alerts", "Alerts", [LeafKind.Alert, LeafKind.Incident]),
        ("edge", "Edge", [LeafKind.Connection, LeafKind.RefusalSummary]),
    ];

    public string? Kind { get; init; }
    public string? Actor { get; init; }
    public string? Text { get; init; }
    /// <summary>Null: everything that was ever recorded.</summary>
    public TimeRange? Range { get; init; }
    /// <summary>The leaf below which the page begins.</summary>
    public long? Before { get; init; }

    public static RecordsView Of(string? kind, string? actor, string? text, string? range, string? before) => new()
    {
        Kind = Groups.Any(g => g.Key == kind) ? kind : null,
        Actor = Clean(actor),
        Text = Clean(text),
        Range = string.IsNullOrEmpty(range) ? null : TimeRange.Parse(range, "24h"),
        Before = long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var leaf) ? leaf : null,
    };

    /// <summary>Whether anything but the kind narrows the list.</summary>
    public bool IsFiltered => Actor is not null || Text is not null || Range is not null;

    public RecordFilter FilterAt(DateTimeOffset now)
    {
        var filter = new RecordFilter { Kinds = Groups.First(g => g.Key == Kind).Kinds, Actor = Actor, Text = Text };
        if (Range is null)
            return filter;
        var (from, to) = Range.Bounds(now);
        return filter with { From = from, To = to };
    }

    /// <summary>The address of the whole filtered list as a file.</summary>
    public string ExportUrl(string format) => QueryHelpers.AddQueryString($"{Path}/records/export.{format}",
        new Dictionary<string, string?> { ["kind"] = Kind, ["actor"] = Actor, ["q"] = Text, ["range"] = Range?.Text }.Where(p => p.Value is not null));

    private static string? Clean(string? text) => text?.Trim() is { Length: > 0 and <= 255 } clean ? clean : null;
}
