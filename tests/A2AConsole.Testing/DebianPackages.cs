using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace A2AConsole.Testing;

/// <summary>Debian packages that tests judge us by (swtpm, SoftHSM, …): installed by the test's own set-up where it may, and once.</summary>
public static class DebianPackages
{
    // Several test processes run at once; apt takes one at a time and gives up when another holds its lock.
    private static readonly string LockFile = Path.Combine(Path.GetTempPath(), "a2aconsole-apt.lock");
    private static readonly ConcurrentDictionary<string, Task<string?>> Asked = new(StringComparer.Ordinal);

    /// <summary>
    /// Makes sure that <paramref name="command"/> is on the PATH, installing <paramref name="packages"/> when it is not.
    /// Skips the running test, saying why, when it cannot be had.
    /// </summary>
    public static async Task RequireAsync(string command, params string[] packages)
    {
        var missing = await Asked.GetOrAdd(command, _ => EnsureAsync(command, packages));
        Assert.SkipWhen(missing is not null, missing ?? "");
    }

    private static async Task<string?> EnsureAsync(string command, string[] packages)
    {
        if (IsOnPath(command))
            return null;
        var wanted = string.Join(' ', packages);
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            return $"{command} is not installed (Debian: apt-get install {wanted})";
        await using (await LockAsync())
        {
            if (IsOnPath(command))
                return null;
            var output = await RunAsync(["install", "-y", "-qq", "--no-install-recommends", .. packages]);
            if (IsOnPath(command))
                return null;
            await RunAsync(["update", "-qq"]);
            output = await RunAsync(["install", "-y", "-qq", "--no-install-recommends", .. packages]);
            return IsOnPath(command) ? null : $"apt-get could not install {wanted}: {output.Trim().Split('\n')[^1]}";
        }
    }

    private static bool IsOnPath(string command)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, command)));

    private static async Task<FileStream> LockAsync()
    {
        while (true)
        {
            try
            {
                return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Another test process installs: there is nothing to wait for but its end.
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
        }
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/apt-get", ["-o", "DPkg::Lock::Timeout=300", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return await output + await error;
    }
}
