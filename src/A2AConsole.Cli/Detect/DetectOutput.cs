using System.Globalization;
using System.Text.Json.Nodes;
using A2AConsole.Cli.Checks;
using A2AConsole.Detection.Edges;
using A2AConsole.Detection.Simulation;

namespace A2AConsole.Cli.Detect;

/// <summary>What <c>a2a detect</c> prints: lines for people, one JSON object for programs.</summary>
internal static class DetectOutput
{
    public static void Simulated(FleetReport report, bool json, TextWriter output)
    {
        if (json)
        {
            ReportWriter.WriteJson(new JsonObject
            {
                ["agents"] = report.Agents, ["days"] = report.Days, ["seed"] = report.Seed, ["judgedDays"] = report.JudgedDays,
                ["falseAlertsPerDay"] = report.FalseAlertsPerDay, ["falseAlertsPerDayPer100Agents"] = report.FalseAlertsPerDay * 100 / report.Agents,
                ["burstRecall"] = Number(report.All.BurstRecall), ["silenceRecall"] = Number(report.All.SilenceRecall),
                ["byRate"] = Bands(report.ByRate), ["byFamily"] = Bands(report.ByFamily),
            }, output);
            return;
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Agents} agents, {report.Days} days ({report.JudgedDays} judged), seed {report.Seed}: {report.FalseAlertsPerDay:0.0} false alerts a day"));
        output.WriteLine("messages / 5 min   agents  false a day   x5 for 30 min        4 h silence");
        foreach (var band in report.ByRate.Append(report.All))
            output.WriteLine(Line(band));
        output.WriteLine("by family");
        foreach (var band in report.ByFamily)
            output.WriteLine(Line(band));
    }

    public static void Benchmarked(NabSummary summary, bool json, TextWriter output)
    {
        if (json)
        {
            ReportWriter.WriteJson(new JsonObject { ["detector"] = summary.Detector, ["files"] = summary.Files, ["rows"] = summary.Rows, ["cpuMicrosPerPoint"] = summary.MicrosPerPoint }, output);
            return;
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Files} files, {summary.Rows} rows, {summary.MicrosPerPoint:0.00} µs a row. Now the benchmark's own scorer: python run.py -d {summary.Detector} --optimize --score --normalize"));
    }

    public static void Judged(EdgeReport report, bool json, TextWriter output)
    {
        if (json)
        {
            ReportWriter.WriteJson(new JsonObject
            {
                ["edges"] = report.Edges, ["minutes"] = report.Minutes, ["nodes"] = report.Nodes, ["triples"] = report.Triples,
                ["aucPerEdge"] = Number(report.PerEdge), ["aucPerMinute"] = Number(report.PerMinute), ["aucPerMinuteBurstsOnly"] = Number(report.BurstPerMinute),
                ["aucFlood"] = Number(report.Flood), ["aucProbe"] = Number(report.Probe), ["aucQuiet"] = Number(report.Quiet), ["aucMacro"] = Number(report.Macro),
                ["nanosPerEdge"] = report.NanosPerEdge,
                ["classes"] = new JsonArray([.. report.Classes.Select(c => new JsonObject { ["name"] = c.Name, ["group"] = c.Group.ToString(), ["triples"] = c.Triples, ["auc"] = Number(c.Auc) })]),
            }, output);
            return;
        }
        string Auc(double value) => double.IsNaN(value) ? "-" : value.ToString("0.000", CultureInfo.InvariantCulture);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Edges} edges between {report.Nodes} nodes in {report.Minutes} minutes, {report.NanosPerEdge:0} ns an edge"));
        output.WriteLine($"AUC per edge {Auc(report.PerEdge)}; per source, target and minute {Auc(report.PerMinute)} ({report.Triples} of them; bursts alone {Auc(report.BurstPerMinute)})");
        output.WriteLine($"floods {Auc(report.Flood)}, probes {Auc(report.Probe)}, quiet {Auc(report.Quiet)}, mean of the three {Auc(report.Macro)}");
        foreach (var c in report.Classes)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {c.Name,-18} {c.Group,-6} {c.Triples,7}  {Auc(c.Auc)}"));
    }

    private static string Line(FleetBand band) => string.Create(CultureInfo.InvariantCulture,
        $"{band.Name,-16} {band.Agents,8} {band.FalseAlertsPerDay,12:0.0}   {Share(band.BurstsFound, band.Bursts),-20} {Share(band.SilencesFound, band.Silences)}");

    private static string Share(int found, int all) => all == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * found / all:0.0} % of {all}");

    private static JsonArray Bands(IEnumerable<FleetBand> bands) => new([.. bands.Select(b => new JsonObject
    {
        ["name"] = b.Name, ["agents"] = b.Agents, ["falseAlertsPerDay"] = b.FalseAlertsPerDay,
        ["bursts"] = b.Bursts, ["burstRecall"] = Number(b.BurstRecall), ["silences"] = b.Silences, ["silenceRecall"] = Number(b.SilenceRecall),
    })]);

    private static JsonNode? Number(double value) => double.IsNaN(value) ? null : JsonValue.Create(value);
}
