using System.Diagnostics;
using System.Text.Json;
using A2AConsole.Core.Ledger;
using A2AConsole.Examples;
using A2AConsole.Sdk.Tests.Support;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Sdk.Tests.Sdk;

/// <summary>The examples work as they stand, and agents that are not ours are taken.</summary>
public sealed class ExampleTests
{
    private static string Script => Path.Combine(AppContext.BaseDirectory, "openssl-agent.sh");

    [Fact]
    public async Task The_readmes_twenty_lines_run()
    {
        await using var site = await SdkSite.StartAsync(new TestSiteOptions { RealTime = true });

        var receipt = await HelloLedger.RunAsync(site.Authority, await site.InviteAsync("alpha"), site.StateOf("alpha"));
        var again = await HelloLedger.RunAsync(site.Authority, null, site.StateOf("alpha"));

        Assert.NotEqual(receipt.LeafIndex, again.LeafIndex);
        Assert.Equal(2, await site.AdmittedAsync());
    }

    [Fact]
    public async Task An_agent_of_openssl_jq_and_curl_enrols_sends_and_proves()
    {
        SkipWithout("bash", "openssl", "jq", "curl");
        await using var site = await SdkSite.StartAsync(new TestSiteOptions { RealTime = true });
        // Not a power of two, so that the path has an irregular edge.
        await using (var other = await site.EnrollAsync("beta"))
            await other.SendManyAsync([.. Enumerable.Range(0, 11).Select(SdkSite.Signal)]);

        var run = await RunAsync(Script, "--authority", site.Authority.ToString().TrimEnd('/'), "--token", await site.InviteAsync("alpha"), "--state", site.StateOf("alpha"));
        Assert.True(run.Code == 0, run.Error);
        using var receipt = JsonDocument.Parse(run.Output);
        var leaf = LeafReader.Parse(await site.Site.Reader.LeafAsync(receipt.RootElement.GetProperty("leafIndex").GetInt64()) ?? []);
        Assert.Equal((LeafVerdict.Admitted, site.Site.Identity("alpha")), (leaf.Verdict, leaf.Actor));
        Assert.Contains("proven:", run.Error, StringComparison.Ordinal);

        var refused = await RunAsync(Script, "--state", site.StateOf("alpha"), "--type", "no.such.type");
        Assert.Equal(1, refused.Code);
        Assert.Contains("unknown-type", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_whose_only_key_is_Ed25519_enrols_connects_sends_and_proves()
    {
        SkipWithout("bash", "openssl", "jq", "curl");
        await using var site = await SdkSite.StartAsync(new TestSiteOptions { RealTime = true });
        await site.RegisterAsync("alpha", t => t with { KeyAlgorithms = ["ed25519"] });
        string[] enrol = ["--authority", site.Authority.ToString().TrimEnd('/'), "--token", await site.InviteAsync("alpha"), "--state", site.StateOf("alpha")];

        var wrong = await RunAsync(Script, [.. enrol, "--algorithm", "p256"]);
        Assert.Contains("key-algorithm-not-in-entry", wrong.Error, StringComparison.Ordinal);
        // The refusal did not spend the token.
        var run = await RunAsync(Script, [.. enrol, "--algorithm", "ed25519"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("proven:", run.Error, StringComparison.Ordinal);
        var row = await site.Site.QueryAsync(db => db.Certificates.AsNoTracking().SingleAsync());
        Assert.Equal(("ed25519", (string?)null), (row.Algorithm, row.SigningAlgorithm));
        using var receipt = JsonDocument.Parse(run.Output);
        var leaf = LeafReader.Parse(await site.Site.Reader.LeafAsync(receipt.RootElement.GetProperty("leafIndex").GetInt64()) ?? []);
        Assert.Equal((LeafVerdict.Admitted, site.Site.Identity("alpha")), (leaf.Verdict, leaf.Actor));
    }

    [Fact]
    public async Task The_script_gives_its_token_to_no_other_authority()
    {
        SkipWithout("bash", "openssl", "jq", "curl");
        await using var site = await SdkSite.StartAsync(new TestSiteOptions { RealTime = true });
        var token = await site.InviteAsync("alpha");

        var run = await RunAsync(Script, "--authority", site.Authority.ToString().TrimEnd('/'), "--token", token[..^64] + new string('0', 64));

        Assert.Equal(1, run.Code);
        Assert.Contains("fingerprint", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_explains_itself()
    {
        SkipWithout("bash");
        var help = await RunAsync(Script, "--help");
        var wrong = await RunAsync(Script, "--nonsense");

        Assert.Equal(0, help.Code);
        Assert.StartsWith("usage:", help.Output, StringComparison.Ordinal);
        Assert.Equal(2, wrong.Code);
    }

    [Fact]
    public async Task An_independent_verifier_accepts_our_signature()
    {
        SkipWithout("node");
        await using var site = await SdkSite.StartAsync();
        await using var agent = await site.EnrollAsync("alpha");
        var directory = Directory.CreateTempSubdirectory("a2aconsole-node-");
        try
        {
            var envelope = Path.Combine(directory.FullName, "envelope.json");
            await File.WriteAllBytesAsync(envelope, agent.Sign(SdkSite.Signal()).Envelope.ToArray());
            const string judge = """
                const { readFileSync } = require('node:fs'), crypto = require('node:crypto');
                const [, envelopeFile, pemFile] = process.argv;
                const e = JSON.parse(readFileSync(envelopeFile)), payload = Buffer.from(e.payload, 'base64');
                const pem = readFileSync(pemFile, 'utf8').match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/)[0];
                const key = new crypto.X509Certificate(pem).publicKey;
                const pae = Buffer.concat([Buffer.from(`DSSEv1 ${e.payloadType.length} ${e.payloadType} ${payload.length} `), payload]);
                const keyid = crypto.createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('hex');
                const sig = Buffer.from(e.signatures[0].sig, 'base64');
                if (keyid !== e.signatures[0].keyid) throw new Error('keyid');
                if (!crypto.verify('sha256', pae, { key, dsaEncoding: 'ieee-p1363' }, sig)) throw new Error('signature');
                sig[10] ^= 1;
                if (crypto.verify('sha256', pae, { key, dsaEncoding: 'ieee-p1363' }, sig)) throw new Error('flipped bit accepted');
                console.log('good');
                """;
            var run = await RunAsync("node", "-e", judge, envelope, Path.Combine(site.StateOf("alpha"), "identity.pem"));
            Assert.True(run.Code == 0, run.Error);
            Assert.Equal("good", run.Output.Trim());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static void SkipWithout(params string[] tools)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var missing = tools.Where(t => !path.Any(p => File.Exists(Path.Combine(p, t)))).ToList();
        Assert.SkipWhen(missing.Count > 0, "not installed here: " + string.Join(", ", missing));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program == Script ? "bash" : program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (program == Script)
            start.ArgumentList.Add(Script);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await error);
    }
}
