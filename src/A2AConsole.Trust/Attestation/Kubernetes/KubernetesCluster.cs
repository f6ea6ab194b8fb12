namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>A cluster whose service-account tokens are taken: an item of <c>A2AConsole:Trust:KubernetesClusters</c>.</summary>
public sealed class KubernetesCluster
{
    /// <summary>Its tokens' <c>iss</c>, as the API server's <c>--service-account-issuer</c> says. Entries name the cluster by it.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>A file with the issuer's keys (JWKS, what <c>kubectl get --raw /openid/v1/jwks</c> prints): nothing is asked online.</summary>
    public string? KeysFile { get; set; }

    /// <summary>Or the address to get them from, e.g. <c>https://10.0.0.1:6443/openid/v1/jwks</c>.</summary>
    public string? KeysUrl { get; set; }

    /// <summary>The API server, e.g. <c>https://10.0.0.1:6443</c>, for TokenReview; null: only offline.</summary>
    public string? ApiServer { get; set; }

    /// <summary>PEM of the authority that the API server's certificate chains to; null: the machine's own trust store.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>A file with the bearer token that we show the API server, read anew for each request, since kubelets replace it.</summary>
    public string? CredentialFile { get; set; }
}
