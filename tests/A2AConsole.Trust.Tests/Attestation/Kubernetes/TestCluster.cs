using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Attestation;
using A2AConsole.Trust.Attestation.Kubernetes;
using Microsoft.Extensions.Time.Testing;

namespace A2AConsole.Trust.Tests.Attestation.Kubernetes;

/// <summary>A cluster's signing keys and what it says of a pod, with whatever is to be wrong about it.</summary>
internal sealed class TestCluster : IDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";
    public const string Audience = "https://a2a.acme.example";
    public const string PodUid = "0d8b260e-ef0e-45fb-be8e-ff44f97722e8";
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-k8s-").FullName;

    public RSA Rsa { get; } = RSA.Create(2048);
    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public FakeTimeProvider Time { get; } = new(Now);
    public string KeysFile => Path.Combine(_directory, "jwks.json");

    public TestCluster() => Publish(RsaKey("rsa-1", Rsa), EcKey("ec-1", Ec));

    /// <summary>The nonce and key that evidence is to be about.</summary>
    public AppraisalContext Context(JsonObject? reference = null, byte nonce = 7) => new()
    {
        SpiffeId = "spiffe://acme.example/env/prod/role/planning/agent/forecast",
        Nonce = Enumerable.Repeat(nonce, EvidenceBinding.NonceSize).ToArray(),
        SubjectPublicKeyInfo = new byte[] { 1, 2, 3 },
        Reference = JsonSerializer.SerializeToElement(reference ?? Reference()),
        Now = Time.GetUtcNow(),
    };

    public string Binding(byte nonce = 7) => TokenRules.BindingAudience(Context(nonce: nonce).Binding);

    public static JsonObject Reference(Action<JsonObject>? change = null)
    {
        var reference = new JsonObject { ["issuer"] = Issuer, ["audience"] = Audience, ["serviceAccounts"] = new JsonArray("planning:forecast", "logistics:router") };
        change?.Invoke(reference);
        return reference;
    }

    /// <summary>Claims as a cluster makes them for a token that is bound to <see cref="Context"/>.</summary>
    public JsonObject Claims(Action<JsonObject>? change = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = "system:serviceaccount:planning:forecast",
            ["aud"] = new JsonArray(Audience, Binding()),
            ["iat"] = Time.GetUtcNow().ToUnixTimeSeconds(),
            ["nbf"] = Time.GetUtcNow().ToUnixTimeSeconds(),
            ["exp"] = Time.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = new JsonObject
            {
                ["namespace"] = "planning",
                ["node"] = new JsonObject { ["name"] = "node-1", ["uid"] = "517eb86e-b863-451b-bf70-86cb61439a3a" },
                ["pod"] = new JsonObject { ["name"] = "forecast-7d9c", ["uid"] = PodUid },
                ["serviceaccount"] = new JsonObject { ["name"] = "forecast", ["uid"] = "e6a8680e-d103-4cce-80ea-03acbbeacf7d" },
            },
        };
        change?.Invoke(claims);
        return claims;
    }

    public string Token(JsonObject? claims = null, string alg = "RS256", string? kid = null, Action<JsonObject>? header = null, Func<byte[], byte[]>? sign = null)
    {
        var head = new JsonObject { ["alg"] = alg, ["kid"] = kid ?? (alg == "ES256" ? "ec-1" : "rsa-1") };
        header?.Invoke(head);
        return Sign(head.ToJsonString(), (claims ?? Claims()).ToJsonString(), sign ?? (alg == "ES256" ? SignEc : SignRsa));
    }

    public static string Sign(string header, string claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public byte[] SignRsa(byte[] data) => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public byte[] SignEc(byte[] data) => Ec.SignData(data, HashAlgorithmName.SHA256);

    public void Publish(params JsonObject[] keys) => File.WriteAllText(KeysFile, new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString());

    public static JsonObject RsaKey(string id, RSA key)
    {
        var parameters = key.ExportParameters(false);
        return new() { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = id, ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent) };
    }

    public static JsonObject EcKey(string id, ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = id, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }

    public KubernetesVerifier Verifier(Action<KubernetesCluster>? change = null, UsedTokens? used = null)
    {
        var cluster = new KubernetesCluster { Issuer = Issuer, KeysFile = KeysFile };
        change?.Invoke(cluster);
        return new KubernetesVerifier([cluster], Time, used);
    }

    public static Evidence Evidence(string token) => new(EvidenceKind.Kubernetes, JsonSerializer.SerializeToElement(new { token }));

    public void Dispose()
    {
        Rsa.Dispose();
        Ec.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
