using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Trust.Attestation.Kubernetes;

namespace A2AConsole.Trust.Tests.Attestation.Kubernetes;

/// <summary>What an entry may ask of service-account tokens, and what the settings may say of clusters.</summary>
public sealed class KubernetesReferenceTests : IDisposable
{
    private readonly TestCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Good_reference_values_have_no_fault()
    {
        using var verifier = _cluster.Verifier();
        Assert.Null(verifier.ReferenceFault(Json(TestCluster.Reference())));
        Assert.Null(verifier.ReferenceFault(Json(TestCluster.Reference(r => (r["nodes"], r["tokenReview"], r["projected"], r["maxAgeSeconds"]) = (new JsonArray("node-1"), true, true, 300)))));
    }

    [Theory]
    [InlineData("issuer", null)]
    [InlineData("issuer", "\"https://other.example\"")]
    [InlineData("audience", null)]
    [InlineData("audience", "\"a2aconsole:00\"")]
    [InlineData("serviceAccounts", null)]
    [InlineData("serviceAccounts", "[]")]
    [InlineData("serviceAccounts", "[\"forecast\"]")]
    [InlineData("serviceAccounts", "[\"*:forecast\"]")]
    [InlineData("serviceAccounts", "[\"planning:forecast:x\"]")]
    [InlineData("serviceAccounts", "\"planning:forecast\"")]
    [InlineData("nodes", "[]")]
    [InlineData("nodes", "\"node-1\"")]
    [InlineData("tokenReview", "\"yes\"")]
    [InlineData("projected", "true")] // without tokenReview
    [InlineData("maxAgeSeconds", "0")]
    [InlineData("maxAgeSeconds", "1.5")]
    [InlineData("maxAgeSeconds", "86401")]
    [InlineData("serviceAccount", "[\"planning:forecast\"]")] // misspelt
    public async Task Bad_reference_values_are_named_and_refuse_everything(string name, string? value)
    {
        using var verifier = _cluster.Verifier();
        var reference = TestCluster.Reference(r =>
        {
            r.Remove(name);
            if (value is not null)
                r[name] = JsonNode.Parse(value);
        });
        Assert.False(string.IsNullOrEmpty(verifier.ReferenceFault(Json(reference))));
        var appraisal = await verifier.AppraiseAsync(TestCluster.Evidence(_cluster.Token()), _cluster.Context(reference));
        Assert.Equal(value == "\"https://other.example\"" ? KubernetesCodes.ClusterUnknown : KubernetesCodes.Reference, appraisal.Code);
    }

    [Fact]
    public void Settings_that_are_not_complete_stop_the_start()
    {
        Assert.Throws<TrustStartupException>(() => _cluster.Verifier(c => c.Issuer = ""));
        Assert.Throws<TrustStartupException>(() => _cluster.Verifier(c => c.KeysFile = null));
        Assert.Throws<TrustStartupException>(() => _cluster.Verifier(c => c.KeysUrl = "https://localhost/openid/v1/jwks"));
        Assert.Throws<TrustStartupException>(() => _cluster.Verifier(c => c.ApiServer = "http://localhost"));
        Assert.Throws<TrustStartupException>(() => new KubernetesVerifier([Cluster(), Cluster()], TimeProvider.System));
    }

    private KubernetesCluster Cluster() => new() { Issuer = TestCluster.Issuer, KeysFile = _cluster.KeysFile };

    private static JsonElement Json(JsonObject value) => JsonSerializer.SerializeToElement(value);
}
