using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using A2AConsole.Cli.Bench;
using A2AConsole.Cli.Detect;
using A2AConsole.Cli.Enrolment;
using A2AConsole.Cli.Ledger;
using A2AConsole.Cli.Policies;
using A2AConsole.Cli.Verify;
using A2AConsole.Cli.Watch;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Cli;

/// <summary>The command <c>a2a</c>: its subcommands, their help with examples, and the exit codes.</summary>
public static class CommandLine
{
    /// <summary>Runs one command line; returns an <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        var examples = new Dictionary<Command, string[]>();
        var root = Root(examples);
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
        var parsed = root.Parse(arguments);
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        try
        {
            var exit = await parsed.InvokeAsync(configuration, cancellationToken);
            return parsed.Action is ParseErrorAction ? ExitCode.Usage : exit;
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync("a2a: " + e.Message);
            return ExitCode.Usage;
        }
        catch (CedarMissingException e)
        {
            await error.WriteLineAsync("a2a: " + e.Message);
            return ExitCode.Unreadable;
        }
        catch (UnreadableException e)
        {
            await error.WriteLineAsync("a2a: " + e.Message);
            return ExitCode.Unreadable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("a2a: stopped");
            return ExitCode.Unreadable;
        }
    }

    private static RootCommand Root(Dictionary<Command, string[]> examples)
    {
        var ledger = new Command("ledger", "Check the audit ledger from outside.") { LedgerVerifyCommand.Create(examples), LedgerIssuedCommand.Create(examples) };
        return new RootCommand("A2AConsole from the command line: verify what was signed and recorded, without trusting who recorded it.")
        {
            VerifyCommand.Create(examples), ledger, EnrollCommand.Create(examples), PolicyCommand.Create(examples), DetectCommand.Create(examples), WatchCommand.Create(examples), BenchCommand.Create(examples),
        };
    }

    private sealed class HelpWithExamples(HelpAction help, Dictionary<Command, string[]> examples) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var exit = help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            if (examples.TryGetValue(parseResult.CommandResult.Command, out var lines))
            {
                output.WriteLine("Examples:");
                foreach (var line in lines)
                    output.WriteLine("  " + line);
                output.WriteLine();
            }
            output.WriteLine("Exit codes:");
            output.WriteLine("  0  everything was checked and holds");
            output.WriteLine("  1  a check failed");
            output.WriteLine("  2  the command line is wrong, or lacks what a check needs");
            output.WriteLine("  3  something could not be reached or read");
            return exit;
        }
    }
}
