using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace A2AConsole.Trust.Tests;

/// <summary>What another implementation says of our certificates and keys.</summary>
public sealed class OpenSslTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-openssl-").FullName;
    private AuthorityHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AuthorityHost.StartInAsync(_directory);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task OpenSSL_verifies_an_agents_chain_strictly_and_reads_what_it_should_say()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = Write("agent.csr", Csr.Pem(key, AuthorityHost.AgentId));
        await RunAsync("req", "-in", csr, "-noout", "-verify");
        using var response = await _host.EnrollAsync(await _host.InviteAsync(), await File.ReadAllTextAsync(csr));
        using var reply = await response.Content.ReadFromJsonAsync<JsonDocument>();
        var leaf = Write("leaf.pem", reply!.RootElement.GetProperty("certificateChain").GetString()!);
        var root = Write("root.pem", reply.RootElement.GetProperty("trustBundle").GetString()!);

        foreach (var purpose in new[] { "sslclient", "sslserver" })
            Assert.Contains("OK", await RunAsync("verify", "-x509_strict", "-check_ss_sig", "-purpose", purpose, "-CAfile", root, "-untrusted", leaf, leaf), StringComparison.Ordinal);

        var text = await RunAsync("x509", "-in", leaf, "-noout", "-text");
        foreach (var expected in new[]
        {
            "Version: 3", "ecdsa-with-SHA256", "NIST CURVE: P-256", $"URI:{AuthorityHost.AgentId}", "X509v3 Basic Constraints: critical", "CA:FALSE",
            "X509v3 Key Usage: critical", "Digital Signature", "TLS Web Client Authentication, TLS Web Server Authentication",
            "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier",
        })
            Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain("CA:TRUE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Certificate Sign", text, StringComparison.Ordinal);
        Assert.DoesNotContain("DNS:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenSSL_verifies_the_server_certificate_for_each_of_its_names()
    {
        var root = Path.Combine(_directory, "keys", "root.crt");
        var issuing = Path.Combine(_directory, "keys", "issuing.crt");
        var server = Path.Combine(_directory, "keys", "server.crt");
        string[] common = ["-x509_strict", "-purpose", "sslserver", "-CAfile", root, "-untrusted", issuing];
        Assert.Contains("OK", await RunAsync(["verify", .. common, "-verify_hostname", "localhost", server]), StringComparison.Ordinal);
        Assert.Contains("OK", await RunAsync(["verify", .. common, "-verify_ip", "127.0.0.1", server]), StringComparison.Ordinal);
        Assert.Contains("OK", await RunAsync(["verify", .. common, "-verify_ip", "::1", server]), StringComparison.Ordinal);
        Assert.Contains("CA:TRUE, pathlen:0", await RunAsync("x509", "-in", issuing, "-noout", "-text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenSSL_opens_each_key_file_with_the_passphrase()
    {
        foreach (var name in new[] { "root", "issuing", "server", "ledger" })
            Assert.Contains("PUBLIC KEY", await RunAsync("pkey", "-in", Path.Combine(_directory, "keys", name + ".key"), "-passin", "pass:correct horse", "-pubout"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_made_by_OpenSSL_is_granted()
    {
        var key = Path.Combine(_directory, "a.key");
        var csr = Path.Combine(_directory, "a.csr");
        await RunAsync("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=agent", "-addext", $"subjectAltName=URI:{AuthorityHost.AgentId}", "-keyout", key, "-out", csr);
        using var response = await _host.EnrollAsync(await _host.InviteAsync(), await File.ReadAllTextAsync(csr));
        Assert.Equal(System.Net.HttpStatusCode.Created, response.StatusCode);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("there is no openssl on this machine");
            throw;
        }
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            var text = await output + await error;
            Assert.True(process.ExitCode == 0, $"openssl {string.Join(' ', arguments)}: {text}");
            return text;
        }
    }
}
