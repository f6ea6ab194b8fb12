using System.Globalization;
using A2AConsole.Core.Attestation;

namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>What a token must say. Pure; that it was the cluster that said it is for the signature to show.</summary>
internal static class TokenRules
{
    /// <summary>How far the cluster's clock may be ahead of ours.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    /// <summary>The audience that ties a token to a nonce and a key.</summary>
    public static string BindingAudience(ReadOnlySpan<byte> binding) => ServiceAccountToken.BindingPrefix + Convert.ToHexStringLower(binding);

    /// <summary>Whether the token says to be bound to some nonce and key.</summary>
    public static bool IsBound(ServiceAccountToken token) => token.Audiences.Any(IsBinding);

    /// <summary>Checks whom and which moment the token is for, before its signature: that costs nothing.</summary>
    public static EvidenceFault? CheckPurpose(ServiceAccountToken token, KubernetesReference reference, ReadOnlySpan<byte> binding, DateTimeOffset now)
    {
        if (!string.Equals(token.Issuer, reference.Issuer, StringComparison.Ordinal))
            return new(KubernetesCodes.Issuer, $"The token's issuer is {StrictJson.Printable(token.Issuer)}; the entry takes {reference.Issuer}.");
        return CheckAudience(token, reference, BindingAudience(binding)) ?? CheckTime(token, reference, now);
    }

    /// <summary>Holds a token that the cluster signed against the entry.</summary>
    public static EvidenceFault? CheckClaims(ServiceAccountToken token, KubernetesReference reference, out IReadOnlyList<MeasuredClaim> claims)
    {
        var isSpace = reference.ServiceAccounts.Any(a => a.Namespace == token.Namespace);
        var isAccount = reference.ServiceAccounts.Contains((token.Namespace, token.ServiceAccount));
        var isNode = reference.Nodes?.Contains(token.Node ?? "") ?? true;
        claims =
        [
            new("k8s.namespace", token.Namespace, string.Join(", ", reference.ServiceAccounts.Select(a => a.Namespace).Distinct()), isSpace),
            new("k8s.service-account", $"{token.Namespace}:{token.ServiceAccount}", string.Join(", ", reference.ServiceAccounts.Select(a => $"{a.Namespace}:{a.Name}")), isAccount),
            new("k8s.node", token.Node ?? "not said", reference.Nodes is null ? null : string.Join(", ", reference.Nodes), isNode),
            new("k8s.pod", token.Pod ?? "not said", null, true),
            new("k8s.bound", IsBound(token) ? "to nonce and key" : "no", null, true),
        ];
        if (token.Subject != $"system:serviceaccount:{token.Namespace}:{token.ServiceAccount}")
            return new(KubernetesCodes.Subject, $"The token's subject {StrictJson.Printable(token.Subject)} is not the service account {token.Namespace}:{token.ServiceAccount} of its claims.");
        if (token.Pod is null || token.PodUid is null)
            return new(KubernetesCodes.NoPod, "The token is not bound to a pod, so that nothing says where it is used: project it into the pod, or request it with boundObjectRef of kind Pod.");
        if (!isSpace)
            return new(KubernetesCodes.Namespace, $"The token is of the namespace {token.Namespace}; the entry takes {claims[0].Reference}.");
        if (!isAccount)
            return new(KubernetesCodes.ServiceAccount, $"The token is of the service account {claims[1].Measured}; the entry takes {claims[1].Reference}.");
        return isNode ? null : new(KubernetesCodes.Node, $"The pod runs on the node {claims[2].Measured}; the entry takes {claims[2].Reference}.");
    }

    private static EvidenceFault? CheckAudience(ServiceAccountToken token, KubernetesReference reference, string expected)
    {
        if (!token.Audiences.Contains(reference.Audience))
            return new(KubernetesCodes.Audience, $"The token is not for us: its audience lacks {reference.Audience}.");
        // Whoever gets a token that others take too could show it to them.
        if (token.Audiences.FirstOrDefault(a => a != reference.Audience && !IsBinding(a)) is { } other)
            return new(KubernetesCodes.Audience, $"The token is also for {StrictJson.Printable(other)}: ask for one that is for {reference.Audience} alone.");
        if (IsBound(token))
        {
            return token.Audiences.All(a => a == reference.Audience || a == expected)
                ? null
                : new(KubernetesCodes.Binding, $"The token is bound to another nonce or key; request one with the audience {expected}.");
        }
        return reference.Projected
            ? null
            : new(KubernetesCodes.NotBound, $"The token is not bound to this nonce and key; request one (TokenRequest) with the audiences {reference.Audience} and {expected}.");
    }

    private static EvidenceFault? CheckTime(ServiceAccountToken token, KubernetesReference reference, DateTimeOffset now)
    {
        if (now >= token.Expires)
            return new(KubernetesCodes.Expired, string.Create(CultureInfo.InvariantCulture, $"The token expired at {token.Expires.UtcDateTime:u}; it is {now.UtcDateTime:u} here."));
        if (now + Leeway < token.NotBefore || now + Leeway < token.IssuedAt)
            return new(KubernetesCodes.NotYetValid, string.Create(CultureInfo.InvariantCulture, $"The token is valid only from {token.NotBefore.UtcDateTime:u}, issued at {token.IssuedAt.UtcDateTime:u}; it is {now.UtcDateTime:u} here."));
        return IsBound(token) || now - token.IssuedAt <= reference.MaxAge
            ? null
            : new(KubernetesCodes.TooOld, string.Create(CultureInfo.InvariantCulture, $"The token was issued at {token.IssuedAt.UtcDateTime:u}; one that is not bound may be {reference.MaxAge.TotalSeconds} seconds old."));
    }

    private static bool IsBinding(string audience) => audience.StartsWith(ServiceAccountToken.BindingPrefix, StringComparison.Ordinal);
}
