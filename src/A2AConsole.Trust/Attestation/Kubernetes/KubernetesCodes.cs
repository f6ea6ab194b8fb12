namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>Why a service-account token is not accepted: the stable codes, as logs, leaves and pages show them.</summary>
public static class KubernetesCodes
{
    /// <summary>The entry's reference values cannot be used.</summary>
    public const string Reference = "k8s-reference";
    /// <summary>The reference names a cluster that this site has no keys for.</summary>
    public const string ClusterUnknown = "k8s-cluster-unknown";
    /// <summary>Not a JWT with the claims of a service-account token.</summary>
    public const string Malformed = "k8s-malformed";
    /// <summary>Signed with anything but RS256 or ES256, or with a key of another kind than the header says.</summary>
    public const string Algorithm = "k8s-algorithm";
    public const string Issuer = "k8s-issuer";
    /// <summary>Not for us, or for others too.</summary>
    public const string Audience = "k8s-audience";
    /// <summary>Bound to another nonce or key.</summary>
    public const string Binding = "k8s-binding";
    /// <summary>Not bound to a nonce and key at all, and the entry does not take such tokens.</summary>
    public const string NotBound = "k8s-not-bound";
    public const string Expired = "k8s-expired";
    public const string NotYetValid = "k8s-not-yet-valid";
    /// <summary>A token that is not bound was issued too long ago.</summary>
    public const string TooOld = "k8s-too-old";
    /// <summary>The issuer's keys could not be had.</summary>
    public const string KeysUnavailable = "k8s-keys-unavailable";
    /// <summary>The header names a key that the issuer does not have.</summary>
    public const string KeyUnknown = "k8s-key-unknown";
    public const string Signature = "k8s-signature";
    /// <summary>The subject is not the service account that the claims name.</summary>
    public const string Subject = "k8s-subject";
    /// <summary>Not bound to a pod: nothing says where it is used.</summary>
    public const string NoPod = "k8s-no-pod";
    public const string Namespace = "k8s-namespace";
    public const string ServiceAccount = "k8s-service-account";
    public const string Node = "k8s-node";
    /// <summary>The API server does not take the token.</summary>
    public const string ReviewRefused = "k8s-review-refused";
    /// <summary>The API server names another account, pod or audience than the token.</summary>
    public const string ReviewMismatch = "k8s-review-mismatch";
    /// <summary>The API server could not be asked.</summary>
    public const string ReviewUnavailable = "k8s-review-unavailable";
    /// <summary>A token that is not bound was used before.</summary>
    public const string Reused = "k8s-reused";
    /// <summary>Too many tokens are remembered for another one to be taken safely.</summary>
    public const string Busy = "k8s-busy";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Reference, ClusterUnknown, Malformed, Algorithm, Issuer, Audience, Binding, NotBound, Expired, NotYetValid, TooOld, KeysUnavailable, KeyUnknown,
        Signature, Subject, NoPod, Namespace, ServiceAccount, Node, ReviewRefused, ReviewMismatch, ReviewUnavailable, Reused, Busy,
    ];
}
