using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Trust.Attestation.Kubernetes;

namespace A2AConsole.Trust.Tests.Attestation.Kubernetes;

/// <summary>Each thing that can be wrong with a token, refused with its own code.</summary>
public sealed class KubernetesAttackTests : IDisposable
{
    private readonly TestCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_token_bound_to_nonce_and_key_is_evidence(string alg)
    {
        using var verifier = _cluster.Verifier();
        var appraisal = await verifier.AppraiseAsync(TestCluster.Evidence(_cluster.Token(alg: alg)), _cluster.Context());
        Assert.True(appraisal.IsAffirming, appraisal.Detail);
        Assert.Equal(AssuranceLevel.Platform, appraisal.Assurance);
        Assert.Equal($"pod:{TestCluster.PodUid}", appraisal.Runtime);
        Assert.Contains(appraisal.Claims, c => c is { Name: "k8s.service-account", Measured: "planning:forecast", Matches: true });
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("ES384")]
    [InlineData("EdDSA")]
    public async Task Another_algorithm_is_refused(string alg)
        => await RefusedAsync(KubernetesCodes.Algorithm, _cluster.Token(alg: alg));

    [Fact]
    public async Task An_HMAC_with_the_public_key_for_a_secret_is_refused()
    {
        var publicKey = Encoding.ASCII.GetBytes(_cluster.Rsa.ExportSubjectPublicKeyInfoPem());
        await RefusedAsync(KubernetesCodes.Algorithm, _cluster.Token(alg: "HS256", sign: data => HMACSHA256.HashData(publicKey, data)));
        // And under the name of an algorithm that we take.
        await RefusedAsync(KubernetesCodes.Signature, _cluster.Token(sign: data => HMACSHA256.HashData(publicKey, data)));
    }

    [Fact]
    public async Task A_key_of_one_kind_under_the_algorithm_of_another_is_refused()
    {
        await RefusedAsync(KubernetesCodes.Algorithm, _cluster.Token(alg: "ES256", kid: "rsa-1", sign: _cluster.SignEc));
        await RefusedAsync(KubernetesCodes.Algorithm, _cluster.Token(alg: "RS256", kid: "ec-1"));
    }

