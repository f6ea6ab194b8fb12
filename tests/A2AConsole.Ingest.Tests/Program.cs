using A2AConsole.Ingest.Tests.Durability;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace A2AConsole.Ingest.Tests;

/// <summary>The test runner; or, with one argument of its own, a site in a process that can be killed.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args)
        => args is [SiteProcess.Argument, var directory] ? SiteProcess.RunAsync(directory)
            : args.Any(a => a is "--server" or "--internal-msbuild-node") ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : ConsoleRunner.Run(args);
}
