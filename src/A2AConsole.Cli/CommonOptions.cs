using System.CommandLine;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Cli;

/// <summary>Options that several commands share, and how their values are read.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object instead of lines." };

    public static Option<string?> LedgerKey() => new("--ledger-key")
    {
        HelpName = "vkey",
        Description = "The ledger's verifier key (name+id+base64), or a file that holds it.",
    };

    public static Option<string> Bundle(string description) => new("--bundle") { HelpName = "bundle.pem", Description = description };

    /// <summary>Reads a verifier key given as text or as a file's name.</summary>
    public static Ed25519NoteVerifier ReadLedgerKey(string value)
    {
        if (Ed25519NoteVerifier.TryParse(value, out var key, out var error))
            return key;
        if (!File.Exists(value))
            throw new UsageException($"--ledger-key: {error}, and there is no such file");
        return Ed25519NoteVerifier.TryParse(Files.ReadText(value).Trim(), out key, out error) ? key : throw new UsageException($"--ledger-key: {value}: {error}");
    }
}
