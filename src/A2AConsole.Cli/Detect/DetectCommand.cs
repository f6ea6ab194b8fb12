using System.CommandLine;
using A2AConsole.Cli.Checks;
using A2AConsole.Detection.Simulation;

namespace A2AConsole.Cli.Detect;

/// <summary><c>a2a detect …</c>: puts the product's detectors to data from elsewhere, so that others can judge them.</summary>
internal static class DetectCommand
{
    public static Command Create(Dictionary<Command, string[]> examples)
        => new("detect", "Put the detectors to the test: on a simulated fleet, on files of the Numenta Anomaly Benchmark, on labelled edges.") { Simulate(examples), Nab(examples), Edges(examples) };

    private static Command Simulate(Dictionary<Command, string[]> examples)
    {
        var agents = Whole("--agents", "How many agents.", 10_000, 1);
        var days = Whole("--days", "How many days of traffic; the first three are learning time, attacks come after the first week.", 14, 4);
        var seed = new Option<long>("--seed") { HelpName = "n", Description = "The same seed gives the same fleet.", DefaultValueFactory = _ => 1 };
        var json = CommonOptions.Json();
        var command = new Command("simulate", "Simulate a fleet with bursts of five times for half an hour and silences of four hours; print false alerts a day and recall.") { agents, days, seed, json };
        examples[command] = ["a2a detect simulate --agents 100000 --days 14 --seed 7", "a2a detect simulate --agents 5000 --json"];
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            var report = FleetSimulation.Run(parsed.GetValue(agents), parsed.GetValue(days), parsed.GetValue(seed), cancellationToken: cancellationToken);
            DetectOutput.Simulated(report, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCode.Ok;
        }, cancellationToken));
        return command;
    }

    private static Command Nab(Dictionary<Command, string[]> examples)
    {
        var data = new Option<string>("--data") { HelpName = "dir", Description = "The benchmark's data directory, with a directory for each group of files.", Required = true };
        var results = new Option<string>("--out") { HelpName = "dir", Description = "The benchmark's results directory; files go to DIR/<detector>/<group>/.", Required = true };
        var name = new Option<string>("--name") { HelpName = "detector", Description = "The detector's name in the results.", DefaultValueFactory = _ => "a2aconsole" };
        var json = CommonOptions.Json();
        var command = new Command("nab", "Run the detector of continuous metrics over files of the Numenta Anomaly Benchmark and write its result files: the benchmark's own scorer judges.") { data, results, name, json };
        examples[command] = ["a2a detect nab --data NAB/data --out NAB/results"];
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            var summary = NabFiles.Run(parsed.GetValue(data)!, parsed.GetValue(results)!, parsed.GetValue(name)!, cancellationToken);
            DetectOutput.Benchmarked(summary, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCode.Ok;
        }, cancellationToken));
        return command;
    }

    private static Command Edges(Dictionary<Command, string[]> examples)
    {
        var data = new Option<string>("--data") { HelpName = "file", Description = "Edges in order of time, one a line: source,target,time,label with '-' or 0 for ordinary ones; plain or in a zip archive.", Required = true };
        var json = CommonOptions.Json();
        var command = new Command("edges", "Score a stream of labelled edges as it comes; print the area under the ROC curve by edge, by source, target and minute, and by class of attack.") { data, json };
        examples[command] = ["a2a detect edges --data darpa_original.zip --json"];
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            var report = EdgeFiles.Run(parsed.GetValue(data)!, cancellationToken);
            DetectOutput.Judged(report, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return ExitCode.Ok;
        }, cancellationToken));
        return command;
    }

    private static Option<int> Whole(string name, string description, int initial, int least)
    {
        var option = new Option<int>(name) { HelpName = "n", Description = description, DefaultValueFactory = _ => initial };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < least)
                r.AddError($"{name} must be at least {least}");
        });
        return option;
    }
}
