using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Ledger;

/// <summary><c>a2a ledger issued URL SPIFFE-ID</c>: every certificate that was ever issued to an identity.</summary>
internal static class LedgerIssuedCommand
{
    public static Command Create(Dictionary<Command, string[]> examples)
    {
        var access = new LedgerAccess();
        var id = new Argument<string>("spiffe-id") { Description = "The identity, e.g. spiffe://acme.example/env/prod/role/planner/agent/forecast." };
        var holds = new Option<string?>("--holds") { HelpName = "cert.pem", Description = "Fail unless this certificate is one of them: it was issued behind the ledger's back." };
        var json = CommonOptions.Json();
        var command = new Command("issued", "List every certificate ever issued to an identity. All leaves are read and hashed up to the signed head, so none can be left out.");
        access.AddTo(command);
        command.Arguments.Add(id);
        command.Options.Add(holds);
        command.Options.Add(json);
        examples[command] =
        [
            "a2a ledger issued https://localhost:7443 spiffe://acme.example/env/prod/role/planner/agent/forecast --cert chain.pem --key key.pem --bundle bundle.pem",
            "a2a ledger issued https://localhost:7443 spiffe://acme.example/env/prod/role/planner/agent/forecast --holds seen-on-the-wire.pem --json",
        ];
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var text = parsed.GetRequiredValue(id);
            if (!SpiffeId.TryParse(text, out var spiffeId, out var error))
                throw new UsageException($"'{text}' is not a SPIFFE ID: {error}");
            var file = parsed.GetValue(holds);
            using var certificate = file is null ? null : PemFiles.Certificates(file)[0];
            using var session = access.Open(parsed);
            await session.AuditAsync(sample: 0, cancellationToken);
            IReadOnlyList<IssuedLeaf> issued = [];
            if (session.Report.Holds && session.Audit!.Head is { } head)
                issued = await ScanAsync(session, spiffeId.Text, head, Progress(head, parsed.InvocationConfiguration.Error), cancellationToken);
            if (session.Report.Holds && certificate is not null)
                NoteHeld(session.Report, issued, Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), file!);
            if (session.Report.ExitCode == ExitCode.Ok)
                session.Remember();
            Print(session, spiffeId.Text, issued, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
            return session.Report.ExitCode;
        });
        return command;
    }

    private static async Task<IReadOnlyList<IssuedLeaf>> ScanAsync(LedgerSession session, string spiffeId, Checkpoint head, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            var (issued, error) = await new IssuedScan(session.Client).RunAsync(spiffeId, head, progress, cancellationToken);
            session.Report.Note("completeness", error, string.Create(CultureInfo.InvariantCulture, $"all {head.Size} leaves were read and are those under the signed root"));
            return issued;
        }
        catch (WithheldException e)
        {
            session.Report.Fail("availability", e.Message);
            return [];
        }
    }

    private static void NoteHeld(CheckReport report, IReadOnlyList<IssuedLeaf> issued, string fingerprint, string file)
    {
        var found = issued.FirstOrDefault(i => i.Fingerprint == fingerprint);
        report.Note("certificate", found is null ? $"{file} (SHA-256 {fingerprint}) is not on the ledger: it was not issued to this identity, or behind the ledger's back" : null,
            string.Create(CultureInfo.InvariantCulture, $"{file} is leaf {found?.Leaf}"));
    }

    /// <summary>A line that counts, on a terminal only.</summary>
    private static SynchronousProgress? Progress(Checkpoint head, TextWriter error)
        => Console.IsErrorRedirected || head.Size < 100_000 ? null : new SynchronousProgress(read =>
            error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{read * 100 / head.Size,3} % of {head.Size} leaves{(read == head.Size ? "\n" : "")}")));

    private static void Print(LedgerSession session, string spiffeId, IReadOnlyList<IssuedLeaf> issued, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            var json = ReportWriter.ToJson(session.Report);
            json["contradiction"] = session.Audit!.Contradicts;
            json["spiffeId"] = spiffeId;
            json["size"] = session.Audit.Head?.Size;
            json["issued"] = new JsonArray([.. issued.Select(i => new JsonObject
            {
                ["leaf"] = i.Leaf,
                ["step"] = Word(i.Kind),
                ["at"] = i.At.ToString("O", CultureInfo.InvariantCulture),
                ["expires"] = i.Expires?.ToString("O", CultureInfo.InvariantCulture),
                ["serial"] = i.Serial,
                ["sha256"] = i.Fingerprint,
                ["detail"] = i.Detail,
            })]);
            ReportWriter.WriteJson(json, output);
            return;
        }
        ReportWriter.WriteText(session.Report, output);
        session.WriteContradiction(output);
        if (!session.Report.Checks.Any(c => c is { Name: "completeness", Outcome: Outcome.Pass }))
            return;
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{issued.Count} certificate{(issued.Count == 1 ? "" : "s")} issued to {spiffeId}{(issued.Count == 0 ? "" : ":")}"));
        foreach (var i in issued)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {i.At:yyyy-MM-dd HH:mm:ss}Z  {Word(i.Kind),-9}  until {i.Expires:yyyy-MM-dd HH:mm:ss}Z  serial {i.Serial}  leaf {i.Leaf}"));
    }

    private static string Word(LeafKind kind) => kind == LeafKind.Enrolment ? "enrolment" : "renewal";

    private sealed class SynchronousProgress(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
