using System.Text.Json;

namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>
/// An entry's reference values for the kind <c>kubernetes</c>:
/// <code>{ "issuer": "https://kubernetes.default.svc", "audience": "https://a2a.acme.example", "serviceAccounts": ["planning:forecast"],
///   "nodes": ["node-1"], "tokenReview": true, "projected": false, "maxAgeSeconds": 600 }</code>
/// Issuer, audience and service accounts (namespace:name) must be said; the rest may be left out.
/// </summary>
internal sealed record KubernetesReference
{
    private const int DefaultAge = 600, LongestAge = 86_400;

    public required string Issuer { get; init; }
    public required string Audience { get; init; }
    /// <summary>Namespace and name together: two lists would allow every pair of them.</summary>
    public required IReadOnlyList<(string Namespace, string Name)> ServiceAccounts { get; init; }
    /// <summary>Null: any node.</summary>
    public IReadOnlyList<string>? Nodes { get; init; }
    /// <summary>Whether the API server is asked too.</summary>
    public bool TokenReview { get; init; }
    /// <summary>Whether a token is taken that is not bound to nonce and key.</summary>
    public bool Projected { get; init; }
    /// <summary>How long ago such a token may have been issued.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>Reads reference values; null with what is wrong.</summary>
    public static KubernetesReference? TryRead(JsonElement json, out string? fault)
    {
        fault = Check(json, out var reference);
        return reference;
    }

    private static string? Check(JsonElement json, out KubernetesReference? reference)
    {
        reference = null;
        if (json.ValueKind != JsonValueKind.Object)
            return "The reference values must be an object with issuer, audience and serviceAccounts.";
        if (json.Stranger("issuer", "audience", "serviceAccounts", "nodes", "tokenReview", "projected", "maxAgeSeconds") is { } stranger)
            return $"\"{StrictJson.Printable(stranger)}\" is no reference value of this kind.";
        if (json.Text("issuer") is not { Length: > 0 } issuer)
            return "issuer is missing: say the cluster's token issuer (iss), e.g. \"https://kubernetes.default.svc\".";
        if (json.Text("audience") is not { Length: > 0 } audience || audience.StartsWith(ServiceAccountToken.BindingPrefix, StringComparison.Ordinal))
            return "audience is missing: say what tokens for us carry in aud, e.g. \"https://a2a.acme.example\".";
        if (json.Texts("serviceAccounts") is not { Count: > 0 } accounts)
            return "serviceAccounts is missing: list them as \"namespace:name\".";
        var pairs = accounts.Select(a => a.Split(':')).ToList();
        if (pairs.Find(p => p.Length != 2 || !ServiceAccountToken.IsName(p[0]) || !ServiceAccountToken.IsName(p[1])) is { } wrong)
            return $"\"{StrictJson.Printable(string.Join(':', wrong))}\" is no service account; write it as \"namespace:name\".";
        var nodes = json.Texts("nodes");
        if (json.Member("nodes") is not null && (nodes is not { Count: > 0 } || !nodes.All(ServiceAccountToken.IsName)))
            return "nodes must be a list of node names, or be left out.";
        if (Flag(json, "tokenReview") is not { } review || Flag(json, "projected") is not { } projected)
            return "tokenReview and projected are true or false.";
        if (projected && !review)
            return "projected tokens are not bound to a key and a moment, so they are taken only with tokenReview: true.";
        var age = json.Member("maxAgeSeconds") is null ? DefaultAge : json.Number("maxAgeSeconds");
        if (age is not (> 0 and <= LongestAge))
            return $"maxAgeSeconds is a whole number from 1 to {LongestAge}.";
        reference = new()
        {
            Issuer = issuer,
            Audience = audience,
            ServiceAccounts = [.. pairs.Select(p => (p[0], p[1]))],
            Nodes = nodes,
            TokenReview = review,
            Projected = projected,
            MaxAge = TimeSpan.FromSeconds(age.Value),
        };
        return null;
    }

    private static bool? Flag(JsonElement json, string name) => json.Member(name)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => null,
    };
}
