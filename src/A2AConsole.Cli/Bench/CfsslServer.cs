using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace A2AConsole.Cli.Bench;

/// <summary>cfssl's own server with a P-256 CA, for comparison: it signs, and stores nothing.</summary>
internal sealed class CfsslServer : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly object _body;

    private CfsslServer(Process process, int port, string request)
    {
        _process = process;
        _client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        _body = new { certificate_request = request, hosts = new[] { "agent.bench.example" } };
    }

    /// <summary>Starts it; null when it is not installed.</summary>
    public static async Task<CfsslServer?> StartAsync(string directory, string requestPem, CancellationToken cancellationToken)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!path.Any(d => File.Exists(Path.Combine(d, "cfssl"))))
            return null;
        string At(string name) => Path.Combine(directory, name);
        await File.WriteAllTextAsync(At("csr.json"), """{"CN":"bench CA","key":{"algo":"ecdsa","size":256}}""", cancellationToken);
        await File.WriteAllTextAsync(At("config.json"), """{"signing":{"default":{"expiry":"1h","usages":["digital signature","client auth","server auth"]}}}""", cancellationToken);
        using (var made = JsonDocument.Parse(await RunAsync("gencert", "-initca", At("csr.json"))))
        {
            await File.WriteAllTextAsync(At("ca.pem"), made.RootElement.GetProperty("cert").GetString(), cancellationToken);
            await File.WriteAllTextAsync(At("ca-key.pem"), made.RootElement.GetProperty("key").GetString(), cancellationToken);
        }
        var port = FreePort();
        var start = new ProcessStartInfo("cfssl", ["serve", "-address", "127.0.0.1", "-port", port.ToString(CultureInfo.InvariantCulture),
            "-ca", At("ca.pem"), "-ca-key", At("ca-key.pem"), "-config", At("config.json"), "-loglevel", "5"]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = directory };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var server = new CfsslServer(process, port, requestPem);
        try
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    await server.SignAsync(cancellationToken);
                    return server;
                }
                catch (HttpRequestException) when (i < 200 && !process.HasExited)
                {
                    await Task.Delay(50, cancellationToken);
                }
            }
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Has the request signed once.</summary>
    public async Task SignAsync(CancellationToken cancellationToken)
    {
        using var answer = await _client.PostAsJsonAsync("/api/v1/cfssl/sign", _body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode || !text.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal))
            throw new InvalidOperationException("cfssl did not sign: " + text[..Math.Min(300, text.Length)]);
    }

    public void Dispose()
    {
        _client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("cfssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException("cfssl failed: " + await error);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
