using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace A2AConsole.Testing.Tpm;

/// <summary>
/// A TPM that somebody else wrote (swtpm), with endorsement certificates by its own local authority, driven by tpm2-tools: the agent's side
/// as it is in the field. Everything lies in a directory of its own.
/// </summary>
public sealed class Swtpm : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-tpm-").FullName;
    private int? _process;

    private Swtpm()
    {
    }


    /// <summary>How tpm2-tools find this TPM: the value of TPM2TOOLS_TCTI.</summary>
    public string Tcti => $"swtpm:path={Path("tpm")}";

    /// <summary>The vendor's root.</summary>
    public X509Certificate2 Root => X509Certificate2.CreateFromPem(File.ReadAllText(Path("ca/swtpm-localca-rootca-cert.pem")));

    /// <summary>The vendor's intermediate.</summary>
    public X509Certificate2 Intermediate => X509Certificate2.CreateFromPem(File.ReadAllText(Path("ca/issuercert.pem")));

    /// <summary>Manufactures and starts a TPM; skips the running test when there are no tools for it.</summary>
    public static async Task<Swtpm> StartAsync()
    {
        await DebianPackages.RequireAsync("swtpm", "swtpm", "swtpm-tools");
        await DebianPackages.RequireAsync("swtpm_setup", "swtpm-tools");
        await DebianPackages.RequireAsync("tpm2_quote", "tpm2-tools");
        var tpm = new Swtpm();
        try
        {
            await tpm.ManufactureAsync();
            await tpm.PowerOnAsync();
            return tpm;
        }
        catch
        {
            await tpm.DisposeAsync();
            throw;
        }
    }

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    public byte[] Read(string name) => File.ReadAllBytes(Path(name));

    /// <summary>The endorsement certificate for a key of the TCG's template (RSA 2048 or P-256), by swtpm's local authority.</summary>
    public async Task<byte[]> CertifyAsync(PublicKey key)
    {
        string id;
        if (key.GetRSAPublicKey() is { } rsa)
        {
            id = Convert.ToHexStringLower(rsa.ExportParameters(false).Modulus!);
        }
        else
        {
            var point = key.GetECDsaPublicKey()!.ExportParameters(false).Q;
            id = $"x={Convert.ToHexStringLower(point.X!)},y={Convert.ToHexStringLower(point.Y!)},id=secp256r1";
        }
        Directory.CreateDirectory(Path("certified"));
        await RunAsync("swtpm_localca", "--type", "ek", "--ek", id, "--dir", Path("certified"), "--tpm-spec-family", "2.0", "--tpm-spec-level", "0", "--tpm-spec-revision", "164",
            "--tpm-manufacturer", "id:00001014", "--tpm-model", "swtpm", "--tpm-version", "id:20191023", "--tpm2", "--configfile", Path("localca.conf"), "--optsfile", Path("localca.options"));
        return Read("certified/ek.cert");
    }

    /// <summary>Runs a command in this TPM's directory and returns what it printed; the test fails when it does.</summary>
    public async Task<string> RunAsync(string command, params string[] arguments)
    {
        var (code, output) = await TryRunAsync(command, arguments);
        Assert.True(code == 0, $"{command} {string.Join(' ', arguments)}: exit code {code.ToString(CultureInfo.InvariantCulture)}: {output}");
        return output;
    }

    /// <summary>Runs a tool of tpm2-tools, then empties the TPM's few slots for keys, which the tools leave occupied without a resource manager.</summary>
    public async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        var output = await RunAsync(tool, arguments);
        await RunAsync("tpm2_flushcontext", "-t");
        return output;
    }

    public async Task<(int Code, string Output)> TryRunAsync(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory };
        start.Environment["TPM2TOOLS_TCTI"] = Tcti;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } id)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
                await process.WaitForExitAsync();
            }
            catch (ArgumentException)
            {
                // It has ended by itself.
            }
        }
        Directory.Delete(_directory, recursive: true);
    }

    private async Task ManufactureAsync()
    {
        Directory.CreateDirectory(Path("state"));
        Directory.CreateDirectory(Path("ca"));
        await File.WriteAllTextAsync(Path("setup.conf"), $"""
            create_certs_tool=/usr/bin/swtpm_localca
            create_certs_tool_config={Path("localca.conf")}
            create_certs_tool_options={Path("localca.options")}
            active_pcr_banks=sha256

            """);
        await File.WriteAllTextAsync(Path("localca.conf"), $"""
            statedir = {Path("ca")}
            signingkey = {Path("ca/signkey.pem")}
            issuercert = {Path("ca/issuercert.pem")}
            certserial = {Path("ca/certserial")}

            """);
        await File.WriteAllTextAsync(Path("localca.options"), "--platform-manufacturer test\n--platform-version 1\n--platform-model test\n");
        await RunAsync("swtpm_setup", "--tpm2", "--tpmstate", Path("state"), "--config", Path("setup.conf"), "--create-ek-cert", "--overwrite", "--pcr-banks", "sha256");
    }

    private async Task PowerOnAsync()
    {
        // As a daemon it comes back when it listens: nothing is to be waited for.
        await RunAsync("swtpm", "socket", "--tpm2", "--tpmstate", $"dir={Path("state")}", "--server", $"type=unixio,path={Path("tpm")}", "--ctrl", $"type=unixio,path={Path("tpm.ctrl")}",
            "--flags", "not-need-init,startup-clear", "--daemon", "--pid", $"file={Path("pid")}");
        _process = int.Parse(await File.ReadAllTextAsync(Path("pid")), CultureInfo.InvariantCulture);
    }
}