    [Fact]
    public async Task A_key_that_is_not_the_clusters_is_refused()
    {
        await RefusedAsync(KubernetesCodes.KeyUnknown, _cluster.Token(kid: "rsa-2"));
        using var stranger = RSA.Create(2048);
        await RefusedAsync(KubernetesCodes.Signature, _cluster.Token(sign: d => stranger.SignData(d, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public async Task A_key_that_the_token_brings_along_is_not_used()
    {
        using var stranger = RSA.Create(2048);
        await RefusedAsync(KubernetesCodes.Signature, _cluster.Token(
            header: h => h["jwk"] = TestCluster.RsaKey("rsa-1", stranger), sign: d => stranger.SignData(d, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(8192)]
    public async Task Keys_that_are_weak_or_slow_are_no_keys(int size)
    {
        var key = new JsonObject { ["kty"] = "RSA", ["kid"] = "rsa-1", ["n"] = Convert.ToBase64String([.. Enumerable.Repeat((byte)0xC5, size / 8)]).Replace('+', '-').Replace('/', '_').TrimEnd('='), ["e"] = "AQAB" };
        _cluster.Publish(key);
        await RefusedAsync(KubernetesCodes.KeyUnknown, _cluster.Token());
    }

    [Fact]
    public async Task A_key_for_encryption_and_an_id_that_two_keys_have_are_no_keys()
    {
        var encryption = TestCluster.RsaKey("rsa-1", _cluster.Rsa);
        encryption["use"] = "enc";
        _cluster.Publish(encryption);
        await RefusedAsync(KubernetesCodes.KeyUnknown, _cluster.Token());
        using var other = RSA.Create(2048);
        _cluster.Publish(TestCluster.RsaKey("rsa-1", other), TestCluster.RsaKey("rsa-1", _cluster.Rsa));
        await RefusedAsync(KubernetesCodes.KeyUnknown, _cluster.Token());
    }

    [Fact]
    public async Task A_changed_claim_breaks_the_signature()
    {
        var parts = _cluster.Token().Split('.');
        var claims = _cluster.Claims(c => c["kubernetes.io"]!["serviceaccount"]!["name"] = "router");
        await RefusedAsync(KubernetesCodes.Signature, $"{parts[0]}.{Part(claims.ToJsonString())}.{parts[2]}");
    }

    [Fact]
    public async Task Another_issuer_is_refused() => await RefusedAsync(KubernetesCodes.Issuer, c => c["iss"] = "https://kubernetes.evil.example");

    [Fact]
    public async Task A_token_that_is_not_for_us_or_for_others_too_is_refused()
    {
        await RefusedAsync(KubernetesCodes.Audience, c => c["aud"] = "https://kubernetes.default.svc");
        await RefusedAsync(KubernetesCodes.Audience, c => c["aud"] = new JsonArray(_cluster.Binding()));
        await RefusedAsync(KubernetesCodes.Audience, c => c["aud"] = new JsonArray(TestCluster.Audience, _cluster.Binding(), "https://kubernetes.default.svc"));
    }

    [Fact]
    public async Task A_token_for_another_nonce_or_key_is_refused()
    {
        await RefusedAsync(KubernetesCodes.Binding, c => c["aud"] = new JsonArray(TestCluster.Audience, _cluster.Binding(nonce: 8)));
        // The right one beside a wrong one: whose is it?
        await RefusedAsync(KubernetesCodes.Binding, c => c["aud"] = new JsonArray(TestCluster.Audience, _cluster.Binding(), _cluster.Binding(nonce: 8)));
        await RefusedAsync(KubernetesCodes.Binding, c => c["aud"] = new JsonArray(TestCluster.Audience, _cluster.Binding().ToUpperInvariant().Replace("A2ACONSOLE", "a2aconsole", StringComparison.Ordinal)));

        using var verifier = _cluster.Verifier();
        var otherKey = _cluster.Context() with { SubjectPublicKeyInfo = new byte[] { 3, 2, 1 } };
        Assert.Equal(KubernetesCodes.Binding, (await verifier.AppraiseAsync(TestCluster.Evidence(_cluster.Token()), otherKey)).Code);
    }

    [Fact]
    public async Task A_token_without_binding_is_refused_unless_the_entry_takes_it()
    {
        await RefusedAsync(KubernetesCodes.NotBound, c => c["aud"] = TestCluster.Audience);
        // Where it does, the API server must be asked, and here there is none.
        var reference = TestCluster.Reference(r => (r["projected"], r["tokenReview"]) = (true, true));
        await RefusedAsync(KubernetesCodes.ReviewUnavailable, _cluster.Token(_cluster.Claims(c => c["aud"] = TestCluster.Audience)), reference);
    }

    [Fact]
    public async Task Expired_early_and_old_tokens_are_refused()
    {
        await RefusedAsync(KubernetesCodes.Expired, c => c["exp"] = TestCluster.Now.ToUnixTimeSeconds());
        await RefusedAsync(KubernetesCodes.NotYetValid, c => c["nbf"] = TestCluster.Now.AddSeconds(31).ToUnixTimeSeconds());
        await RefusedAsync(KubernetesCodes.NotYetValid, c => c["iat"] = TestCluster.Now.AddSeconds(31).ToUnixTimeSeconds());
        var reference = TestCluster.Reference(r => (r["projected"], r["tokenReview"], r["maxAgeSeconds"]) = (true, true, 60));
        await RefusedAsync(KubernetesCodes.TooOld, _cluster.Token(_cluster.Claims(c => (c["aud"], c["iat"]) = (TestCluster.Audience, TestCluster.Now.AddSeconds(-61).ToUnixTimeSeconds()))), reference);
    }

    [Fact]
    public async Task Another_namespace_account_or_node_is_drift()
    {
        await DriftAsync(KubernetesCodes.Namespace, "k8s.namespace", null, c =>
        {
            c["sub"] = "system:serviceaccount:staging:forecast";
            c["kubernetes.io"]!["namespace"] = "staging";
        });
        // Both parts are allowed, the pair is not.
        await DriftAsync(KubernetesCodes.ServiceAccount, "k8s.service-account", null, c =>
        {
            c["sub"] = "system:serviceaccount:planning:router";
            c["kubernetes.io"]!["serviceaccount"]!["name"] = "router";
        });
        await DriftAsync(KubernetesCodes.Node, "k8s.node", TestCluster.Reference(r => r["nodes"] = new JsonArray("node-2")), _ => { });
    }

    [Fact]
    public async Task A_subject_that_contradicts_the_claims_is_refused() => await RefusedAsync(KubernetesCodes.Subject, c => c["sub"] = "system:serviceaccount:planning:router");

    [Fact]
    public async Task A_token_of_no_pod_is_refused() => await RefusedAsync(KubernetesCodes.NoPod, c => c["kubernetes.io"]!.AsObject().Remove("pod"));

    [Fact]
    public async Task What_is_no_token_is_refused()
    {
        string[] tokens =
        [
            "", "x", "..", "a.b.c.d", "e30.e30.", $"{Part("""{"alg":"none"}""")}.{Part(_cluster.Claims().ToJsonString())}.",
            _cluster.Token() + "=", _cluster.Token() + " ", new string('a', ServiceAccountToken.MaxLength + 1),
            _cluster.Token(header: h => h["crit"] = new JsonArray("b64")), _cluster.Token(header: h => h.Remove("kid")), _cluster.Token(header: h => h["kid"] = ""), _cluster.Token(header: h => h.Remove("alg")),
            TestCluster.Sign("""{"alg":"RS256","kid":"rsa-1","kid":"ec-1"}""", _cluster.Claims().ToJsonString(), _cluster.SignRsa),
            TestCluster.Sign("""{"alg":"RS256","kid":"rsa-1"}""", _cluster.Claims().ToJsonString()[..^1] + ""","iss":"https://other.example"}""", _cluster.SignRsa),
            .. new[] { "iss", "sub", "aud", "exp", "iat", "nbf", "kubernetes.io" }.Select(claim => _cluster.Token(_cluster.Claims(c => c.Remove(claim)))),
            _cluster.Token(_cluster.Claims(c => c["exp"] = "1772444400")), _cluster.Token(_cluster.Claims(c => c["exp"] = 1e300)), _cluster.Token(_cluster.Claims(c => c["iat"] = -1)),
            _cluster.Token(_cluster.Claims(c => c["aud"] = new JsonArray())), _cluster.Token(_cluster.Claims(c => c["aud"] = new JsonArray(TestCluster.Audience, 1))),
            _cluster.Token(_cluster.Claims(c => c["kubernetes.io"]!["namespace"] = "planning\n")), _cluster.Token(_cluster.Claims(c => c["kubernetes.io"]!["pod"]!["uid"] = "<script>")),
        ];
        foreach (var token in tokens)
            await RefusedAsync(KubernetesCodes.Malformed, token);
        using var verifier = _cluster.Verifier();
        Assert.Equal(KubernetesCodes.Malformed, (await verifier.AppraiseAsync(new(EvidenceKind.Kubernetes, JsonSerializer.SerializeToElement(new { token = 1 })), _cluster.Context())).Code);
        Assert.Equal(KubernetesCodes.Malformed, (await verifier.AppraiseAsync(new(EvidenceKind.Kubernetes, JsonSerializer.SerializeToElement("token")), _cluster.Context())).Code);
    }

    [Fact]
    public async Task A_damaged_token_is_never_affirmed()
    {
        using var verifier = _cluster.Verifier();
        var honest = _cluster.Token();
        var random = new Random(20260302);
        for (var i = 0; i < 2000; i++)
        {
            var damaged = honest.ToCharArray();
            damaged[random.Next(damaged.Length)] = (char)random.Next(0x21, 0x7F);
            var token = new string(damaged);
            var appraisal = await verifier.AppraiseAsync(TestCluster.Evidence(token), _cluster.Context());
            // The signature's last character has bits that no byte takes up: the same signature, so the same token.
            Assert.True(!appraisal.IsAffirming || token[..^1] == honest[..^1], token);
        }
    }

    [Fact]
    public void Every_code_is_listed_once()
        => Assert.Equal(typeof(KubernetesCodes).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Order(), KubernetesCodes.All.Order());

    private async Task DriftAsync(string code, string claim, JsonObject? reference, Action<JsonObject> change)
    {
        var appraisal = await RefusedAsync(code, _cluster.Token(_cluster.Claims(change)), reference);
        Assert.True(appraisal.IsDrift);
        Assert.Contains(appraisal.Claims, c => c.Name == claim && !c.Matches && c.Reference is { Length: > 0 });
    }

    private Task<Appraisal> RefusedAsync(string code, Action<JsonObject> change) => RefusedAsync(code, _cluster.Token(_cluster.Claims(change)));

    private async Task<Appraisal> RefusedAsync(string code, string token, JsonObject? reference = null)
    {
        using var verifier = _cluster.Verifier();
        var appraisal = await verifier.AppraiseAsync(TestCluster.Evidence(token), _cluster.Context(reference));
        Assert.True(code == appraisal.Code, $"{appraisal.Code}: {appraisal.Detail} — {token}");
        Assert.NotEmpty(appraisal.Detail!);
        return appraisal;
    }

    private static string Part(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
