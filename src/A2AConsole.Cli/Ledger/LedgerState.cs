using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace A2AConsole.Cli.Ledger;

/// <summary>
/// What was last seen of a ledger: the memory that makes a rollback or a fork visible. Losing it loses only the comparison.
/// </summary>
/// <param name="Url">The ledger's address.</param>
/// <param name="LedgerKey">Its verifier key, pinned when first given.</param>
/// <param name="Checkpoint">The newest checkpoint (a signed note) that held.</param>
/// <param name="SeenAt">When.</param>
public sealed record LedgerState(string Url, string LedgerKey, string Checkpoint, DateTimeOffset SeenAt)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where the state of a ledger is kept when no file is named: the user's state directory.</summary>
    public static string DefaultPath(Uri url)
    {
        var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
            ? state
            : OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.AbsoluteUri)).AsSpan(0, 8));
        return Path.Combine(home, "a2aconsole", $"ledger-{name}.json");
    }

    /// <summary>Reads a state file; null when there is none yet. An unreadable one is an error: silence would hide a fork.</summary>
    public static LedgerState? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            var state = JsonSerializer.Deserialize<LedgerState>(Files.ReadBytes(path), Json);
            return state is { Checkpoint: not null, LedgerKey: not null } ? state : throw new JsonException("members are missing");
        }
        catch (JsonException e)
        {
            throw new UnreadableException($"{path} is not a ledger state file ({e.Message}); name another with --state, or remove it to forget what was seen", e);
        }
    }

    public void Write(string path) => Files.Replace(path, JsonSerializer.Serialize(this, Json) + "\n");
}
