using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Data;
using A2AConsole.Data.Detection;
using A2AConsole.Data.Queries;
using A2AConsole.Detection;
using A2AConsole.Detection.Pipeline;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Cli.Detect;

/// <summary><c>a2a detect replay</c>: another configuration over the events of a store, and which alerts come and go with it. Writes nothing.</summary>
internal static class ReplayCommand
{
    public static Command Create(Dictionary<Command, string[]> examples)
    {
        var data = new Option<string>("--data") { HelpName = "dir", Description = "The host's data directory, with its SQLite store; the host may be running.", Required = true };
        var from = new Option<string>("--from") { HelpName = "time", Description = "From when on alerts are compared (RFC 3339); what was before is learned from.", Required = true };
        var to = new Option<string?>("--to") { HelpName = "time", Description = "Until when. Default: now." };
        var settings = new Option<string?>("--settings") { HelpName = "file", Description = "An appsettings.json whose A2AConsole:Detection section is tried. Default: the built-in settings." };
        var json = CommonOptions.Json();
        var command = new Command("replay", "Run a configuration of detection over recorded events; show which alerts come and go against those that were raised.") { data, from, to, settings, json };
        examples[command] = ["a2a detect replay --data /var/lib/a2aconsole --from 2026-11-01T00:00:00Z --settings keener.json", "a2a detect replay --data data --from 2026-11-20T00:00:00Z --to 2026-11-21T00:00:00Z --json"];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = await RunAsync(parsed.GetValue(data)!, Time("--from", parsed.GetValue(from)!), parsed.GetValue(to) is { } end ? Time("--to", end) : DateTimeOffset.UtcNow, Options(parsed.GetValue(settings)), cancellationToken);
            Print(report, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<ReplayReport> RunAsync(string directory, DateTimeOffset from, DateTimeOffset to, DetectionOptions options, CancellationToken cancellationToken)
    {
        if (to <= from)
            throw new UsageException("--to lies before --from");
        var file = Path.Combine(directory, "a2aconsole.db");
        if (!File.Exists(file))
            throw new UsageException($"--data: there is no store at {file}");
        await using var services = new ServiceCollection().AddLogging().AddConsoleData(o => o.SqlitePath = file).BuildServiceProvider();
        var contexts = services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>();
        try
        {
            long head;
            await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
                head = await context.LedgerBlocks.OrderByDescending(b => b.FirstLeaf).Select(b => b.FirstLeaf + b.Count).FirstOrDefaultAsync(cancellationToken);
            return await new DetectionReplay(new ObservationReader(contexts), new DetectionQueries(contexts)).RunAsync(options, from, to, head, cancellationToken);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
        }
    }

    private static DetectionOptions Options(string? settings)
    {
        var options = new DetectionOptions();
        if (settings is null)
            return options;
        try
        {
            new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(settings)).Build().GetSection(DetectionOptions.Section).Bind(options, o => o.ErrorOnUnknownConfiguration = true);
            return options;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or FormatException)
        {
            throw new UsageException($"--settings: {e.InnerException?.Message ?? e.Message}");
        }
    }

    private static void Print(ReplayReport report, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(new JsonObject
            {
                ["events"] = report.Events, ["come"] = List(report.Come), ["go"] = List(report.Go), ["stay"] = List(report.Stay),
            }.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            return;
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Events} leaves read: {report.Come.Count} alerts come, {report.Go.Count} go, {report.Stay.Count} stay"));
        foreach (var (sign, alerts) in new[] { ("+", report.Come), ("-", report.Go) })
            foreach (var alert in alerts)
                output.WriteLine($"{sign} {alert.At.UtcDateTime:u} {alert.Severity} {alert.Kind}: {alert.Sentence}");
    }

    private static JsonArray List(IReadOnlyList<ReplayedAlert> alerts) => [.. alerts.Select(a => new JsonObject
    {
        ["id"] = a.Id, ["kind"] = a.Kind.ToString(), ["agent"] = a.Agent, ["cause"] = a.Cause, ["at"] = a.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), ["severity"] = a.Severity.ToString(), ["sentence"] = a.Sentence,
    })];

    private static DateTimeOffset Time(string option, string text)
        => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw new UsageException($"{option}: '{text}' is not a time such as 2026-03-09T12:00:00Z");
}
