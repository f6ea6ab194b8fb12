using System.Globalization;
using System.Reflection;

namespace A2AConsole.Web.Hosting;

/// <summary>The process: reads what was asked for, starts everything, and says in one sentence why it could not.</summary>
public static class ConsoleHost
{
    /// <summary>Runs until it is told to stop. Returns the exit code: 0, 1 (could not start), 2 (wrong arguments).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (LaunchOptions.Parse(args, out var error) is not { } launch)
        {
            await Console.Error.WriteLineAsync(error);
            return 2;
        }
        if (launch.Help || launch.Version)
        {
            Console.WriteLine(launch.Help ? LaunchOptions.Usage : ProductVersion);
            return 0;
        }

        // The same figures and dates on every machine, whatever its language.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        WebApplication? app = null;
        try
        {
            app = ConsoleApplication.Build(launch);
            await app.StartAsync();
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync(StartFailure.Explain(failure, app?.Configuration));
            if (app is not null)
                await app.DisposeAsync();
            return 1;
        }

        await using (app)
        {
            StartMessages.Print(app);
            await app.WaitForShutdownAsync();
        }
        return 0;
    }

    internal static string ProductVersion
        => typeof(ConsoleHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
