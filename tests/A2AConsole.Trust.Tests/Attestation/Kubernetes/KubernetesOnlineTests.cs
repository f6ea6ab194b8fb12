using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Trust.Attestation.Kubernetes;

namespace A2AConsole.Trust.Tests.Attestation.Kubernetes;

/// <summary>What is asked of the API server: keys and reviews, over real HTTPS to a stand-in for it.</summary>
public sealed class KubernetesOnlineTests : IAsyncLifetime
{
    private readonly TestCluster _cluster = new();
    private FakeApiServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        _server.Keys = () => File.ReadAllText(_cluster.KeysFile);
        _server.Review = spec => Status(spec);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _cluster.Dispose();
    }

    [Fact]
    public async Task Keys_are_fetched_once_kept_and_fetched_again_for_a_new_key_but_not_for_every_stranger()
    {
        using var verifier = Verifier();
        await AffirmedAsync(verifier, _cluster.Token());
        await AffirmedAsync(verifier, _cluster.Token(alg: "ES256"));
        Assert.Equal(1, _server.KeyRequests);

        // The cluster rotates its key: the next token names one that we have not seen.
        _cluster.Publish(TestCluster.RsaKey("rsa-2", _cluster.Rsa));
        _cluster.Time.Advance(IssuerKeys.Pause);
        await AffirmedAsync(verifier, _cluster.Token(kid: "rsa-2"));
        Assert.Equal(2, _server.KeyRequests);
        // The old one is gone with the new set.
        await RefusedAsync(KubernetesCodes.KeyUnknown, verifier, _cluster.Token());

        for (var i = 0; i < 50; i++)
            await RefusedAsync(KubernetesCodes.KeyUnknown, verifier, _cluster.Token(kid: $"made-up-{i}"));
        Assert.Equal(2, _server.KeyRequests);
    }

    [Fact]
    public async Task A_stranger_who_hangs_up_while_the_keys_are_fetched_keeps_nobody_out()
    {
        using var verifier = Verifier();
        using var hangsUp = new CancellationTokenSource();
        var keys = _server.Keys;
        _server.Keys = () =>
        {
            hangsUp.Cancel();
            return keys();
        };
        await Record.ExceptionAsync(async () => await verifier.AppraiseAsync(TestCluster.Evidence(_cluster.Token(kid: "made-up")), _cluster.Context(TestCluster.Reference()), hangsUp.Token));
        Assert.True(hangsUp.IsCancellationRequested);
        _server.Keys = keys;
        await AffirmedAsync(verifier, _cluster.Token());
        Assert.Equal(1, _server.KeyRequests);
    }

    [Fact]
    public async Task A_key_that_was_withdrawn_is_worth_nothing_after_five_minutes()
    {
        using var verifier = Verifier();
        await AffirmedAsync(verifier, _cluster.Token());
        _cluster.Publish(TestCluster.EcKey("ec-1", _cluster.Ec));
        _cluster.Time.Advance(IssuerKeys.FreshFor + TimeSpan.FromSeconds(1));
        await RefusedAsync(KubernetesCodes.KeyUnknown, verifier, _cluster.Token());
    }

    [Fact]
    public async Task While_the_keys_cannot_be_had_those_at_hand_serve_for_a_day()
    {
        using var verifier = Verifier();
        await AffirmedAsync(verifier, _cluster.Token());
        _server.Keys = () => null;
        _cluster.Time.Advance(IssuerKeys.UsableFor);
        await AffirmedAsync(verifier, _cluster.Token());
        _cluster.Time.Advance(TimeSpan.FromMinutes(1));
        await RefusedAsync(KubernetesCodes.KeysUnavailable, verifier, _cluster.Token());
    }

    [Fact]
    public async Task Without_keys_or_with_keys_of_somebody_else_nothing_is_taken()
    {
        _server.Keys = () => null;
        using (var verifier = Verifier())
            await RefusedAsync(KubernetesCodes.KeysUnavailable, verifier, _cluster.Token());
        _server.Keys = () => "no JSON";
        using (var verifier = Verifier())
            await RefusedAsync(KubernetesCodes.KeysUnavailable, verifier, _cluster.Token());
        // A server whose certificate another authority signed.
        await using var other = await FakeApiServer.StartAsync();
        _server.Keys = () => File.ReadAllText(_cluster.KeysFile);
        using (var verifier = _cluster.Verifier(c => (c.KeysFile, c.KeysUrl, c.AuthorityFile, c.CredentialFile) = (null, $"{_server.Url}/openid/v1/jwks", other.AuthorityFile, _server.CredentialFile)))
            await RefusedAsync(KubernetesCodes.KeysUnavailable, verifier, _cluster.Token());
        // Or that does not know our credential.
        await File.WriteAllTextAsync(_server.CredentialFile, "stale");
        using (var verifier = Verifier())
            await RefusedAsync(KubernetesCodes.KeysUnavailable, verifier, _cluster.Token());
    }

    [Fact]
    public async Task A_review_is_asked_for_the_binding_and_must_agree_with_the_token()
    {
        var reference = TestCluster.Reference(r => r["tokenReview"] = true);
        using var verifier = Verifier();
        JsonNode? asked = null;
        _server.Review = spec => Status(asked = spec);
        await AffirmedAsync(verifier, _cluster.Token(), reference);
        Assert.Equal([_cluster.Binding()], asked!["audiences"]!.AsArray().Select(a => (string?)a));

        _server.Review = _ => new JsonObject { ["authenticated"] = false, ["error"] = "service account token has been invalidated" };
        var gone = await RefusedAsync(KubernetesCodes.ReviewRefused, verifier, _cluster.Token(), reference);
        Assert.Contains("has been invalidated", gone.Detail, StringComparison.Ordinal);
        Assert.False(gone.IsDrift);

        foreach (var change in new Action<JsonObject>[]
        {
            s => s.Remove("audiences"),
            s => s["audiences"] = new JsonArray("https://kubernetes.default.svc"),
            s => s["user"]!["username"] = "system:serviceaccount:planning:router",
            s => s["user"]!["uid"] = "00000000-0000-0000-0000-000000000000",
            s => s["user"]!["extra"]!["authentication.kubernetes.io/pod-uid"] = new JsonArray("00000000-0000-0000-0000-000000000000"),
            s => s["user"]!["extra"]!["authentication.kubernetes.io/pod-name"] = new JsonArray("another"),
            s => s["user"]!.AsObject().Remove("extra"),
        })
        {
            _server.Review = spec =>
            {
                var status = Status(spec);
                change(status);
                return status;
            };
            await RefusedAsync(KubernetesCodes.ReviewMismatch, verifier, _cluster.Token(), reference);
        }

        _server.Review = _ => null;
        await RefusedAsync(KubernetesCodes.ReviewUnavailable, verifier, _cluster.Token(), reference);
        await _server.DisposeAsync();
        await RefusedAsync(KubernetesCodes.ReviewUnavailable, verifier, _cluster.Token(), reference);
        _server = await FakeApiServer.StartAsync();
    }

    [Fact]
    public async Task A_projected_token_counts_once_and_for_little()
    {
        var reference = TestCluster.Reference(r => (r["projected"], r["tokenReview"]) = (true, true));
        using var verifier = Verifier();
        var token = _cluster.Token(_cluster.Claims(c => c["aud"] = TestCluster.Audience), "ES256");
        var appraisal = await verifier.AppraiseAsync(TestCluster.Evidence(token), _cluster.Context(reference));
        Assert.True(appraisal.IsAffirming, appraisal.Detail);
        Assert.Equal(AssuranceLevel.Invited, appraisal.Assurance);

        await RefusedAsync(KubernetesCodes.Reused, verifier, token, reference);
        // The other form of the same ECDSA signature is the same token.
        await RefusedAsync(KubernetesCodes.Reused, verifier, Mirrored(token), reference);
        // A refused one was not used.
        var another = _cluster.Token(_cluster.Claims(c => c["aud"] = TestCluster.Audience));
        _server.Review = _ => null;
        await RefusedAsync(KubernetesCodes.ReviewUnavailable, verifier, another, reference);
        _server.Review = spec => Status(spec);
        await AffirmedAsync(verifier, another, reference);
    }

    [Fact]
    public async Task When_no_more_can_be_remembered_none_is_taken_until_some_expire()
    {
        var reference = TestCluster.Reference(r => (r["projected"], r["tokenReview"]) = (true, true));
        using var verifier = _cluster.Verifier(Online, new UsedTokens(capacity: 1));
        await AffirmedAsync(verifier, Projected(), reference);
        await RefusedAsync(KubernetesCodes.Busy, verifier, Projected(), reference);
        _cluster.Time.Advance(TimeSpan.FromMinutes(11));
        await AffirmedAsync(verifier, Projected(), reference);

        string Projected() => _cluster.Token(_cluster.Claims(c => c["aud"] = TestCluster.Audience));
    }

    private KubernetesVerifier Verifier() => _cluster.Verifier(Online);

    private void Online(KubernetesCluster cluster)
        => (cluster.KeysFile, cluster.KeysUrl, cluster.ApiServer, cluster.AuthorityFile, cluster.CredentialFile)
            = (null, $"{_server.Url}/openid/v1/jwks", _server.Url, _server.AuthorityFile, _server.CredentialFile);

    /// <summary>What an API server says of the token that <see cref="TestCluster.Claims"/> describe.</summary>
    private static JsonObject Status(JsonNode spec) => new()
    {
        ["authenticated"] = true,
        ["audiences"] = spec["audiences"]!.DeepClone(),
        ["user"] = new JsonObject
        {
            ["username"] = "system:serviceaccount:planning:forecast",
            ["uid"] = "e6a8680e-d103-4cce-80ea-03acbbeacf7d",
            ["extra"] = new JsonObject
            {
                ["authentication.kubernetes.io/pod-name"] = new JsonArray("forecast-7d9c"),
                ["authentication.kubernetes.io/pod-uid"] = new JsonArray(TestCluster.PodUid),
            },
        },
    };

    private static string Mirrored(string token)
    {
        var order = System.Numerics.BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber);
        var dot = token.LastIndexOf('.');
        var signature = System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        var s = order - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] mirrored = [.. signature[..32], .. new byte[32 - bytes.Length], .. bytes];
        return $"{token[..dot]}.{System.Buffers.Text.Base64Url.EncodeToString(mirrored)}";
    }

    private async Task AffirmedAsync(KubernetesVerifier verifier, string token, JsonObject? reference = null)
    {
        var appraisal = await verifier.AppraiseAsync(TestCluster.Evidence(token), _cluster.Context(reference));
        Assert.True(appraisal.IsAffirming, $"{appraisal.Code}: {appraisal.Detail}");
    }

    private async Task<Appraisal> RefusedAsync(string code, KubernetesVerifier verifier, string token, JsonObject? reference = null)
    {
        var appraisal = await verifier.AppraiseAsync(TestCluster.Evidence(token), _cluster.Context(reference));
        Assert.True(code == appraisal.Code, $"{appraisal.Code}: {appraisal.Detail}");
        return appraisal;
    }
}
