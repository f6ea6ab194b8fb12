using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace A2AConsole.Cli.Checks;

/// <summary>Prints reports: aligned lines for people, or one JSON object for programs.</summary>
public static class ReportWriter
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the lines of a report and its verdict.</summary>
    public static void WriteText(CheckReport report, TextWriter output)
    {
        output.WriteLine(report.Kind is null ? report.Subject : $"{report.Subject} ({report.Kind})");
        var width = report.Checks.Select(c => c.Name.Length).DefaultIfEmpty().Max();
        foreach (var check in report.Checks)
            output.WriteLine($"  {Word(check.Outcome),-7}  {check.Name.PadRight(width)}  {OneLine(check.Detail)}");
        output.WriteLine(Verdict(report));
    }

    /// <summary>A report as JSON: <c>subject, kind, ok, exitCode, checks[{name, outcome, detail}]</c>.</summary>
    public static JsonObject ToJson(CheckReport report) => new()
    {
        ["subject"] = report.Subject,
        ["kind"] = report.Kind,
        ["ok"] = report.ExitCode == ExitCode.Ok,
        ["exitCode"] = report.ExitCode,
        ["checks"] = new JsonArray([.. report.Checks.Select(c => new JsonObject
        {
            ["name"] = c.Name,
            ["outcome"] = Word(c.Outcome),
            ["detail"] = c.Detail,
        })]),
    };

    /// <summary>Writes JSON, indented.</summary>
    public static void WriteJson(JsonNode json, TextWriter output) => output.WriteLine(json.ToJsonString(Json));

    private static string Verdict(CheckReport report)
    {
        var failed = report.Checks.Where(c => c.Outcome == Outcome.Fail).Select(c => c.Name);
        var missing = report.Checks.Where(c => c is { Outcome: Outcome.Skipped, Essential: true }).Select(c => c.Name);
        return report.ExitCode switch
        {
            ExitCode.Ok => "OK",
            ExitCode.Failed => "FAILED: " + string.Join(", ", failed),
            _ => "NOT PROVEN, could not be checked: " + string.Join(", ", missing),
        };
    }

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Pass => "pass",
        Outcome.Fail => "fail",
        Outcome.Skipped => "skipped",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    /// <summary>Details may quote a file that somebody else wrote: no control character reaches the terminal.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
