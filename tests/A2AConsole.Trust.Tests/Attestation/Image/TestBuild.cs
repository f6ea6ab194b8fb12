using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Trust.Tests.Attestation.Image;

/// <summary>A builder, a platform and an agent, and what each of them signs, with whatever is to be wrong about it.</summary>
internal sealed class TestBuild : IDisposable
{
    public const string BuilderId = "https://ci.acme.example/builder";
    public const string BuildType = "https://ci.acme.example/container/v1";
    public const string Source = "git+https://git.acme.example/agents/forecast";
    public const string SpiffeId = "spiffe://acme.example/env/prod/role/planning/agent/forecast";
    public static readonly string ImageDigest = Convert.ToHexStringLower(SHA256.HashData("image"u8));
    public static readonly string BundleDigest = Convert.ToHexStringLower(SHA256.HashData("bundle"u8));

    public SigningKey Builder { get; } = SigningKey.Generate();
    public SigningKey OtherBuilder { get; } = SigningKey.Generate();
    public SigningKey Platform { get; } = SigningKey.Generate();
    public SigningKey Agent { get; } = SigningKey.Generate();
    public SigningKey Stranger { get; } = SigningKey.Generate();

    public AppraisalContext Context(JsonObject? reference = null, byte nonce = 7) => new()
    {
        SpiffeId = SpiffeId,
        Nonce = Enumerable.Repeat(nonce, EvidenceBinding.NonceSize).ToArray(),
        SubjectPublicKeyInfo = Agent.SubjectPublicKeyInfo,
        Reference = JsonSerializer.SerializeToElement(reference ?? Reference()),
        Now = new DateTimeOffset(2026, 3, 2, 9, 30, 0, TimeSpan.Zero),
    };

    public JsonObject Reference(Action<JsonObject>? change = null)
    {
        var reference = new JsonObject
        {
            ["builders"] = new JsonArray(
                new JsonObject { ["id"] = BuilderId, ["keys"] = new JsonArray(Pem(Builder.SubjectPublicKeyInfo)) },
                new JsonObject { ["id"] = "https://partner.example/builder", ["keys"] = new JsonArray(Pem(OtherBuilder.SubjectPublicKeyInfo)) }),
            ["buildTypes"] = new JsonArray(BuildType),
            ["sources"] = new JsonArray(Source),
            ["images"] = new JsonArray($"sha256:{ImageDigest}"),
            ["policyBundles"] = new JsonArray($"sha256:{BundleDigest}"),
            ["platforms"] = new JsonArray(Pem(Platform.SubjectPublicKeyInfo)),
        };
        change?.Invoke(reference);
        return reference;
    }

    public JsonObject Running(Action<JsonObject>? change = null)
    {
        var statement = new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(Subject("image", ImageDigest), Subject("policy-bundle", BundleDigest)),
            ["predicateType"] = "urn:a2aconsole:running:v1",
            ["predicate"] = new JsonObject { ["binding"] = Convert.ToHexStringLower(Context().Binding), ["spiffeId"] = SpiffeId, ["container"] = "containerd://4f1d" },
        };
        change?.Invoke(statement);
        return statement;
    }

    public static JsonObject Provenance(Action<JsonObject>? change = null)
    {
        var statement = new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(Subject("registry.acme.example/forecast", ImageDigest)),
            ["predicateType"] = "https://slsa.dev/provenance/v1",
            ["predicate"] = new JsonObject
            {
                ["buildDefinition"] = new JsonObject
                {
                    ["buildType"] = BuildType,
                    ["externalParameters"] = new JsonObject { ["source"] = $"{Source}@refs/heads/main" },
                    ["resolvedDependencies"] = new JsonArray(new JsonObject { ["uri"] = $"{Source}@refs/heads/main", ["digest"] = new JsonObject { ["gitCommit"] = "c27d339ee6075c1f744c5d4b200f7901aad2c369" } }),
                },
                ["runDetails"] = new JsonObject { ["builder"] = new JsonObject { ["id"] = BuilderId } },
            },
        };
        change?.Invoke(statement);
        return statement;
    }

    public static JsonObject Subject(string name, string digest) => new() { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = digest } };

    public static JsonObject Seal(string statement, SigningKey key, string type = "application/vnd.in-toto+json", string? keyId = null)
    {
        var payload = Encoding.UTF8.GetBytes(statement);
        return new()
        {
            ["payloadType"] = type,
            ["payload"] = Convert.ToBase64String(payload),
            ["signatures"] = new JsonArray(new JsonObject { ["keyid"] = keyId ?? key.KeyId, ["sig"] = Convert.ToBase64String(key.Sign(Dsse.Pae(Encoding.UTF8.GetBytes(type), payload))) }),
        };
    }

    public Evidence Evidence(JsonNode? running = null, JsonNode? provenance = null) => new(EvidenceKind.Image, JsonSerializer.SerializeToElement(new JsonObject
    {
        ["running"] = running?.DeepClone() ?? Seal(Running().ToJsonString(), Platform),
        ["provenance"] = provenance?.DeepClone() ?? Seal(Provenance().ToJsonString(), Builder),
    }));

    public static string Pem(byte[] subjectPublicKeyInfo) => PemEncoding.WriteString("PUBLIC KEY", subjectPublicKeyInfo);

    public void Dispose()
    {
        foreach (var key in new[] { Builder, OtherBuilder, Platform, Agent, Stranger })
            key.Dispose();
    }
}
