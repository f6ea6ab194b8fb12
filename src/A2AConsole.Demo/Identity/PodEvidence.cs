using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;

namespace A2AConsole.Demo.Identity;

/// <summary>A service-account token of the agent's pod, as its cluster's TokenRequest gives one: bound to nonce and key by a second audience.</summary>
internal sealed class PodEvidence(DemoPlatform platform, CastMember member, TimeProvider time) : IEvidenceSource
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public string Kind => EvidenceKind.Kubernetes;

    public ValueTask<JsonElement> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var key = platform.ClusterOf(member);
        var signed = Encode(new JsonObject { ["alg"] = AlgorithmRegistry.EcdsaP256.JoseName, ["kid"] = key.Id }) + "." + Encode(new JsonObject
        {
            ["iss"] = DemoPlatform.IssuerOf(member),
            ["sub"] = $"system:serviceaccount:{member.Role}:{member.Name}",
            ["aud"] = new JsonArray(DemoPlatform.Audience, "a2aconsole:" + Convert.ToHexStringLower(request.Binding.Span)),
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + (long)Lifetime.TotalSeconds,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = new JsonObject
            {
                ["namespace"] = member.Role,
                ["node"] = Named("node-1"),
                ["pod"] = Named($"{member.Name}-0"),
                ["serviceaccount"] = Named(member.Name),
            },
        });
        var token = $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
        return ValueTask.FromResult(JsonSerializer.SerializeToElement(new { token }));
    }

    private JsonObject Named(string name) => new() { ["name"] = name, ["uid"] = DemoPlatform.Uid($"{member.SpiffeId} {name}") };

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
