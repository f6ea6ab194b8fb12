using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Envelopes;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;

namespace A2AConsole.Demo.Identity;

/// <summary>
/// What runs, signed by the platform (in-toto), and how it was built, signed by the builder (SLSA provenance v1), each in DSSE. The provenance is
/// always that of the image that should run: nobody built another.
/// </summary>
/// <param name="platform">Whose keys sign.</param>
/// <param name="member">The agent.</param>
/// <param name="runs">The digest of the image that runs, asked for each time.</param>
internal sealed class ImageEvidence(DemoPlatform platform, CastMember member, Func<string> runs) : IEvidenceSource
{
    public const string BuilderId = "https://ci.acme.example/builder";
    public const string BuildType = "https://ci.acme.example/container/v1";

    private const string PayloadType = "application/vnd.in-toto+json";

    public string Kind => EvidenceKind.Image;

    /// <summary>The repository that an agent's image is built from.</summary>
    public static string SourceOf(CastMember member) => $"git+https://git.acme.example/agents/{member.Name}";

    public ValueTask<JsonElement> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken = default)
        => ValueTask.FromResult(JsonSerializer.SerializeToElement(new JsonObject
        {
            ["running"] = Seal(Running(request), platform.ClusterOf(member)),
            ["provenance"] = Seal(Provenance(), platform.Builder),
        }));

    private JsonObject Running(EvidenceRequest request) => Statement("urn:a2aconsole:running:v1",
        new JsonObject { ["binding"] = Convert.ToHexStringLower(request.Binding.Span), ["spiffeId"] = request.SpiffeId, ["container"] = $"containerd://{member.Name}-0" },
        Subject("image", runs()), Subject("policy-bundle", DemoPlatform.BundleOf(member)));

    private JsonObject Provenance() => Statement("https://slsa.dev/provenance/v1",
        new JsonObject
        {
            ["buildDefinition"] = new JsonObject { ["buildType"] = BuildType, ["externalParameters"] = new JsonObject { ["source"] = $"{SourceOf(member)}@refs/heads/main" } },
            ["runDetails"] = new JsonObject { ["builder"] = new JsonObject { ["id"] = BuilderId } },
        },
        Subject($"registry.acme.example/{member.Name}", DemoPlatform.ImageOf(member)));

    private static JsonObject Statement(string predicateType, JsonObject predicate, params JsonNode[] subjects) => new()
    {
        ["_type"] = "https://in-toto.io/Statement/v1", ["subject"] = new JsonArray(subjects), ["predicateType"] = predicateType, ["predicate"] = predicate,
    };

    private static JsonObject Subject(string name, string digest) => new() { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = digest } };

    private static JsonObject Seal(JsonObject statement, DemoKey key)
    {
        var payload = Encoding.UTF8.GetBytes(statement.ToJsonString());
        return new JsonObject
        {
            ["payloadType"] = PayloadType, ["payload"] = Convert.ToBase64String(payload),
            ["signatures"] = new JsonArray(new JsonObject { ["keyid"] = key.Id, ["sig"] = Convert.ToBase64String(key.Sign(Dsse.Pae(Encoding.UTF8.GetBytes(PayloadType), payload))) }),
        };
    }
}
