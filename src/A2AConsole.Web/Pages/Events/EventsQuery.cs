using System.Globalization;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Events;

/// <summary>What the Events page's address asks for. The page, the exports and links all read it here.</summary>
public sealed record EventsQuery
{
    public const string DefaultRange = "1h";

    public required TimeRange Range { get; init; }
    public string? Agent { get; init; }
    public string? Type { get; init; }
    public LeafVerdict? Verdict { get; init; }
    public string? Code { get; init; }
    public string? Text { get; init; }
    public bool Records { get; init; }

    /// <summary>Reads the address's parameters; what cannot be read does not filter.</summary>
    public static EventsQuery Of(string? range, string? agent, string? type, string? verdict, string? code, string? text, string? records) => new()
    {
        Range = TimeRange.Parse(range, DefaultRange),
        Agent = Clean(agent),
        Type = Clean(type),
        Verdict = Enum.TryParse<LeafVerdict>(verdict, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) ? parsed : null,
        Code = Clean(code),
        Text = Clean(text),
        Records = records == "1",
    };

    /// <summary>The store's filter for it now. A fixed range's end counts; a moving one stays open to what comes.</summary>
    public EventFilter Filter(DateTimeOffset now)
    {
        var (from, to) = Range.Bounds(now);
        return new EventFilter
        {
            From = from, To = to, Agent = Agent, Type = Type, Verdict = Verdict, Code = Code, Text = Text,
            IncludeRecords = Records,
        };
    }

    /// <summary>Whether anything but the time narrows the list.</summary>
    public bool IsNarrowed => Agent is not null || Type is not null || Verdict is not null || Code is not null || Text is not null;

    /// <summary>"refused events of forecast in the last 1 h".</summary>
    public string Words => string.Create(CultureInfo.InvariantCulture,
        $"{(Verdict is { } v ? v.ToString().ToLowerInvariant() + " " : "")}events{(Type is null ? "" : $" of type {Type}")}{(Agent is null ? "" : $" from {ShortId.Shorten(Agent, 32)}")}{(Code is null ? "" : $", {RefusalWords.Title(Code).ToLowerInvariant()},")} in {Range.Words}");

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) || text.Length > 300 ? null : text.Trim();
}
