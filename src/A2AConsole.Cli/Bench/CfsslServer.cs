using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace A2AConsole.Cli.Bench;

/// <summary>
/// cfssl's own server with a P-256 CA, for comparison: as it comes, which signs and keeps nothing, or with its own certificate
/// database in SQLite, which keeps what it signed.
/// </summary>
internal sealed class CfsslServer : IDisposable
{
    // The table that its own migrations make.
    private const string Schema = """
        CREATE TABLE certificates (serial_number blob NOT NULL, authority_key_identifier blob NOT NULL, ca_label blob, status blob NOT NULL,
          reason int, expiry timestamp, revoked_at timestamp, pem blob NOT NULL, PRIMARY KEY (serial_number, authority_key_identifier));
        """;

    private static readonly string[] Hosts = ["agent.bench.example"];

    private readonly Uri _address;
    private readonly string _body;
    private readonly List<PostConnection> _connections = [];

    private CfsslServer(Process process, int port, string request)
    {
        Process = process;
        _address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/api/v1/cfssl/sign"));
        _body = JsonSerializer.Serialize(new { certificate_request = request, hosts = Hosts });
    }

    /// <summary>The server's process.</summary>
    public Process Process { get; }

    /// <summary>Starts it; null when it is not installed.</summary>
    public static async Task<CfsslServer?> StartAsync(string directory, string requestPem, bool keeps, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
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
        string[] database = [];
        if (keeps)
        {
            using var connection = new SqliteConnection($"Data Source={At("certificates.db")};Pooling=False");
            connection.Open();
            using var create = connection.CreateCommand();
            create.CommandText = Schema;
            create.ExecuteNonQuery();
            await File.WriteAllTextAsync(At("db.json"), JsonSerializer.Serialize(new { driver = "sqlite3", data_source = At("certificates.db") }), cancellationToken);
            database = ["-db-config", At("db.json")];
        }
        var start = new ProcessStartInfo("cfssl", ["serve", "-address", "127.0.0.1", "-port", port.ToString(CultureInfo.InvariantCulture),
            "-ca", At("ca.pem"), "-ca-key", At("ca-key.pem"), "-config", At("config.json"), "-loglevel", "5", .. database]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = directory };
        var process = System.Diagnostics.Process.Start(start)!;
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
                    using var first = await server.ConnectAsync(cancellationToken);
                    await first.PostAsync(cancellationToken);
                    return server;
                }
                catch (SocketException) when (i < 200 && !process.HasExited)
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

    /// <summary>Connections that each have the request signed, once a call.</summary>
    public async Task<IReadOnlyList<Func<Task>>> WorkersAsync(int count, CancellationToken cancellationToken)
    {
        while (_connections.Count < count)
            _connections.Add(await ConnectAsync(cancellationToken));
        return [.. _connections.Select(c => (Func<Task>)(() => c.PostAsync(cancellationToken)))];
    }

    public void Dispose()
    {
        _connections.ForEach(c => c.Dispose());
        if (!Process.HasExited)
            Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }

    private Task<PostConnection> ConnectAsync(CancellationToken cancellationToken) => PostConnection.OpenAsync(_address, _body, null, cancellationToken);

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo("cfssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
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
