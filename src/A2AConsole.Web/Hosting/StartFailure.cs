using System.Net.Sockets;
using System.Text.RegularExpressions;
using A2AConsole.Data;
using A2AConsole.Ingest;
using A2AConsole.Trust;
using A2AConsole.Web.Hosting.Settings;
using Microsoft.AspNetCore.Connections;

namespace A2AConsole.Web.Hosting;

/// <summary>Turns a failed start into one sentence that names the port or path and says what to do.</summary>
internal static partial class StartFailure
{
    public static string Explain(Exception failure, IConfiguration? configuration)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case SettingsException settings:
                    return settings.Faults.Count == 1 ? settings.Message : $"These settings cannot be:{Environment.NewLine}  " + string.Join(Environment.NewLine + "  ", settings.Faults);
                case DataStartupException or TrustStartupException or IngestStartupException:
                    return inner.Message;
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return PortTaken(failure, configuration);
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return $"This user may not listen there ({failure.Message}): choose a port above 1023, for example --urls http://localhost:5081.";
            }
        }
        return Sentence(failure.GetBaseException().Message);
    }

    private static string PortTaken(Exception failure, IConfiguration? configuration)
    {
        var address = Messages(failure).Select(m => Url().Match(m)).FirstOrDefault(m => m.Success)?.Value.TrimEnd('.', ':', '/');
        if (address is null)
            return "Another program listens on one of the ports: choose others with --urls, --edge-urls and --authority-urls.";
        var port = address[(address.LastIndexOf(':') + 1)..];
        var option = Ends(configuration?["A2AConsole:Trust:AuthorityUrl"], port) ? "--authority-urls"
            : configuration?.GetSection("A2AConsole:Ingest:Urls").GetChildren().Any(c => Ends(c.Value, port)) == true ? "--edge-urls"
            : "--urls";
        var other = int.TryParse(port, out var number) ? number + (option == "--urls" ? 1 : 10) : 0;
        return $"Port {port} is taken by another program: stop it, or choose another port, for example {option} {(option == "--urls" ? "http" : "https")}://localhost:{other}.";
    }

    private static bool Ends(string? url, string port) => url?.TrimEnd('/').EndsWith(":" + port, StringComparison.Ordinal) == true;

    private static IEnumerable<string> Messages(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
            yield return inner.Message;
    }

    private static string Sentence(string message)
    {
        var line = message.ReplaceLineEndings(" ").Trim();
        return line.EndsWith('.') ? line : line + ".";
    }

    [GeneratedRegex(@"(https?://)?[\w.\[\]:]+:\d+")]
    private static partial Regex Url();
}
