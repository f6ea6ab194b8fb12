using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace A2AConsole.Testing;

/// <summary>
/// Packages of the npm registry that judge us: other implementations of the formats that we read and write. Installed by the
/// test's own set-up into a folder of its own beside the temporary files, once for each set of packages.
/// </summary>
public static class NodePackages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly ConcurrentDictionary<string, Task<(string Directory, string? Missing)>> Asked = new(StringComparer.Ordinal);

    /// <summary>
    /// The folder in which scripts find <paramref name="packages"/> (name@version). Skips the running test, saying why, when they cannot be had.
    /// </summary>
    public static async Task<string> RequireAsync(params string[] packages)
    {
        await DebianPackages.RequireAsync("npm", "nodejs", "npm");
        var (directory, missing) = await Asked.GetOrAdd(string.Join(' ', packages.Order(StringComparer.Ordinal)), InstallAsync);
        Assert.SkipWhen(missing is not null, missing ?? "");
        return directory;
    }

    /// <summary>Runs an ECMAScript module in such a folder and returns what it printed. Throws when it fails.</summary>
    public static async Task<string> RunAsync(string directory, string script, string input = "")
    {
        var file = Path.Combine(directory, $"{Guid.NewGuid():N}.mjs");
        await File.WriteAllTextAsync(file, script);
        try
        {
            var (code, output, error) = await StartAsync("node", [file], directory, input);
            return code == 0 ? output : throw new InvalidOperationException($"node ended with {code}: {error}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(string Directory, string? Missing)> InstallAsync(string packages)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(packages)))[..16];
        var directory = Path.Combine(Path.GetTempPath(), $"a2aconsole-node-{name}");
        var complete = Path.Combine(directory, "complete");
        Directory.CreateDirectory(directory);
        await using (await LockAsync(directory + ".lock"))
        {
            if (File.Exists(complete))
                return (directory, null);
            await File.WriteAllTextAsync(Path.Combine(directory, "package.json"), """{ "private": true, "type": "module" }""");
            var (code, _, error) = await StartAsync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", .. packages.Split(' ')], directory, "");
            if (code != 0)
                return (directory, $"npm could not install {packages}: {error.Trim().Split('\n')[0]}");
            await File.WriteAllTextAsync(complete, packages);
            return (directory, null);
        }
    }

    private static async Task<(int Code, string Output, string Error)> StartAsync(string program, string[] arguments, string directory, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Patience.TotalMinutes} minutes");
        }
    }

    private static async Task<FileStream> LockAsync(string file)
    {
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Another test process installs the same: there is nothing to wait for but its end.
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
        }
    }
}
