using System.CommandLine;
using System.Text.Json.Nodes;
using A2AConsole.Cli.Checks;
using A2AConsole.Sdk;

namespace A2AConsole.Cli.Enrolment;

/// <summary><c>a2a enroll</c>: a first certificate against a join token, kept where the SDK finds it.</summary>
internal static class EnrollCommand
{
    private const string LedgerKeyFile = "ledger.vkey";

    public static Command Create(Dictionary<Command, string[]> examples)
    {
        var authority = new Option<string>("--authority") { HelpName = "url", Description = "The authority's address, e.g. https://localhost:7444.", Required = true };
        var token = new Option<string>("--token") { HelpName = "token", Description = "The join token; - reads it from standard input, which keeps it out of the process list.", Required = true };
        var directory = new Option<string>("--out") { HelpName = "dir", Description = "Where key, certificates, trust bundle and ledger key are kept; made with mode 0700 when missing.", Required = true };
        var evidence = new Option<string[]>("--evidence") { HelpName = "kind=command", Description = "A command that prints evidence of this kind as JSON, for an entry that asks for it; it finds A2A_STEP (open, collect), A2A_SPIFFE_ID, A2A_NONCE, A2A_BINDING and A2A_CHALLENGE in its environment. Can be given several times." };
        var json = CommonOptions.Json();
        var command = new Command("enroll", "Enrol an agent: make a key, have it certified against a join token, and keep both.") { authority, token, directory, evidence, json };
        examples[command] =
        [
            "a2a enroll --authority https://localhost:7444 --token a2aj.… --out ./agent",
            "pass show join-token | a2a enroll --authority https://localhost:7444 --token - --out ./agent",
            "a2a enroll --authority https://localhost:7444 --token a2aj.… --out ./agent --evidence kubernetes=./bound-token.sh",
        ];
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(authority), parsed.GetRequiredValue(token), parsed.GetRequiredValue(directory), parsed.GetValue(evidence) ?? [], parsed.GetValue(json),
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string authority, string token, string directory, string[] evidence, bool asJson, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var url) || url.Scheme is not "https")
            throw new UsageException($"'{authority}' is not an https address");
        var options = new AgentOptions
        {
            Authority = url,
            JoinToken = token == "-" ? await Console.In.ReadLineAsync(cancellationToken) : token,
            StateDirectory = directory,
            Evidence = [.. evidence.Select(CommandEvidence.Parse)],
            RenewInBackground = false,
        };
        try
        {
            await using var agent = await AgentClient.EnrollAsync(options, cancellationToken);
            Files.Replace(Path.Combine(directory, LedgerKeyFile), agent.LedgerKey + "\n");
            Print(agent, directory, asJson, output);
            return ExitCode.Ok;
        }
        catch (AgentUnavailableException e)
        {
            throw new UnreadableException(e.Message, e);
        }
        catch (AgentStateException e)
        {
            throw new UnreadableException(e.Message, e);
        }
        catch (AgentException e)
        {
            if (asJson)
                ReportWriter.WriteJson(new JsonObject { ["ok"] = false, ["exitCode"] = ExitCode.Failed, ["error"] = e.Message, ["code"] = (e as EnrolmentRefusedException)?.Code }, output);
            await error.WriteLineAsync("a2a: not enrolled: " + e.Message);
            return ExitCode.Failed;
        }
    }

    private static void Print(AgentClient agent, string directory, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            ReportWriter.WriteJson(new JsonObject
            {
                ["ok"] = true,
                ["exitCode"] = ExitCode.Ok,
                ["spiffeId"] = agent.SpiffeId,
                ["serial"] = agent.CertificateSerial,
                ["notAfter"] = agent.CertificateNotAfter.ToString("O"),
                ["edge"] = agent.Edge.AbsoluteUri,
                ["ledgerKey"] = agent.LedgerKey,
                ["directory"] = Path.GetFullPath(directory),
            }, output);
            return;
        }
        output.WriteLine($"enrolled     {agent.SpiffeId}");
        output.WriteLine($"certificate  {agent.CertificateSerial}, until {agent.CertificateNotAfter:u}");
        output.WriteLine($"edge         {agent.Edge}");
        output.WriteLine($"kept in      {Path.GetFullPath(directory)} (identity.pem, bundle.pem, {LedgerKeyFile})");
    }
}
