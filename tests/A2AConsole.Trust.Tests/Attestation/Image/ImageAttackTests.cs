using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Trust.Attestation.Image;

namespace A2AConsole.Trust.Tests.Attestation.Image;

/// <summary>Each thing that can be wrong with what runs and how it was built, refused with its own code.</summary>
public sealed class ImageAttackTests : IDisposable
{
    private readonly TestBuild _build = new();

    public void Dispose() => _build.Dispose();

    [Fact]
    public async Task An_image_of_a_pinned_builder_that_a_pinned_platform_runs_is_evidence()
    {
        var appraisal = await AppraiseAsync(_build.Evidence());
        Assert.True(appraisal.IsAffirming, appraisal.Detail);
        Assert.Equal(AssuranceLevel.Platform, appraisal.Assurance);
        Assert.Equal("container:containerd://4f1d", appraisal.Runtime);
        Assert.All(appraisal.Claims, c => Assert.True(c.Matches));
        Assert.Contains(appraisal.Claims, c => c.Name == "image.digest" && c.Measured == $"sha256:{TestBuild.ImageDigest}" && c.Reference == c.Measured);
    }

    [Fact]
    public async Task The_agents_own_word_for_what_runs_counts_for_little_and_only_where_no_platform_is_pinned()
    {
        var own = TestBuild.Seal(_build.Running().ToJsonString(), _build.Agent);
        await RefusedAsync(ImageCodes.RunningSigner, _build.Evidence(own));
        var reference = _build.Reference(r => r.Remove("platforms"));
        var appraisal = await AppraiseAsync(_build.Evidence(own), reference);
        Assert.True(appraisal.IsAffirming, appraisal.Detail);
        Assert.Equal(AssuranceLevel.Invited, appraisal.Assurance);
        Assert.Null(appraisal.Runtime);
        // Any other key's word is none, not even a builder's.
        await RefusedAsync(ImageCodes.RunningSigner, _build.Evidence(TestBuild.Seal(_build.Running().ToJsonString(), _build.Stranger)), reference);
        await RefusedAsync(ImageCodes.RunningSigner, _build.Evidence(TestBuild.Seal(_build.Running().ToJsonString(), _build.Builder)), reference);
    }

    [Fact]
    public async Task A_statement_for_another_nonce_key_or_agent_is_refused()
    {
        await RefusedAsync(ImageCodes.Binding, Running(s => s["predicate"]!["binding"] = Convert.ToHexStringLower(_build.Context(nonce: 8).Binding)));
        await RefusedAsync(ImageCodes.Binding, Running(s => s["predicate"]!["binding"] = Convert.ToHexString(_build.Context().Binding)));
        await RefusedAsync(ImageCodes.Binding, Running(s => s["predicate"]!.AsObject().Remove("binding")));
        await RefusedAsync(ImageCodes.Binding, Running(s => s["predicate"]!["spiffeId"] = "spiffe://acme.example/env/prod/role/planning/agent/other"));
        await RefusedAsync(ImageCodes.Binding, Running(s => s["predicate"]!["spiffeId"] = 1));
        var otherKey = _build.Context() with { SubjectPublicKeyInfo = _build.Stranger.SubjectPublicKeyInfo };
        Assert.Equal(ImageCodes.Binding, (await new ImageVerifier().AppraiseAsync(_build.Evidence(), otherKey)).Code);
    }

    [Fact]
    public async Task Provenance_of_another_digest_is_refused()
    {
        var other = Convert.ToHexStringLower(SHA256.HashData("another"u8));
        await RefusedAsync(ImageCodes.ProvenanceSubject, Provenance(p => p["subject"] = new JsonArray(TestBuild.Subject("forecast", other))));
        // Other digests of the subject don't count, nor does upper case.
        await RefusedAsync(ImageCodes.ProvenanceSubject, Provenance(p => p["subject"]![0]!["digest"] = new JsonObject { ["sha512"] = TestBuild.ImageDigest }));
        await RefusedAsync(ImageCodes.ProvenanceSubject, Provenance(p => p["subject"]![0]!["digest"]!["sha256"] = TestBuild.ImageDigest.ToUpperInvariant()));
        var appraisal = await RefusedAsync(ImageCodes.ProvenanceSubject, Running(s => s["subject"]![0]!["digest"]!["sha256"] = other));
        Assert.Contains(appraisal.Claims, c => c is { Name: "image.digest", Matches: false });
    }

