using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Ledger;

/// <summary><c>a2a ledger verify URL</c>: has the ledger kept its word since we last looked?</summary>
internal static class LedgerVerifyCommand
{
    private const int DefaultSample = 32;

    public static Command Create(Dictionary<Command, string[]> examples)
    {
        var url = new Argument<string>("url") { Description = "The edge's address, e.g. https://localhost:7443 (a bare host stands for its /ledger/)." };
        var state = new Option<string?>("--state") { HelpName = "file", Description = "Where the last seen checkpoint is kept. Default: a file a ledger in the user's state directory." };
        var sample = new Option<int>("--sample") { HelpName = "n", Description = "How many leaves to check at random.", DefaultValueFactory = _ => DefaultSample };
        sample.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < 0)
                r.AddError("--sample is not negative");
        });
        var key = CommonOptions.LedgerKey();
        key.Description += " Needed the first time; remembered in the state file.";
        var certificate = new Option<string?>("--cert") { HelpName = "chain.pem", Description = "Our certificate and its issuers, for the edge's mutual TLS." };
        var privateKey = new Option<string?>("--key") { HelpName = "key.pem", Description = "Our certificate's private key." };
        var bundle = CommonOptions.Bundle("The roots that the server must chain to. Default: the system's.");
        var json = CommonOptions.Json();

        var command = new Command("verify", "Check the ledger's signed head, that it only grew since last seen, and that leaves picked at random are in it.")
        {
            url, key, state, sample, certificate, privateKey, bundle, json,
        };
        examples[command] =
        [
            "a2a ledger verify https://localhost:7443 --ledger-key ledger.vkey --cert chain.pem --key key.pem --bundle bundle.pem",
            "a2a ledger verify https://localhost:7443 --cert chain.pem --key key.pem --bundle bundle.pem --sample 500 --json",
        ];
        command.SetAction((parsed, cancellationToken) => RunAsync(new Request(
            parsed.GetRequiredValue(url), parsed.GetValue(key), parsed.GetValue(state), parsed.GetValue(sample),
            parsed.GetValue(certificate), parsed.GetValue(privateKey), parsed.GetValue(bundle), parsed.GetValue(json)),
            parsed.InvocationConfiguration.Output, cancellationToken));
        return command;
    }

    private sealed record Request(string Url, string? Key, string? State, int Sample, string? Certificate, string? PrivateKey, string? Bundle, bool Json);

    private static async Task<int> RunAsync(Request request, TextWriter output, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(request.Url, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            throw new UsageException($"'{request.Url}' is not an http or https address");
        if (request.Certificate is null != request.PrivateKey is null)
            throw new UsageException("--cert and --key belong together");
        var identity = request.Certificate is null ? null : PemFiles.Identity(request.Certificate, request.PrivateKey!);
        X509Certificate2Collection? roots = request.Bundle is null ? null : PemFiles.Certificates(request.Bundle);

        using var client = new LedgerClient(url, identity, roots);
        var path = request.State ?? LedgerState.DefaultPath(client.Prefix);
        var seen = LedgerState.Read(path);
        if (request.Key is null && seen is null)
            throw new UsageException("--ledger-key is needed the first time: an agent finds it in its enrolment, an auditor asks the operator");
        var log = CommonOptions.ReadLedgerKey(request.Key ?? seen!.LedgerKey);

        var report = new CheckReport(client.Prefix.AbsoluteUri);
        var audit = new LedgerAudit(client, log, report);
        if (seen is not null && !string.Equals(seen.LedgerKey, log.VerifierKey, StringComparison.Ordinal))
            report.Fail("ledger key", $"this ledger was signed with {seen.LedgerKey} before (see {path}); if it was changed on purpose, begin a new --state");
        else
            await audit.RunAsync(seen?.Checkpoint, request.Sample, Random.Shared, cancellationToken);

        if (report.ExitCode == ExitCode.Ok)
            new LedgerState(client.Prefix.AbsoluteUri, log.VerifierKey, audit.Note!, TimeProvider.System.GetUtcNow()).Write(path);
        Print(report, audit, seen, path, request.Json, output);
        return report.ExitCode;
    }

    private static void Print(CheckReport report, LedgerAudit audit, LedgerState? seen, string path, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            var json = ReportWriter.ToJson(report);
            json["contradiction"] = audit.Contradicts;
            json["origin"] = audit.Head?.Origin;
            json["size"] = audit.Head?.Size;
            json["root"] = audit.Head is null ? null : Convert.ToBase64String(audit.Head.Root.Span);
            json["seenCheckpoint"] = seen?.Checkpoint;
            json["checkpoint"] = audit.Note;
            json["state"] = path;
            ReportWriter.WriteJson(json, output);
            return;
        }
        ReportWriter.WriteText(report, output);
        if (!audit.Contradicts)
            return;
        output.WriteLine();
        output.WriteLine("THE LEDGER CONTRADICTS ITSELF. Keep both of these notes: together, signed by its own key, they prove it.");
        output.WriteLine();
        output.WriteLine($"seen {seen!.SeenAt:u}:");
        output.WriteLine(seen.Checkpoint);
        output.WriteLine("seen now:");
        output.WriteLine(audit.Note);
    }
}
