using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Identity;

namespace A2AConsole.Cli.Verify;

/// <summary><c>a2a verify FILE…</c>: offline, from files alone.</summary>
internal static class VerifyCommand
{
    private const string LedgerSuffix = "/ledger";

    public static Command Create(Dictionary<Command, string[]> examples)
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Signed events (DSSE envelopes), signed batches, receipts (the edge's replies), evidence files, records of reviews, signed decisions of people, incidents' evidence packs or tlog-proofs.",
            Arity = ArgumentArity.OneOrMore,
        };
        var bundle = CommonOptions.Bundle("The trust domain's root certificates: what everything is judged by.");
        bundle.Required = true;
        var domain = new Option<string?>("--trust-domain") { HelpName = "name", Description = "The trust domain that the bundle is of. Default: the ledger key's." };
        var key = CommonOptions.LedgerKey();
        var checkpoint = new Option<string?>("--checkpoint") { HelpName = "file", Description = "A checkpoint that you hold already: the proof must lead to this very tree." };
        var certificate = new Option<string?>("--certificate") { HelpName = "chain.pem", Description = "The signer's certificate and its issuers, for files that bring none." };
        var proof = new Option<string?>("--proof") { HelpName = "x.tlog-proof", Description = "The ledger's proof, for a file that brings none." };
        var at = new Option<string?>("--at") { HelpName = "time", Description = "Judge certificates at this time (RFC 3339) instead of the event's own." };
        var json = CommonOptions.Json();
        var command = new Command("verify", "Verify signed events, receipts and evidence offline; says which check failed.")
        {
            files, bundle, domain, key, checkpoint, certificate, proof, at, json,
        };
        examples[command] =
        [
            "a2a verify order.a2a-evidence.json --bundle bundle.pem --ledger-key ledger.vkey",
            "a2a verify event.json --bundle bundle.pem --certificate chain.pem --proof event.tlog-proof --ledger-key ledger.vkey",
            "a2a verify *.a2a-evidence.json --bundle bundle.pem --ledger-key ledger.vkey --json",
        ];
        command.SetAction(parsed =>
        {
            var log = parsed.GetValue(key) is { } vkey ? CommonOptions.ReadLedgerKey(vkey) : null;
            var name = parsed.GetValue(domain);
            if (name is not null && !SpiffeId.IsTrustDomain(name))
                throw new UsageException($"--trust-domain: '{name}' is not a trust domain's name");
            var given = new Given(
                PemFiles.Certificates(parsed.GetRequiredValue(bundle)),
                name ?? (log?.Name.EndsWith(LedgerSuffix, StringComparison.Ordinal) == true ? log.Name[..^LedgerSuffix.Length] : null),
                log,
                parsed.GetValue(checkpoint) is { } held ? Files.ReadText(held) : null,
                parsed.GetValue(certificate) is { } chain ? Files.ReadText(chain) : null,
                parsed.GetValue(proof) is { } path ? Files.ReadText(path) : null,
                parsed.GetValue(at) is { } time ? Time(time) : null);
            return Run(parsed.GetRequiredValue(files), given, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int Run(string[] files, Given given, bool asJson, TextWriter output)
    {
        if (files.Length > 1 && given.Proof is not null)
            throw new UsageException("--proof is of one file: give one, or evidence files, which bring their own");
        // All are read before the first is judged: a name mistyped is found at once.
        var contents = files.Select(f => (Name: f, Bytes: Files.ReadBytes(f))).ToList();
        var verdicts = contents.Select(c => FileVerifier.Verify(c.Name, c.Bytes, given)).ToList();
        var exit = verdicts.Any(v => v.Report.ExitCode == ExitCode.Failed) ? ExitCode.Failed : verdicts.Max(v => v.Report.ExitCode);
        if (asJson)
        {
            ReportWriter.WriteJson(new JsonObject
            {
                ["ok"] = exit == ExitCode.Ok,
                ["exitCode"] = exit,
                ["files"] = new JsonArray([.. verdicts.Select(v => v.ToJson())]),
            }, output);
            return exit;
        }
        foreach (var (i, verdict) in verdicts.Index())
        {
            if (i > 0)
                output.WriteLine();
            ReportWriter.WriteText(verdict.Report, output);
        }
        return exit;
    }

    private static DateTimeOffset Time(string text)
        => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : throw new UsageException($"--at: '{text}' is not a time such as 2026-03-09T12:00:00Z");
}