    [Fact]
    public async Task A_builder_that_is_not_pinned_is_refused_also_under_a_pinned_ones_key_id()
    {
        await RefusedAsync(ImageCodes.BuilderUnpinned, _build.Evidence(provenance: TestBuild.Seal(TestBuild.Provenance().ToJsonString(), _build.Stranger)));
        await RefusedAsync(ImageCodes.ProvenanceSignature, _build.Evidence(provenance: TestBuild.Seal(TestBuild.Provenance().ToJsonString(), _build.Stranger, keyId: _build.Builder.KeyId)));
        // The platform may say what runs, not how it was built.
        await RefusedAsync(ImageCodes.BuilderUnpinned, _build.Evidence(provenance: TestBuild.Seal(TestBuild.Provenance().ToJsonString(), _build.Platform)));
    }

    [Fact]
    public async Task One_pinned_builder_does_not_speak_for_another()
    {
        var appraisal = await RefusedAsync(ImageCodes.Builder, _build.Evidence(provenance: TestBuild.Seal(TestBuild.Provenance().ToJsonString(), _build.OtherBuilder)));
        Assert.True(appraisal.IsDrift);
        await RefusedAsync(ImageCodes.Builder, Provenance(p => p["predicate"]!["runDetails"]!["builder"]!["id"] = "https://evil.example"));
    }

