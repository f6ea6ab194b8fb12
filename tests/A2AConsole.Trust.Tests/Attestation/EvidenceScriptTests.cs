using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Testing;
using A2AConsole.Trust.Attestation.Image;
using A2AConsole.Trust.Tests.Attestation.Image;
using A2AConsole.Trust.Tests.Attestation.Kubernetes;

namespace A2AConsole.Trust.Tests.Attestation;

/// <summary>The examples make evidence with nothing of ours: openssl, jq and curl.</summary>
public sealed class EvidenceScriptTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-evidence-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pod_asks_its_cluster_for_a_token_that_is_bound(bool isUrlSafe)
    {
        await RequireToolsAsync();
        using var cluster = new TestCluster();
        await using var server = await FakeApiServer.StartAsync();
        JsonNode? asked = null;
        server.Issue = (account, spec) =>
        {
            asked = spec;
            return account == "planning:forecast" ? cluster.Token(cluster.Claims(c => c["aud"] = spec["audiences"]!.DeepClone())) : null;
        };
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Bytes that the two alphabets write differently.
        var nonce = Enumerable.Repeat((byte)0xFB, EvidenceBinding.NonceSize).ToArray();
        var context = cluster.Context() with { Nonce = nonce, SubjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo() };

        var evidence = await RunAsync("kubernetes-evidence.sh",
            ["--audience", TestCluster.Audience, "--nonce", isUrlSafe ? System.Buffers.Text.Base64Url.EncodeToString(nonce) : Convert.ToBase64String(nonce), "--key", Write("agent.key", key.ExportPkcs8PrivateKeyPem())],
            new()
            {
                ["POD_NAME"] = "forecast-7d9c", ["POD_UID"] = TestCluster.PodUid, ["POD_NAMESPACE"] = "planning", ["SERVICE_ACCOUNT"] = "forecast",
                ["KUBERNETES_API"] = server.Url, ["SERVICE_ACCOUNT_DIR"] = server.Directory,
            });

        Assert.Equal(TestCluster.PodUid, (string?)asked!["boundObjectRef"]!["uid"]);
        using var verifier = cluster.Verifier();
        var appraisal = await verifier.AppraiseAsync(new(evidence.GetProperty("kind").GetString()!, evidence), context);
        Assert.True(appraisal.IsAffirming, appraisal.Detail);
        Assert.Equal(AssuranceLevel.Platform, appraisal.Assurance);
    }

    [Fact]
    public async Task A_platform_says_what_runs()
    {
        await RequireToolsAsync();
        using var build = new TestBuild();
        using var platform = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var reference = build.Reference(r => r["platforms"] = new JsonArray(platform.ExportSubjectPublicKeyInfoPem()));
        var evidence = await RunAsync("image-evidence.sh",
            [
                "--nonce", Convert.ToBase64String(build.Context().Nonce.Span), "--public", Write("agent.pub", TestBuild.Pem(build.Agent.SubjectPublicKeyInfo)),
                "--signer", Write("platform.key", platform.ExportPkcs8PrivateKeyPem()), "--image", TestBuild.ImageDigest, "--bundle", TestBuild.BundleDigest,
                "--container", "containerd://4f1d", "--agent", TestBuild.SpiffeId, "--provenance", Write("provenance.json", TestBuild.Seal(TestBuild.Provenance().ToJsonString(), build.Builder).ToJsonString()),
            ], []);

        var appraisal = await new ImageVerifier().AppraiseAsync(new(evidence.GetProperty("kind").GetString()!, evidence), build.Context(reference));
        Assert.True(appraisal.IsAffirming, appraisal.Detail);
        Assert.Equal(AssuranceLevel.Platform, appraisal.Assurance);
        Assert.Equal(ImageCodes.RunningSigner, (await new ImageVerifier().AppraiseAsync(new(EvidenceKind.Image, evidence), build.Context())).Code);
        Assert.Equal(ImageCodes.Binding, (await new ImageVerifier().AppraiseAsync(new(EvidenceKind.Image, evidence), build.Context(reference, nonce: 8))).Code);
    }

    private static async Task RequireToolsAsync()
    {
        await DebianPackages.RequireAsync("openssl", "openssl");
        await DebianPackages.RequireAsync("jq", "jq");
        await DebianPackages.RequireAsync("curl", "curl");
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<JsonElement> RunAsync(string script, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "examples", script), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}: {await error} {await output}");
        return JsonSerializer.Deserialize<JsonElement>(await output);
    }
}
