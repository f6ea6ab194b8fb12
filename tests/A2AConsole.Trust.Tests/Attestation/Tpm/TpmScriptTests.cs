using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Attestation.Tpm;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Testing.Tpm;

namespace A2AConsole.Trust.Tests.Attestation.Tpm;

/// <summary>The example for agents with a TPM, as it stands: a real TPM's tools against a real authority.</summary>
public sealed class TpmScriptTests
{
    private const string Name = "spiffe://acme.test/env/test/role/vault/agent/v-1";

    private static string Script => Path.Combine(AppContext.BaseDirectory, "tpm-agent.sh");

    [Theory]
    [InlineData("rsa")]
    [InlineData("ecc")]
    public async Task An_agent_with_a_TPM_enrols_with_tools_of_others_and_is_refused_when_it_boots_otherwise(string kind)
    {
        // First the TPM: its certificates begin when they are made, and the authority's clock stands still.
        await using var tpm = await Swtpm.StartAsync();
        await tpm.ToolAsync("tpm2_createek", "-c", "probe.ctx", "-G", kind, "-u", "probe.pub");
        Assert.True(TpmPublic.TryRead(tpm.Read("probe.pub"), out var endorsement, out _));
        await File.WriteAllBytesAsync(tpm.Path("ek.crt"), await tpm.CertifyAsync(endorsement.ToPublicKey()!));
        var digest = TpmExchange.Digest("kernel");
        await tpm.ToolAsync("tpm2_pcrextend", $"4:sha256={TpmExchange.Hex(digest)}");
        await File.WriteAllBytesAsync(tpm.Path("log"), new EventLogWriter().Measure(4, digest).ToArray());

        await using var host = await AuthorityHost.StartAsync();
        await host.Registrations.CreateAsync(new EntryTerms
        {
            Environment = "test", Role = "vault", Name = "*", Organisation = "Acme", Tier = RiskTier.High, Lifetime = TimeSpan.FromHours(1), KeyAlgorithms = [AlgorithmRegistry.EcdsaP256.Id],
            Evidence = [new(EvidenceKind.Tpm, $$"""
                { "ekRoots": [{{TpmExchange.Pem(tpm.Root)}}], "pcrs": { "7": ["{{new string('0', 64)}}"] }, "events": { "4": { "required": ["{{TpmExchange.Hex(digest)}}"] } } }
                """, true)],
        }, "user:admin");

        var (code, output) = await RunAsync(tpm, host, kind, "first");
        Assert.True(code == 0, output);
        using var agent = JsonDocument.Parse(await File.ReadAllTextAsync(tpm.Path("first/agent.json")));
        Assert.Equal(Name, agent.RootElement.GetProperty("spiffeId").GetString());
        Assert.Contains("BEGIN CERTIFICATE", await File.ReadAllTextAsync(tpm.Path("first/chain.pem")), StringComparison.Ordinal);

        // Another boot: the log says so honestly, and the authority sees the difference.
        await tpm.ToolAsync("tpm2_pcrextend", $"7:sha256={TpmExchange.Hex(TpmExchange.Digest("secure boot off"))}");
        (code, output) = await RunAsync(tpm, host, kind, "second");
        Assert.Equal(1, code);
        Assert.Contains(TpmCodes.PcrDrift, output, StringComparison.Ordinal);
        Assert.False(File.Exists(tpm.Path("second/chain.pem")));
    }

    private static async Task<(int Code, string Output)> RunAsync(Swtpm tpm, AuthorityHost host, string kind, string state)
        => await tpm.TryRunAsync("bash", Script, "--authority", host.Address.ToString().TrimEnd('/'), "--token", await host.InviteAsync(Name), "--kind", kind,
            "--ek-certificate", tpm.Path("ek.crt"), "--ek-intermediates", tpm.Path("ca/issuercert.pem"), "--event-log", tpm.Path("log"), "--state", tpm.Path(state));
}
