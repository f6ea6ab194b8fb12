using System.Globalization;
using System.Text;
using A2AConsole.Data.Entities;

namespace A2AConsole.Policy.Notices;

/// <summary>A notice in words. Everything that a message says about itself is on one line and stripped of controls: it is a stranger's text.</summary>
/// <param name="Id">The same at each attempt, so that a receiver can tell a repeat.</param>
/// <param name="Type">For machines: <c>approval.asked</c>, …</param>
/// <param name="Subject">One line.</param>
/// <param name="Facts">Names and values, in their order.</param>
/// <param name="Path">Where in the console it is, from the root.</param>
public sealed record NoticeText(string Id, string Type, string Subject, IReadOnlyList<(string Name, string Value)> Facts, string Path)
{
    private const int LongestLine = 200;

    /// <summary>A request for approval.</summary>
    public static NoticeText Of(Notice notice, Approval approval, string domain)
    {
        var escalated = notice.Kind == NoticeKind.ApprovalEscalated;
        var until = approval.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        List<(string, string)> facts =
        [
            ("Asked", approval.Asked), ("By agent", approval.Agent.SpiffeId), ("Amount", approval.Amount is null ? "none named" : $"{approval.Amount} {approval.Currency}"), ("Risk tier", approval.Tier),
            ("Why a person", approval.Why), ("Approvers needed", approval.Quorum.ToString(CultureInfo.InvariantCulture)), ("Until", until),
        ];
        return Make(notice, escalated ? "approval.escalated" : "approval.asked", $"{Mark(domain, approval.Demo)} {(escalated ? "Still undecided" : "To decide")} by {until}: {approval.Asked}", facts,
            string.Create(CultureInfo.InvariantCulture, $"/approvals/{approval.Id}"));
    }

    /// <summary>A quarantined item that was escalated.</summary>
    public static NoticeText Of(Notice notice, QuarantineItem item, QuarantineStep? step, string domain)
        => Make(notice, "quarantine.escalated", $"{Mark(domain, item.Demo)} Quarantine: {item.Code} of {item.Agent?.Name ?? item.RemoteAddress ?? "a stranger"} waits for a manager",
        [
            ("Refused as", item.Code), ("From", item.Agent?.SpiffeId ?? item.RemoteAddress ?? "unknown"), ("Type", item.Type ?? "unknown"), ("Detail", item.Detail ?? ""),
            ("Escalated by", step?.By ?? "unknown"), ("Note", step?.Note ?? ""),
        ], string.Create(CultureInfo.InvariantCulture, $"/quarantine/{item.Id}"));

    /// <summary>An alert of detection.</summary>
    public static NoticeText Of(Notice notice, Alert alert, string domain)
        => Make(notice, "alert.raised", $"{Mark(domain, alert.Demo)} {alert.Severity} alert: {alert.Sentence}",
        [
            ("What", alert.Sentence), ("Severity", alert.Severity.ToString()), ("Kind", alert.Kind.ToString()), ("Agent", alert.AgentId.Length > 0 ? alert.AgentId : "none of ours"),
            ("Events", alert.Count.ToString(CultureInfo.InvariantCulture)), ("Tags", alert.Tags.Length > 0 ? alert.Tags.Replace(",", ", ", StringComparison.Ordinal) : "none"),
            ("First seen", alert.FirstSeenAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
        ], string.Create(CultureInfo.InvariantCulture, $"/alerts/{alert.Id}"));

    /// <summary>A notice that tries its way.</summary>
    public static NoticeText Test(Notice notice, string domain)
        => Make(notice, "notice.test", $"{Mark(domain, null)} This notice arrived", [("About", "Somebody tried whether notices arrive. There is nothing to do.")], "/settings/notices");

    /// <summary>As mail: plain text, so that nothing in it can look like a link of ours.</summary>
    public string Body(Uri? console)
    {
        var body = new StringBuilder();
        foreach (var (name, value) in Facts)
            body.Append(name).Append(": ").Append(value).Append("\r\n");
        body.Append("\r\nOpen the console yourself").Append(console is null ? "" : $" at {new Uri(console, Path)}").Append(", and look at the evidence before you decide. Nobody decides by answering this mail.\r\n");
        return body.ToString();
    }

    private static NoticeText Make(Notice notice, string type, string subject, IEnumerable<(string, string)> facts, string path)
        => new(string.Create(CultureInfo.InvariantCulture, $"notice-{notice.Kind}-{notice.About}-{notice.Channel}").ToLowerInvariant(), type, Line(subject), [.. facts.Select(f => (f.Item1, Line(f.Item2)))], path);

    private static string Mark(string domain, string? demo) => $"[A2AConsole {domain}{(demo is null ? "" : ", demo")}]";

    /// <summary>One line of visible text: no controls, no marks that turn the reading direction, at most 200 characters.</summary>
    internal static string Line(string text)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= LongestLine)
                return line.Append('…').ToString();
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                line.Append(' ');
            else if (category is not (UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse))
                line.Append(rune.ToString());
        }
        return line.ToString().Trim();
    }
}
