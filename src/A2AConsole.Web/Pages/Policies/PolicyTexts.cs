using System.Globalization;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Replay;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Policies;

/// <summary>Policies in words.</summary>
public static class PolicyTexts
{
    /// <summary>A version's state.</summary>
    public static string Of(PolicyVersionState state) => state switch
    {
        PolicyVersionState.Draft => "Draft",
        PolicyVersionState.Tested => "Tested",
        PolicyVersionState.Shadowing => "Shadowing",
        PolicyVersionState.Approved => "Approved",
        PolicyVersionState.Active => "Active",
        PolicyVersionState.Superseded => "Superseded",
        PolicyVersionState.Discarded => "Discarded",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>A policy's verdict.</summary>
    public static string Of(PolicyVerdict verdict) => verdict switch
    {
        PolicyVerdict.Allow => "Allowed",
        PolicyVerdict.Verify => "To be verified",
        PolicyVerdict.Human => "To be approved",
        PolicyVerdict.Deny => "Denied",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>How the verdict tokens show it.</summary>
    public static Verdict Token(PolicyVerdict verdict) => verdict switch
    {
        PolicyVerdict.Allow => Verdict.Admitted,
        PolicyVerdict.Deny => Verdict.Refused,
        _ => Verdict.Held,
    };

    /// <summary>"96 %".</summary>
    public static string Score(double score) => (score * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    /// <summary>"412 decisions would change: 9 newly allowed, worth 214,300.00 EUR".</summary>
    public static string Of(ReplayReport report)
    {
        if (report.Total == 0)
            return "Nothing was decided in that time.";
        if (report.Changed == 0)
            return $"None of {Numbers.Of(report.Total, "decision")} would change.";
        var allowed = report.NewlyAllowed.ToList();
        var opened = allowed.Sum(t => t.Count);
        var worth = Worth(allowed);
        return $"{Numbers.Of(report.Changed, "decision")} of {Numbers.Text(report.Total)} would change: "
            + (opened == 0 ? "none newly allowed." : $"{Numbers.Text(opened)} newly allowed{(worth.Length == 0 ? "" : $", worth {worth}")}.");
    }

    /// <summary>Sums by currency, never across them.</summary>
    public static string Worth(IEnumerable<ReplayTransition> transitions)
        => string.Join(" and ", transitions.SelectMany(t => t.Worth).GroupBy(w => w.Key).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{MinorUnits.Format(g.Aggregate((Int128)0, (sum, w) => sum + w.Value), g.Key)} {g.Key}"));

    /// <summary>The next number after a version's: 1.2.0 becomes 1.2.1; what is no such number gets one.</summary>
    public static string NextVersion(string version, IEnumerable<PolicyVersionRow> taken)
    {
        var used = taken.Where(v => v.State != PolicyVersionState.Discarded).Select(v => v.Version).ToHashSet(StringComparer.Ordinal);
        var parts = version.Split('.');
        var last = int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1;
        for (var next = last + 1; ; next++)
        {
            var number = next.ToString(CultureInfo.InvariantCulture);
            var name = last < 0 ? $"{version}.{number}" : string.Join('.', [.. parts[..^1], number]);
            if (!used.Contains(name))
                return name;
        }
    }
}
