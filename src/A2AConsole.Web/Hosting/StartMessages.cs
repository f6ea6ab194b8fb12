using A2AConsole.Ingest;
using A2AConsole.Trust.Listening;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace A2AConsole.Web.Hosting;

/// <summary>What the operator reads when everything is up.</summary>
internal static class StartMessages
{
    public static void Print(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<ConsoleSettings>();
        var open = app.Services.GetRequiredService<PublicAddress>().Url?.GetLeftPart(UriPartial.Authority);
        var console = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(a => a.Replace("127.0.0.1", "localhost", StringComparison.Ordinal).TrimEnd('/')).ToArray();

        Console.WriteLine();
        Console.WriteLine($"  A2AConsole {ConsoleHost.ProductVersion}{(settings.Demo ? ", demo" : "")}");
        if (settings.Has(HostRole.Console))
            Console.WriteLine($"  Console     {string.Join("  ", console)}");
        foreach (var (name, address) in ConsoleSettings.OtherListeners(app.Services))
            Console.WriteLine($"  {name,-12}{address}");
        Console.WriteLine($"  Data        {settings.DataDirectory}");
        if (app.Services.GetService<EdgeAddresses>() is { } edge && edge.All.Any(ReachableAddress.IsEvery) && new Uri(edge.Url).IsLoopback)
            Console.WriteLine($"  Note        Agents are told {edge.Url}, which no other machine reaches: set A2AConsole:Trust:EdgeUrl and ServerNames.");
        if (settings.Demo)
            Console.WriteLine($"  Sign in as  {string.Join(", ", DemoUsers.All.Select(u => u.UserName[..u.UserName.IndexOf('@', StringComparison.Ordinal)]))} @acme.example, password {DemoUsers.Password}");
        if (app.Services.GetRequiredService<AccountsStartup>().SetUpToken is { } token)
        {
            Console.WriteLine();
            Console.WriteLine($"  Make {(settings.NewAdminLink ? "an administrator, whatever there is" : "the first administrator")} (once, within {SetUpLink.Lifetime.TotalMinutes:0} minutes):");
            Console.WriteLine($"  {open ?? console.FirstOrDefault()}/account/set-up?token={token}");
        }
        Console.WriteLine();
    }
}
