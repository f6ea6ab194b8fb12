using System.Diagnostics;

namespace A2AConsole.E2E.Hosting;

/// <summary>Finds a Chromium to drive, or installs Debian's where that is allowed.</summary>
internal static class Chromium
{
    private const string Variable = "A2ACONSOLE_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    /// <summary>The browser's path, or null with the reason why there is none.</summary>
    public static (string? Path, string Reason) Find()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
            return File.Exists(named) ? (named, "") : (null, $"{Variable} names {named}, which does not exist");

        var found = OnPath() ?? Playwrights();
        if (found is not null)
            return (found, "");
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            return (null, $"no Chromium was found: install one (Debian: apt-get install chromium) or name it in {Variable}");

        Run("apt-get", "update -qq");
        Run("apt-get", "install -y -qq --no-install-recommends chromium fonts-dejavu-core");
        return OnPath() is { } installed ? (installed, "") : (null, "apt-get could not install chromium");
    }

    private static string? OnPath()
        => (from directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            from name in Names
            let path = Path.Combine(directory, name)
            where File.Exists(path)
            select path).FirstOrDefault();

    private static string? Playwrights()
    {
        var cache = Environment.GetEnvironmentVariable("PLAYWRIGHT_BROWSERS_PATH")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "ms-playwright");
        return !Directory.Exists(cache)
            ? null
            : Directory.EnumerateDirectories(cache, "chromium-*").OrderDescending()
                .SelectMany(d => new[] { Path.Combine(d, "chrome-linux", "chrome"), Path.Combine(d, "chrome-linux64", "chrome") })
                .FirstOrDefault(File.Exists);
    }

    private static void Run(string file, string arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
    }
}
