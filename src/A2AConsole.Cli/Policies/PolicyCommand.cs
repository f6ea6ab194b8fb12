using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;
using A2AConsole.Policy.Replay;

namespace A2AConsole.Cli.Policies;

/// <summary><c>a2a policy …</c>: validate, test, compare, mutate and replay a policy bundle in a pipeline.</summary>
internal static class PolicyCommand
{
    public static Command Create(Dictionary<Command, string[]> examples)
        => new("policy", "Check a policy bundle: a directory or zip archive with *.cedar, schema, risk table and tests.")
        {
            Validate(examples), Test(examples), Diff(examples), Mutate(examples), Replay(examples),
        };

    private static Command Validate(Dictionary<Command, string[]> examples)
    {
        var (bundle, json) = (BundleArgument("bundle"), CommonOptions.Json());
        var command = new Command("validate", "Validate a bundle; each problem with its file, line and column. Prints the bundle's digest.") { bundle, json };
        examples[command] = ["a2a policy validate policies/supply-chain", "a2a policy validate bundle.zip --json"];
        command.SetAction(parsed =>
        {
            using var module = CedarModule.Load();
            var loaded = Load(module, parsed.GetValue(bundle)!);
            PolicyOutput.Validated(loaded, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return loaded.Bundle is null ? ExitCode.Failed : ExitCode.Ok;
        });
        return command;
    }

    private static Command Test(Dictionary<Command, string[]> examples)
    {
        var (bundle, json) = (BundleArgument("bundle"), CommonOptions.Json());
        var command = new Command("test", "Run a bundle's tests. Fails when one fails, or when there is none.") { bundle, json };
        examples[command] = ["a2a policy test policies/supply-chain"];
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            using var module = CedarModule.Load();
            using var decider = Decider(module, parsed.GetValue(bundle)!);
            var results = TestRun.Of(decider, cancellationToken: cancellationToken);
            PolicyOutput.Tested(decider.Bundle, results, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return results.Count > 0 && results.All(r => r.Passed) ? ExitCode.Ok : ExitCode.Failed;
        }, cancellationToken));
        return command;
    }

    private static Command Diff(Dictionary<Command, string[]> examples)
    {
        var (before, after, json) = (BundleArgument("before"), BundleArgument("after"), CommonOptions.Json());
        var command = new Command("diff", "Compare two bundles: policies, rows, files, and what they decide over the requests of both bundles' tests. Exits with 1 when they differ.") { before, after, json };
        examples[command] = ["a2a policy diff active.zip policies/supply-chain"];
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            using var module = CedarModule.Load();
            using var old = Decider(module, parsed.GetValue(before)!);
            using var now = Decider(module, parsed.GetValue(after)!);
            var diff = BundleDiff.Of(old, now, cancellationToken);
            PolicyOutput.Compared(old.Bundle, now.Bundle, diff, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return diff.IsEmpty ? ExitCode.Ok : ExitCode.Failed;
        }, cancellationToken));
        return command;
    }

    private static Command Mutate(Dictionary<Command, string[]> examples)
    {
        var (bundle, json) = (BundleArgument("bundle"), CommonOptions.Json());
        var least = new Option<double>("--min-score") { HelpName = "share", Description = "Fail when the tests notice a smaller share of mutants, 0 to 1.", DefaultValueFactory = _ => 0 };
        least.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<double>() is not (>= 0 and <= 1))
                r.AddError("--min-score is a share from 0 to 1");
        });
        var command = new Command("mutate", "Change the policies in small ways, one at a time, and see whether the bundle's tests notice. Lists the mutants that none noticed.") { bundle, least, json };
        examples[command] = ["a2a policy mutate policies/supply-chain --min-score 0.8"];
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            using var module = CedarModule.Load();
            var loaded = Good(module, parsed.GetValue(bundle)!);
            MutationReport report;
            try
            {
                report = new MutationRun(module, loaded).Run(cancellationToken: cancellationToken);
            }
            catch (InvalidOperationException e)
            {
                parsed.InvocationConfiguration.Error.WriteLine("a2a: " + e.Message);
                return ExitCode.Failed;
            }
            PolicyOutput.Mutated(loaded, report, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return report.Score >= parsed.GetValue(least) ? ExitCode.Ok : ExitCode.Failed;
        }, cancellationToken));
        return command;
    }

    private static Command Replay(Dictionary<Command, string[]> examples)
    {
        var (bundle, json) = (BundleArgument("bundle"), CommonOptions.Json());
        var records = new Option<string>("--records") { HelpName = "decisions.jsonl", Description = "Recorded decisions, one JSON object a line.", Required = true };
        var shown = new Option<int>("--show") { HelpName = "n", Description = "How many changed decisions to list.", DefaultValueFactory = _ => 20 };
        var strict = new Option<bool>("--fail-on-change") { Description = "Exit with 1 when a decision would change." };
        var command = new Command("replay", "Decide recorded decisions anew by a bundle, and say which would change and what they are worth. Fails when a record cannot be read.") { bundle, records, shown, strict, json };
        examples[command] = ["a2a policy replay policies/supply-chain --records decisions.jsonl"];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var module = CedarModule.Load();
            using var decider = Decider(module, parsed.GetValue(bundle)!);
            var error = parsed.InvocationConfiguration.Error;
            var report = await ReplayAsync(decider, parsed.GetValue(records)!, Math.Max(0, parsed.GetValue(shown)), error, cancellationToken);
            PolicyOutput.Replayed(decider.Bundle, report, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return report.Unreadable.Count > 0 || (parsed.GetValue(strict) && report.Changed > 0) ? ExitCode.Failed : ExitCode.Ok;
        });
        return command;
    }

    private static async Task<ReplayReport> ReplayAsync(CedarDecider decider, string file, int shown, TextWriter error, CancellationToken cancellationToken)
    {
        const int Every = 10_000;
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            long said = 0;
            var progress = new Told(done =>
            {
                // One line for every ten thousand, whichever thread comes first.
                var step = done / Every;
                if (step > Interlocked.Read(ref said) && Interlocked.Exchange(ref said, step) < step)
                    error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step * Every} decisions replayed"));
            });
            return await new ReplayRun(decider, shown).RunAsync(stream, progress, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableException($"cannot read {file}: {e.Message}", e);
        }
    }

    private static LoadedBundle Load(CedarModule module, string path)
    {
        try
        {
            return new BundleLoader(module).Load(path);
        }
        catch (BundleException e)
        {
            throw new UnreadableException(e.Message, e);
        }
    }

    private static PolicyBundle Good(CedarModule module, string path)
    {
        var loaded = Load(module, path);
        return loaded.Bundle ?? throw new UnreadableException($"{path} is no valid bundle: {loaded.Problems.First(p => p.Severity == ProblemSeverity.Error)} (a2a policy validate says all)");
    }

    // A pipeline's machine may be slow: what matters here is what is decided, not how soon.
    private static CedarDecider Decider(CedarModule module, string path)
        => new(module, Good(module, path), new CedarDeciderOptions(Deadline: TimeSpan.FromSeconds(30), Patience: TimeSpan.FromMinutes(1)));

    private static Argument<string> BundleArgument(string name) => new(name) { Description = "A bundle: a directory or a zip archive." };

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
