using System.Text.Json;

namespace A2AConsole.Demo.History;

/// <summary>How far the past has been written, kept on disk so that an interrupted start goes on where it was.</summary>
/// <param name="From">When the past begins (UTC).</param>
/// <param name="WrittenTo">Everything before this is on the ledger (UTC).</param>
/// <param name="Complete">The past has reached the present once.</param>
internal sealed record HistoryState(DateTimeOffset From, DateTimeOffset WrittenTo, bool Complete)
{
    private static string FileIn(string directory) => Path.Combine(directory, "history.json");

    /// <summary>The state on disk, or null when the demo has never run in this directory.</summary>
    public static HistoryState? Load(string directory)
    {
        try
        {
            return JsonSerializer.Deserialize<HistoryState>(File.ReadAllText(FileIn(directory)));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public void Save(string directory)
    {
        Directory.CreateDirectory(directory);
        var aside = FileIn(directory) + ".new";
        File.WriteAllText(aside, JsonSerializer.Serialize(this));
        File.Move(aside, FileIn(directory), overwrite: true);
    }
}
