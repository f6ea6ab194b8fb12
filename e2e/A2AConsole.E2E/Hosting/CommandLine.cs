using System.Diagnostics;

namespace A2AConsole.E2E.Hosting;

/// <summary>Runs <c>a2a</c> as a user does: from its output folder, in a process of its own.</summary>
internal static class CommandLine
{
    public static async Task<(int Exit, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ConsoleSite.Metadata("CommandLinePath"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(bound.Token);
        return (process.ExitCode, await output + await error);
    }
}
