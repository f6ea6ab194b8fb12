using System.Diagnostics;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Data.Tests.Ledger;

/// <summary>
/// A disk whose fsync fails. The scenario runs in a child process (this test program again) under a preloaded library that makes
/// the system call fail while a file exists.
/// </summary>
public sealed class FailingFsyncTests
{
    private const string Switch = "A2A_FSYNC_SWITCH";

    [Fact]
    public async Task A_failing_fsync_refuses_without_acknowledging_and_recovers()
    {
        if (Environment.GetEnvironmentVariable(Switch) is { Length: > 0 } path)
        {
            await ScenarioAsync(path);
            return;
        }
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the shim is for Linux");
        var directory = Directory.CreateTempSubdirectory("a2a-fsync-").FullName;
        try
        {
            var shim = Path.Combine(directory, "shim.so");
            var source = Path.Combine(AppContext.BaseDirectory, "Ledger", "fsync_shim.c");
            var (compiled, log) = await RunAsync("gcc", ["-shared", "-fPIC", "-o", shim, source, "-ldl"]);
            Assert.SkipWhen(compiled == -1, "no gcc to compile the shim with");
            Assert.True(compiled == 0, log);
            var (code, output) = await RunAsync(
                Path.Combine(AppContext.BaseDirectory, "A2AConsole.Data.Tests"), ["-class", typeof(FailingFsyncTests).FullName!],
                ("LD_PRELOAD", shim), (Switch, Path.Combine(directory, "fail")));
            Assert.True(code == 0, output);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ScenarioAsync(string failing)
    {
        await using var site = await LedgerSite.StartAsync();
        var before = await site.AdmitAsync(site.Item());
        var item = site.Item("m-unlucky");
        File.WriteAllText(failing, "");
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => site.AdmitAsync(item));
        Assert.Equal(before.Head.Size, site.Ledger.Head.Size);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => site.Ledger.RecordAsync(LedgerSite.Note("not durable")));
        File.Delete(failing);
        var after = await site.AdmitAsync(item);
        Assert.Equal((ItemVerdict.Admitted, (long?)before.Head.Size), (after.Items[0].Verdict, after.Items[0].LeafIndex));
        await site.RestartAsync();
        Assert.Equal([before.Head.Size], await site.Reader.FindAsync("m-unlucky"));
        await site.VerifyAsync([before.Head, after.Head]);
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, await output + await error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "");
        }
    }
}
