using System.Text.Json;
using A2AConsole.Cli;

namespace A2AConsole.Cli.Tests;

/// <summary>Runs a command line as the program does, and keeps what it printed.</summary>
internal sealed record CliRun(int Exit, string Output, string Error)
{
    public static async Task<CliRun> Of(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await CommandLine.RunAsync(arguments, output, error);
        return new CliRun(exit, output.ToString(), error.ToString());
    }

    /// <summary>The printed JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The outcome of a check by its name, from the printed JSON.</summary>
    public string? Outcome(string check)
        => Json.GetProperty("checks").EnumerateArray().Where(c => c.GetProperty("name").GetString() == check).Select(c => c.GetProperty("outcome").GetString()).SingleOrDefault();
}

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TempDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("a2a-cli-");

    public string this[string name] => Path.Combine(_directory.FullName, name);

    public string Put(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string Put(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
