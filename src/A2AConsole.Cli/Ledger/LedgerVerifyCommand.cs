using System.CommandLine;
using A2AConsole.Cli.Checks;

namespace A2AConsole.Cli.Ledger;

/// <summary><c>a2a ledger verify URL</c>: has the ledger kept its word since we last looked?</summary>
internal static class LedgerVerifyCommand
{
    private const int DefaultSample = 32;

    public static Command Create(Dictionary<Command, string[]> examples)
    {
        var access = new LedgerAccess();
        var sample = new Option<int>("--sample") { HelpName = "n", Description = "How many leaves to check at random.", DefaultValueFactory = _ => DefaultSample };
        sample.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < 0)
                r.AddError("--sample is not negative");
        });
        var json = CommonOptions.Json();
        var command = new Command("verify", "Check the ledger's signed head, that it only grew since last seen, and that leaves picked at random are in it.") { sample, json };
        access.AddTo(command);
        examples[command] =
        [
            "a2a ledger verify https://localhost:7443 --ledger-key ledger.vkey --cert chain.pem --key key.pem --bundle bundle.pem",
            "a2a ledger verify https://localhost:7443 --cert chain.pem --key key.pem --bundle bundle.pem --sample 500 --json",
        ];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = access.Open(parsed);
            await session.AuditAsync(parsed.GetValue(sample), cancellationToken);
            if (session.Report.ExitCode == ExitCode.Ok)
                session.Remember();
            Print(session, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return session.Report.ExitCode;
        });
        return command;
    }

    private static void Print(LedgerSession session, bool asJson, TextWriter output)
    {
        if (!asJson)
        {
            ReportWriter.WriteText(session.Report, output);
            session.WriteContradiction(output);
            return;
        }
        var audit = session.Audit!;
        var json = ReportWriter.ToJson(session.Report);
        json["contradiction"] = audit.Contradicts;
        json["origin"] = audit.Head?.Origin;
        json["size"] = audit.Head?.Size;
        json["root"] = audit.Head is null ? null : Convert.ToBase64String(audit.Head.Root.Span);
        json["seenCheckpoint"] = session.Seen?.Checkpoint;
        json["checkpoint"] = audit.Note;
        json["state"] = session.StatePath;
        ReportWriter.WriteJson(json, output);
    }
}
