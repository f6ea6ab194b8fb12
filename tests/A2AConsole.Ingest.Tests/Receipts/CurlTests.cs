using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Testing;

namespace A2AConsole.Ingest.Tests.Receipts;

/// <summary>A client that shares no code with us: if curl with OpenSSL can send, anybody's agent can.</summary>
public class CurlTests
{
    [Fact]
    public async Task Curl_sends_an_event_and_gets_a_receipt()
    {
        var curl = Find("curl");
        Assert.SkipWhen(curl is null, "curl is not installed: apt-get install curl");

        // curl goes by the machine's clock, and so must the site's certificates.
        await using var site = await TestSite.StartAsync(new() { RealTime = true });
        var agent = await site.EnrollAsync("shell");
        string Write(string name, string text)
        {
            var path = Path.Combine(site.Directory, name);
            File.WriteAllText(path, text);
            return path;
        }
        var roots = Write("roots.pem", site.Domain.BundlePem);
        var certificate = Write("agent.pem", agent.Certificate.ExportCertificatePem() + "\n" + site.Domain.Intermediates.ExportCertificatePems());
        var key = Write("agent.key", agent.Key.ExportPkcs8PrivateKeyPem());
        var body = Path.Combine(site.Directory, "event.json");
        await File.WriteAllBytesAsync(body, agent.Sign());

        var reply = await RunAsync(curl!, "--silent", "--show-error", "--http2", "--tlsv1.3", "--cacert", roots, "--cert", certificate, "--key", key,
            "--header", "Content-Type: application/json", "--data-binary", "@" + body, "--write-out", "\n%{http_version} %{http_code}",
            new Uri(site.Edge, "/v1/events").ToString());
        Assert.Contains("\"verdict\":\"admitted\"", reply, StringComparison.Ordinal);
        Assert.EndsWith("2 200", reply, StringComparison.Ordinal);
    }

    private static string? Find(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
        return await output;
    }
}