    [Fact]
    public async Task A_changed_payload_type_or_signature_is_refused()
    {
        var envelope = TestBuild.Seal(TestBuild.Provenance().ToJsonString(), _build.Builder);
        var changed = envelope.DeepClone();
        changed["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(TestBuild.Provenance(p => p["subject"]![0]!["name"] = "other").ToJsonString()));
        await RefusedAsync(ImageCodes.ProvenanceSignature, _build.Evidence(provenance: changed));
        changed = envelope.DeepClone();
        changed["payload"] = Convert.ToBase64String([.. Convert.FromBase64String((string)changed["payload"]!), (byte)' ']);
        await RefusedAsync(ImageCodes.ProvenanceSignature, _build.Evidence(provenance: changed));
        changed = envelope.DeepClone();
        changed["payloadType"] = "application/json";
        await RefusedAsync(ImageCodes.Type, _build.Evidence(provenance: changed));
        changed = envelope.DeepClone();
        var signature = Convert.FromBase64String((string)changed["signatures"]![0]!["sig"]!);
        signature[5] ^= 1;
        changed["signatures"]![0]!["sig"] = Convert.ToBase64String(signature);
        await RefusedAsync(ImageCodes.ProvenanceSignature, _build.Evidence(provenance: changed));
        changed["signatures"]![0]!["sig"] = "";
        await RefusedAsync(ImageCodes.ProvenanceSignature, _build.Evidence(provenance: changed));
        changed["signatures"] = new JsonArray();
        await RefusedAsync(ImageCodes.BuilderUnpinned, _build.Evidence(provenance: changed));

        var running = TestBuild.Seal(_build.Running().ToJsonString(), _build.Platform);
        running["payload"] = TestBuild.Seal(_build.Running(r => r["subject"]!.AsArray().RemoveAt(1)).ToJsonString(), _build.Platform)["payload"]!.DeepClone();
        await RefusedAsync(ImageCodes.RunningSignature, _build.Evidence(running));
        // Signed as another type, offered as the right one.
        var shifted = TestBuild.Seal(TestBuild.Provenance().ToJsonString(), _build.Builder, type: "application/vnd.in-toto+jso");
        shifted["payloadType"] = "application/vnd.in-toto+json";
        await RefusedAsync(ImageCodes.ProvenanceSignature, _build.Evidence(provenance: shifted));
    }

    [Fact]
    public async Task Statements_and_predicates_of_other_types_are_refused()
    {
        await RefusedAsync(ImageCodes.Type, Provenance(p => p["_type"] = "https://in-toto.io/Statement/v0.1"));
        await RefusedAsync(ImageCodes.Type, Provenance(p => p["predicateType"] = "https://slsa.dev/provenance/v0.2"));
        await RefusedAsync(ImageCodes.Type, Provenance(p => p.Remove("predicateType")));
        await RefusedAsync(ImageCodes.Type, Running(s => s["predicateType"] = "https://slsa.dev/provenance/v1"));
        // Neither can stand for the other, whoever signed them.
        await RefusedAsync(ImageCodes.Type, _build.Evidence(running: TestBuild.Seal(TestBuild.Provenance().ToJsonString(), _build.Platform)));
        await RefusedAsync(ImageCodes.Type, _build.Evidence(provenance: TestBuild.Seal(_build.Running().ToJsonString(), _build.Builder)));
    }

    [Fact]
    public async Task Another_build_type_or_source_is_drift()
    {
        await DriftAsync(ImageCodes.BuildType, "image.build-type", Provenance(p => p["predicate"]!["buildDefinition"]!["buildType"] = "https://ci.acme.example/by-hand/v1"));
        foreach (var source in new[]
        {
            "git+https://git.evil.example/agents/forecast", $"{TestBuild.Source}-evil", $"{TestBuild.Source}/../evil", $"{TestBuild.Source}.git", "", TestBuild.Source.ToUpperInvariant(),
            "git+https://git.acme.example@evil.example/agents/forecast",
        })
            await DriftAsync(ImageCodes.Source, "image.source", Provenance(p => p["predicate"]!["buildDefinition"]!["externalParameters"]!["source"] = source));
        await DriftAsync(ImageCodes.Source, "image.source", Provenance(p => p["predicate"]!["buildDefinition"]!.AsObject().Remove("externalParameters")));
        // Ours among the dependencies of a build of something else.
        await DriftAsync(ImageCodes.Source, "image.source", Provenance(p => p["predicate"]!["buildDefinition"]!["externalParameters"] = new JsonObject { ["repository"] = TestBuild.Source }));
    }

    [Fact]
    public async Task A_source_can_be_pinned_to_a_ref_and_be_named_by_a_nested_parameter()
    {
        var reference = _build.Reference(r => (r["sources"], r["sourceParameter"]) = (new JsonArray($"{TestBuild.Source}@refs/heads/main"), "workflow.repository"));
        JsonObject Built(JsonNode repository) => TestBuild.Provenance(p => p["predicate"]!["buildDefinition"]!["externalParameters"] = new JsonObject { ["workflow"] = new JsonObject { ["repository"] = repository } });
        var appraisal = await AppraiseAsync(_build.Evidence(provenance: TestBuild.Seal(Built($"{TestBuild.Source}@refs/heads/main").ToJsonString(), _build.Builder)), reference);
        Assert.True(appraisal.IsAffirming, appraisal.Detail);
        appraisal = await AppraiseAsync(_build.Evidence(provenance: TestBuild.Seal(Built(new JsonObject { ["uri"] = $"{TestBuild.Source}@refs/heads/main" }).ToJsonString(), _build.Builder)), reference);
        Assert.True(appraisal.IsAffirming, appraisal.Detail);
        await RefusedAsync(ImageCodes.Source, _build.Evidence(provenance: TestBuild.Seal(Built($"{TestBuild.Source}@refs/pull/7/head").ToJsonString(), _build.Builder)), reference);
    }

    [Fact]
    public async Task An_image_or_bundle_that_is_not_listed_is_drift()
    {
        var other = Convert.ToHexStringLower(SHA256.HashData("another"u8));
        var running = TestBuild.Seal(_build.Running(s => s["subject"]![0]!["digest"]!["sha256"] = other).ToJsonString(), _build.Platform);
        var provenance = TestBuild.Seal(TestBuild.Provenance(p => p["subject"]![0]!["digest"]!["sha256"] = other).ToJsonString(), _build.Builder);
        await DriftAsync(ImageCodes.Digest, "image.digest", _build.Evidence(running, provenance));
        // Without a list, whatever the builder built from the source counts.
        Assert.True((await AppraiseAsync(_build.Evidence(running, provenance), _build.Reference(r => r.Remove("images")))).IsAffirming);

        await DriftAsync(ImageCodes.PolicyBundle, "image.policy-bundle", Running(s => s["subject"]![1]!["digest"]!["sha256"] = other));
        await DriftAsync(ImageCodes.PolicyBundle, "image.policy-bundle", Running(s => s["subject"]!.AsArray().RemoveAt(1)));
        Assert.True((await AppraiseAsync(Running(s => s["subject"]!.AsArray().RemoveAt(1)), _build.Reference(r => r.Remove("policyBundles")))).IsAffirming);
    }

    [Fact]
    public async Task What_is_no_evidence_is_refused()
    {
        foreach (var body in new[] { "{}", "[]", "\"x\"", """{"running":1,"provenance":2}""", """{"running":{},"provenance":{}}""", """{"running":{"payloadType":"x","payload":"!","signatures":[]}}""" })
            Assert.Equal(ImageCodes.Malformed, (await AppraiseAsync(new(EvidenceKind.Image, JsonSerializer.Deserialize<JsonElement>(body)))).Code);
        await RefusedAsync(ImageCodes.Malformed, _build.Evidence(running: TestBuild.Seal("no JSON", _build.Platform)));
        await RefusedAsync(ImageCodes.Malformed, _build.Evidence(running: TestBuild.Seal("""{"_type":1,"_type":2}""", _build.Platform)));
        await RefusedAsync(ImageCodes.Malformed, Running(s => s["subject"] = new JsonArray()));
        await RefusedAsync(ImageCodes.Malformed, Running(s => s["subject"]!.AsArray().Add(TestBuild.Subject("image", TestBuild.ImageDigest))));
        await RefusedAsync(ImageCodes.Malformed, Running(s => s["subject"]!.AsArray().Add(TestBuild.Subject("sidecar", TestBuild.ImageDigest))));
        await RefusedAsync(ImageCodes.Malformed, Running(s => s["subject"]![0]!["digest"]!["sha256"] = "abc"));
        await RefusedAsync(ImageCodes.Malformed, Running(s => s["predicate"]!["container"] = "<script>"));
        await RefusedAsync(ImageCodes.Malformed, Provenance(p => p.Remove("predicate")));
        await RefusedAsync(ImageCodes.Malformed, Provenance(p => p["predicate"]!.AsObject().Remove("runDetails")));
        await RefusedAsync(ImageCodes.Malformed, Provenance(p => p["predicate"]!["buildDefinition"]!.AsObject().Remove("buildType")));
        await RefusedAsync(ImageCodes.Malformed, Provenance(p => p["subject"] = new JsonArray([.. Enumerable.Range(0, 65).Select(_ => TestBuild.Subject("x", TestBuild.ImageDigest))])));
        await RefusedAsync(ImageCodes.Malformed, Provenance(p => p["padding"] = new string('x', SignedStatement.MaxSize)));
    }

    [Fact]
    public async Task Many_signatures_cost_no_more_than_a_few_and_the_one_that_names_its_key_is_found()
    {
        var envelope = TestBuild.Seal(TestBuild.Provenance().ToJsonString(), _build.Builder);
        var good = envelope["signatures"]![0]!.DeepClone();
        envelope["signatures"] = new JsonArray([.. Enumerable.Range(0, 7).Select(_ => new JsonObject { ["sig"] = Convert.ToBase64String(new byte[64]) }), good]);
        Assert.True((await AppraiseAsync(_build.Evidence(provenance: envelope))).IsAffirming);
    }

    [Fact]
    public async Task Damaged_evidence_is_never_affirmed_as_something_else()
    {
        var evidence = _build.Evidence().Body;
        var honest = evidence.GetRawText();
        var random = new Random(20260302);
        for (var i = 0; i < 2000; i++)
        {
            var damaged = honest.ToCharArray();
            damaged[random.Next(damaged.Length)] = (char)random.Next(0x20, 0x7F);
            JsonElement body;
            try
            {
                body = JsonSerializer.Deserialize<JsonElement>(new string(damaged));
            }
            catch (JsonException)
            {
                continue;
            }
            var appraisal = await AppraiseAsync(new(EvidenceKind.Image, body));
            // What was signed is what counts: only a key id, a hint, can be damaged without harm.
            Assert.True(!appraisal.IsAffirming || (Payload(body, "running") == Payload(evidence, "running") && Payload(body, "provenance") == Payload(evidence, "provenance")), new string(damaged));
        }

        static string? Payload(JsonElement body, string name) => body.GetProperty(name).GetProperty("payload").GetString();
    }

    [Theory]
    [InlineData("builders", null)]
    [InlineData("builders", "[]")]
    [InlineData("builders", """[{"id":"https://x.example","keys":[]}]""")]
    [InlineData("builders", """[{"id":"https://x.example","keys":["no key"]}]""")]
    [InlineData("buildTypes", null)]
    [InlineData("buildTypes", "[]")]
    [InlineData("sources", null)]
    [InlineData("sources", """["git+https://git.acme.example"]""")]
    [InlineData("sources", """["git+https://git.acme.example@evil.example/x"]""")]
    [InlineData("sources", """["forecast"]""")]
    [InlineData("sourceParameter", "\"a..b\"")]
    [InlineData("images", "[]")]
    [InlineData("images", """["latest"]""")]
    [InlineData("images", """["sha256:ABC"]""")]
    [InlineData("policyBundles", "\"x\"")]
    [InlineData("platforms", "[]")]
    [InlineData("platforms", "[\"x\"]")]
    [InlineData("image", "[]")] // misspelt
    public async Task Bad_reference_values_are_named_and_refuse_everything(string name, string? value)
    {
        var reference = _build.Reference(r =>
        {
            r.Remove(name);
            if (value is not null)
                r[name] = JsonNode.Parse(value);
        });
        Assert.False(string.IsNullOrEmpty(new ImageVerifier().ReferenceFault(JsonSerializer.SerializeToElement(reference))));
        await RefusedAsync(ImageCodes.Reference, _build.Evidence(), reference);
    }

    [Fact]
    public void Good_reference_values_have_no_fault_and_a_key_belongs_to_one_builder()
    {
        Assert.Null(new ImageVerifier().ReferenceFault(JsonSerializer.SerializeToElement(_build.Reference())));
        var twice = _build.Reference(r => r["builders"]![1]!["keys"] = r["builders"]![0]!["keys"]!.DeepClone());
        Assert.NotNull(new ImageVerifier().ReferenceFault(JsonSerializer.SerializeToElement(twice)));
    }

    [Fact]
    public void Keys_that_are_none_are_not_pinned()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        Assert.Null(PinnedKey.FromSubjectPublicKeyInfo(p384.ExportSubjectPublicKeyInfo()));
        Assert.Null(PinnedKey.FromSubjectPublicKeyInfo(rsa.ExportSubjectPublicKeyInfo()));
        Assert.Null(PinnedKey.FromPem(rsa.ExportRSAPrivateKeyPem()));
        byte[] ed25519 = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00];
        // The neutral element: it verifies signatures over anything.
        Assert.Null(PinnedKey.FromSubjectPublicKeyInfo([.. ed25519, 1, .. new byte[31]]));
        Assert.Equal(_build.Builder.KeyId, PinnedKey.FromPem(TestBuild.Pem(_build.Builder.SubjectPublicKeyInfo))!.Id);
    }

    [Fact]
    public void Every_code_is_listed_once()
        => Assert.Equal(typeof(ImageCodes).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Order(), ImageCodes.All.Order());

    private Evidence Running(Action<JsonObject> change) => _build.Evidence(running: TestBuild.Seal(_build.Running(change).ToJsonString(), _build.Platform));

    private Evidence Provenance(Action<JsonObject> change) => _build.Evidence(provenance: TestBuild.Seal(TestBuild.Provenance(change).ToJsonString(), _build.Builder));

    private ValueTask<Appraisal> AppraiseAsync(Evidence evidence, JsonObject? reference = null) => new ImageVerifier().AppraiseAsync(evidence, _build.Context(reference));

    private async Task DriftAsync(string code, string claim, Evidence evidence)
    {
        var appraisal = await RefusedAsync(code, evidence);
        Assert.True(appraisal.IsDrift);
        Assert.Contains(appraisal.Claims, c => c.Name == claim && !c.Matches && c.Reference is { Length: > 0 });
    }

    private async Task<Appraisal> RefusedAsync(string code, Evidence evidence, JsonObject? reference = null)
    {
        var appraisal = await AppraiseAsync(evidence, reference);
        Assert.True(code == appraisal.Code, $"{appraisal.Code}: {appraisal.Detail}");
        Assert.NotEmpty(appraisal.Detail!);
        return appraisal;
    }
}
