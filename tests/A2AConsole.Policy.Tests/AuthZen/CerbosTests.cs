using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.AuthZen;
using A2AConsole.Testing;

namespace A2AConsole.Policy.Tests.AuthZen;

/// <summary>The judge: cerbos, another decision point that speaks the Authorization API, asked by our client.</summary>
public sealed class CerbosTests : IAsyncDisposable
{
    private const string Rules = """
        apiVersion: api.cerbos.dev/v1
        resourcePolicy:
          version: default
          resource: "T::Thing"
          rules:
            - actions: ["do"]
              effect: EFFECT_ALLOW
              roles: ["*"]
              condition: { match: { expr: "request.resource.attr.amount < 100 && request.resource.attr.label != 'bad'" } }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("a2aconsole-cerbos-").FullName;
    private Process? _cerbos;

    [Fact]
    public async Task Another_decision_point_understands_what_we_ask_and_we_what_it_answers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "cerbos' package for this system is not known here");
        var packages = await NodePackages.RequireAsync("cerbos@0.51.0");
        using var client = new HttpClient();
        var address = await StartAsync(packages, client);
        var decider = new AuthZenDecider(client, new AuthZenDeciderOptions(new Uri(address, "/access/v1/evaluation"), TimeSpan.FromMinutes(1), _ => true), TimeProvider.System);
        foreach (var (amount, label, action) in new[] { (5L, "", Cedar.Do), (99, "good \"quoted\"", Cedar.Do), (100, "", Cedar.Do), (5, "bad", Cedar.Do), (5, "", Cedar.Look), (-7, "é", Cedar.Do) })
        {
            var request = Cedar.Request(entities: [Cedar.AgentEntity, new PolicyEntity(Cedar.Thing, PolicyValue.Of(("amount", amount), ("label", label)).Members, [])], action: action);
            var decision = await decider.DecideAsync(request);
            Assert.Null(decision.Fault);
            Assert.Equal(amount < 100 && label != "bad" && action == Cedar.Do ? PolicyVerdict.Allow : PolicyVerdict.Deny, decision.Verdict);
        }
    }

    private async Task<Uri> StartAsync(string packages, HttpClient client)
    {
        var program = Directory.GetFiles(Path.Combine(packages, "node_modules", "@cerbos"), "cerbos-linux-*", SearchOption.AllDirectories).First(f => new FileInfo(f).Length > 1 << 20);
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Combine(_directory, "rules"));
        await File.WriteAllTextAsync(Path.Combine(_directory, "rules", "thing.yaml"), Rules);
        var (http, grpc) = (FreePort(), FreePort());
        await File.WriteAllTextAsync(Path.Combine(_directory, "conf.yaml"), $$"""
            server: { httpListenAddr: "127.0.0.1:{{http}}", grpcListenAddr: "127.0.0.1:{{grpc}}" }
            storage: { driver: disk, disk: { directory: "{{_directory}}/rules" } }
            telemetry: { disabled: true }
            """);
        _cerbos = Process.Start(new ProcessStartInfo(program, ["server", "--config", Path.Combine(_directory, "conf.yaml")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = _cerbos.StandardOutput.ReadToEndAsync();
        _ = _cerbos.StandardError.ReadToEndAsync();
        var address = new Uri($"http://127.0.0.1:{http}");
        await Eventually.TrueAsync(async () =>
        {
            Assert.False(_cerbos.HasExited, "cerbos ended by itself");
            try
            {
                using var answer = await client.GetAsync(new Uri(address, "/.well-known/authzen-configuration"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return address;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_cerbos is not null)
        {
            _cerbos.Kill(entireProcessTree: true);
            await _cerbos.WaitForExitAsync();
            _cerbos.Dispose();
        }
        Directory.Delete(_directory, recursive: true);
    }
}
