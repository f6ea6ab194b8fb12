using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Cli.Checks;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli.Ledger;

/// <summary>What every command about a ledger needs to be told: where it is, whose signature counts, what was seen before.</summary>
internal sealed class LedgerAccess
{
    private readonly Argument<string> _url = new("url") { Description = "The edge's address, e.g. https://localhost:7443 (a bare host stands for its /ledger/)." };
    private readonly Option<string?> _state = new("--state") { HelpName = "file", Description = "Where the last seen checkpoint is kept. Default: a file a ledger in the user's state directory." };
    private readonly Option<string?> _key = CommonOptions.LedgerKey();
    private readonly Option<string?> _certificate = new("--cert") { HelpName = "chain.pem", Description = "Our certificate and its issuers, for the edge's mutual TLS." };
    private readonly Option<string?> _privateKey = new("--key") { HelpName = "key.pem", Description = "Our certificate's private key." };
    private readonly Option<string> _bundle = CommonOptions.Bundle("The roots that the server must chain to. Default: the system's.");

    public LedgerAccess() => _key.Description += " Needed the first time; remembered in the state file.";

    /// <summary>Adds the address as the command's next argument, and the options.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_url);
        foreach (var option in new Option[] { _key, _state, _certificate, _privateKey, _bundle })
            command.Options.Add(option);
    }

    /// <summary>Opens the ledger that a command line names. Nothing has been fetched yet.</summary>
    public LedgerSession Open(ParseResult parsed)
    {
        var address = parsed.GetRequiredValue(_url);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            throw new UsageException($"'{address}' is not an http or https address");
        var (certificate, privateKey) = (parsed.GetValue(_certificate), parsed.GetValue(_privateKey));
        if (certificate is null != privateKey is null)
            throw new UsageException("--cert and --key belong together");
        var identity = certificate is null ? null : PemFiles.Identity(certificate, privateKey!);
        var roots = parsed.GetValue(_bundle) is { } bundle ? PemFiles.Certificates(bundle) : null;

        var path = parsed.GetValue(_state) ?? LedgerState.DefaultPath(LedgerClient.PrefixOf(url));
        var seen = LedgerState.Read(path);
        if ((parsed.GetValue(_key) ?? seen?.LedgerKey) is not { } key)
            throw new UsageException("--ledger-key is needed the first time: an agent finds it in its enrolment, an auditor asks the operator");
        return new LedgerSession(new LedgerClient(url, identity, roots), CommonOptions.ReadLedgerKey(key), path, seen);
    }
}

/// <summary>A ledger to be checked, and what is remembered of it.</summary>
internal sealed class LedgerSession(LedgerClient client, Ed25519NoteVerifier log, string statePath, LedgerState? seen) : IDisposable
{
    public LedgerClient Client { get; } = client;
    public CheckReport Report { get; } = new(client.Prefix.AbsoluteUri);
    public LedgerState? Seen { get; } = seen;
    public string StatePath { get; } = statePath;
    public LedgerAudit? Audit { get; private set; }

    /// <summary>Checks the head and <paramref name="sample"/> leaves of it against what was seen before.</summary>
    public async Task AuditAsync(int sample, CancellationToken cancellationToken)
    {
        Audit = new LedgerAudit(Client, log, Report);
        if (Seen is not null && !string.Equals(Seen.LedgerKey, log.VerifierKey, StringComparison.Ordinal))
            Report.Fail("ledger key", $"this ledger was signed with {Seen.LedgerKey} before (see {StatePath}); if it was changed on purpose, begin a new --state");
        else
            await Audit.RunAsync(Seen?.Checkpoint, sample, Random.Shared, cancellationToken);
    }

    /// <summary>Remembers the head for the next time.</summary>
    public void Remember() => new LedgerState(Client.Prefix.AbsoluteUri, log.VerifierKey, Audit!.Note!, TimeProvider.System.GetUtcNow()).Write(StatePath);

    /// <summary>When the ledger contradicts itself: both signed notes, for people.</summary>
    public void WriteContradiction(TextWriter output)
    {
        if (Audit is not { Contradicts: true })
            return;
        output.WriteLine();
        output.WriteLine("THE LEDGER CONTRADICTS ITSELF. Keep both of these notes: together, signed by its own key, they prove it.");
        output.WriteLine();
        output.WriteLine($"seen {Seen!.SeenAt:u}:");
        output.WriteLine(Seen.Checkpoint);
        output.WriteLine("seen now:");
        output.WriteLine(Audit.Note);
    }

    public void Dispose() => Client.Dispose();
}
