using System.CommandLine;
using System.Text.Json;
using A2AConsole.Cli.Bench.Proxy;

namespace A2AConsole.Cli.Bench;

/// <summary><c>a2a bench …</c>: measures this machine's A2AConsole, server and load side by side.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create(Dictionary<Command, string[]> examples)
        => new("bench", "Measure the server and its load on this machine.") { Ingest(examples), Pages(examples), Authority(examples), Decide(examples), Detect(examples), Peer() };

    private static Command Ingest(Dictionary<Command, string[]> examples)
    {
        var seconds = Positive("--seconds", "How long to measure, in all.", 20);
        var agents = Positive("--agents", "How many agents send, each over its own connection.", 8);
        var rows = new Option<long>("--rows") { HelpName = "n", Description = "Events to store before measuring." };
        var inFlight = Positive("--in-flight", "Requests under way at once.", 8);
        var json = CommonOptions.Json();
        var command = new Command("ingest", "Measure admission: individually signed events, signed batches, latency, against the ceiling of bare verification.")
        {
            seconds, agents, rows, inFlight, json,
        };
        examples[command] = ["a2a bench ingest --seconds 20 --json", "a2a bench ingest --rows 2000000"];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var error = parsed.InvocationConfiguration.Error;
            var options = new IngestBenchOptions(parsed.GetValue(seconds), parsed.GetValue(agents), parsed.GetValue(rows), BatchSize: 100, parsed.GetValue(inFlight));
            var report = await new IngestBench(options, error.WriteLine).RunAsync(cancellationToken);
            return await PrintAsync(output, report, report.Lines(), parsed.GetValue(json));
        });
        return command;
    }

    private static Command Pages(Dictionary<Command, string[]> examples)
    {
        var agents = Positive("--agents", "Agents to store before measuring.", 100_000);
        var rows = new Option<long>("--rows") { HelpName = "n", Description = "Events to store before measuring.", DefaultValueFactory = _ => 200_000 };
        var requests = Positive("--requests", "Renders of each page to measure.", 60);
        var json = CommonOptions.Json();
        var command = new Command("console", "Measure the console's pages: first render and change of filter, cold start, idle memory.")
        {
            agents, rows, requests, json,
        };
        examples[command] = ["a2a bench console", "a2a bench console --agents 1000 --rows 2000000 --json"];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new ConsoleBenchOptions(parsed.GetValue(agents), parsed.GetValue(rows), parsed.GetValue(requests));
            var report = await new ConsoleBench(options, parsed.InvocationConfiguration.Error.WriteLine).RunAsync(cancellationToken);
            return await PrintAsync(parsed.InvocationConfiguration.Output, report, report.Lines(), parsed.GetValue(json));
        });
        return command;
    }

    private static Command Authority(Dictionary<Command, string[]> examples)
    {
        var seconds = Positive("--seconds", "How long to measure issuance, in all.", 40);
        var agents = Positive("--agents", "Agents to re-enrol.", 10_000);
        var connections = Positive("--connections", "Live connections at the edge while certificates are revoked.", 1_000);
        var revoked = Positive("--revoked", "Certificates to revoke by one act.", 100_000);
        var inFlight = Positive("--in-flight", "Requests under way at once, each over its own connection.", 128);
        var json = CommonOptions.Json();
        var command = new Command("authority", "Measure the authority: issuance against bare arithmetic and cfssl, re-enrolment under load, revocation, OCSP.")
        {
            seconds, agents, connections, revoked, inFlight, json,
        };
        examples[command] = ["a2a bench authority --json", "a2a bench authority --agents 1000 --connections 100 --revoked 1000"];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new AuthorityBenchOptions(parsed.GetValue(seconds), Math.Max(parsed.GetValue(agents), parsed.GetValue(inFlight)), parsed.GetValue(connections), parsed.GetValue(revoked), parsed.GetValue(inFlight));
            var report = await new AuthorityBench(options, parsed.InvocationConfiguration.Error.WriteLine).RunAsync(cancellationToken);
            return await PrintAsync(parsed.InvocationConfiguration.Output, report, report.Lines(), parsed.GetValue(json));
        });
        return command;
    }

    private static Command Decide(Dictionary<Command, string[]> examples)
    {
        var decisions = Positive("--decisions", "Decisions to measure.", 2_000);
        var seconds = Positive("--seconds", "How long to measure answer times.", 10);
        var replayed = Positive("--replay", "Recorded decisions to replay.", 100_000);
        var proxied = Positive("--proxy-seconds", "How long to measure the gateway.", 20);
        var json = CommonOptions.Json();
        var command = new Command("decide", "Measure policy decisions over 200 policies: CPU narrowed and not, answer time at half load, replay; what the A2A gateway adds to a message; and drawing a provenance.")
        {
            decisions, seconds, replayed, proxied, json,
        };
        examples[command] = ["a2a bench decide --json", "a2a bench decide --replay 10000"];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new DecideBenchOptions(parsed.GetValue(decisions), parsed.GetValue(seconds), parsed.GetValue(replayed));
            Action<string> say = parsed.InvocationConfiguration.Error.WriteLine;
            var decide = await Task.Run(() => new DecideBench(options, say).RunAsync(cancellationToken), cancellationToken);
            var proxy = await new ProxyBench(parsed.GetValue(proxied), say).RunAsync(cancellationToken);
            var graph = await new GraphBench(say).RunAsync(cancellationToken);
            if (!parsed.GetValue(json))
                return await PrintAsync(parsed.InvocationConfiguration.Output, decide, [.. decide.Lines(), .. proxy.Lines(), .. graph.Lines()], json: false);
            // One object of all, as the other benchmarks give one.
            var all = JsonSerializer.SerializeToNode(decide, JsonOptions)!.AsObject();
            foreach (var (name, value) in JsonSerializer.SerializeToNode(proxy, JsonOptions)!.AsObject())
                all[name] = value?.DeepClone();
            foreach (var (name, value) in JsonSerializer.SerializeToNode(graph, JsonOptions)!.AsObject())
                all[name] = value?.DeepClone();
            return await PrintAsync(parsed.InvocationConfiguration.Output, all, [], json: true);
        });
        return command;
    }

    private static Command Detect(Dictionary<Command, string[]> examples)
    {
        var series = Positive("--series", "Series of counts and of values to measure with.", 2_000);
        var agents = Positive("--agents", "Agents in the checkpoint that is read.", 10_000);
        var seed = Positive("--seed", "Of the simulated week.", 1);
        var alerts = Positive("--alerts", "Alerts to time on their way to open sessions.", 50);
        var sessions = Positive("--sessions", "Sessions open meanwhile.", 50);
        var json = CommonOptions.Json();
        var command = new Command("detect", "Measure detection: CPU a point and an event, memory a series, restart from a checkpoint, and the demo world's simulated week.") { series, agents, seed, alerts, sessions, json };
        examples[command] = ["a2a bench detect --json"];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new DetectBenchOptions(parsed.GetValue(series), parsed.GetValue(agents), parsed.GetValue(seed), parsed.GetValue(alerts), parsed.GetValue(sessions));
            var report = await new DetectBench(options, parsed.InvocationConfiguration.Error.WriteLine).RunAsync(cancellationToken);
            return await PrintAsync(parsed.InvocationConfiguration.Output, report, report.Lines(), parsed.GetValue(json));
        });
        return command;
    }

    // What the gateway is compared with; started by the benchmark itself.
    private static Command Peer()
    {
        var certificate = new Option<string>("--certificate") { Required = true };
        var to = new Option<string?>("--to");
        var command = new Command("peer") { certificate, to };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await BenchPeer.RunAsync(parsed.GetValue(certificate)!, parsed.GetValue(to) is { } onward ? new Uri(onward) : null, parsed.InvocationConfiguration.Output, cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> PrintAsync<T>(TextWriter output, T report, IEnumerable<string> lines, bool json)
    {
        if (json)
            await output.WriteLineAsync(JsonSerializer.Serialize(report, JsonOptions));
        else
            foreach (var line in lines)
                await output.WriteLineAsync(line);
        return ExitCode.Ok;
    }

    private static Option<int> Positive(string name, string description, int initial)
    {
        var option = new Option<int>(name) { HelpName = "n", Description = description, DefaultValueFactory = _ => initial };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < 1)
                r.AddError($"{name} must be at least 1");
        });
        return option;
    }
}
