using System.Text.Json;
using A2AConsole.Core.Attestation;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>
/// Appraises a Kubernetes service-account token, <c>{ "token": "…" }</c>, against the entry's reference values
/// (<see cref="KubernetesReference"/>). A token that was requested with the audience <c>a2aconsole:&lt;binding in hex&gt;</c> is bound to nonce
/// and key and worth <see cref="AssuranceLevel.Platform"/>. One that was merely projected is a bearer secret: taken only where
/// the entry says so, reviewed online, young, once, and worth <see cref="AssuranceLevel.Invited"/>.
/// </summary>
internal sealed class KubernetesVerifier : IEvidenceVerifier, IDisposable
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = ServiceAccountToken.MaxLength };

    private readonly Dictionary<string, Cluster> _clusters = new(StringComparer.Ordinal);
    private readonly UsedTokens _used;

    /// <summary>Throws <see cref="TrustStartupException"/> when a cluster's settings are not complete.</summary>
    public KubernetesVerifier(IEnumerable<KubernetesCluster> clusters, TimeProvider time, UsedTokens? used = null)
    {
        _used = used ?? new UsedTokens();
        foreach (var cluster in clusters)
        {
            if (Fault(cluster) is { } fault)
                throw new TrustStartupException($"{TrustOptions.Section}:KubernetesClusters: {fault}");
            var connection = new ClusterConnection(cluster);
            if (!_clusters.TryAdd(cluster.Issuer, new(connection, new IssuerKeys(cluster, connection, time), new TokenReviewer(cluster, connection))))
                throw new TrustStartupException($"{TrustOptions.Section}:KubernetesClusters: the issuer {cluster.Issuer} is there twice.");
        }
    }

    /// <inheritdoc/>
    public string Kind => EvidenceKind.Kubernetes;

    /// <inheritdoc/>
    public string? ReferenceFault(JsonElement reference)
        => KubernetesReference.TryRead(reference, out var fault) is not { } read ? fault
            : _clusters.ContainsKey(read.Issuer) ? null
            : $"No cluster with the issuer \"{StrictJson.Printable(read.Issuer)}\" is set in {TrustOptions.Section}:KubernetesClusters.";

    /// <inheritdoc/>
    public async ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AppraisalContext context, CancellationToken cancellationToken = default)
    {
        if (KubernetesReference.TryRead(context.Reference, out var wrong) is not { } reference)
            return Refused(new(KubernetesCodes.Reference, wrong!));
        if (!_clusters.TryGetValue(reference.Issuer, out var cluster))
            return Refused(new(KubernetesCodes.ClusterUnknown, $"This site has no keys of the cluster {reference.Issuer}."));
        if (ServiceAccountToken.TryRead(evidence.Body.Text("token"), out wrong) is not { } token)
            return Refused(new(KubernetesCodes.Malformed, wrong!));

        var binding = context.Binding;
        var fault = CheckAlgorithm(token) ?? TokenRules.CheckPurpose(token, reference, binding, context.Now) ?? await CheckSignatureAsync(cluster, token, cancellationToken);
        if (fault is not null)
            return Refused(fault);
        // From here on the claims are the cluster's, and worth being shown beside what was expected.
        var isBound = TokenRules.IsBound(token);
        fault = TokenRules.CheckClaims(token, reference, out var claims);
        if (fault is null && (reference.TokenReview || !isBound))
            fault = await cluster.Reviewer.ReviewAsync(token, isBound ? TokenRules.BindingAudience(binding) : reference.Audience, cancellationToken);
        if (fault is null && !isBound)
            fault = _used.Take(token, context.Now);
        return new Appraisal
        {
            Kind = Kind,
            Assurance = isBound ? AssuranceLevel.Platform : AssuranceLevel.Invited,
            Code = fault?.Code,
            Detail = fault?.Detail,
            Claims = claims,
            Runtime = token.PodUid is null ? null : $"pod:{token.PodUid}",
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cluster in _clusters.Values)
        {
            cluster.Keys.Dispose();
            cluster.Connection.Dispose();
        }
    }

    private Appraisal Refused(EvidenceFault fault) => new() { Kind = Kind, Assurance = AssuranceLevel.Invited, Code = fault.Code, Detail = fault.Detail };

    private static EvidenceFault? CheckAlgorithm(ServiceAccountToken token)
        => token.Algorithm is SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.EcdsaSha256
            ? null
            : new(KubernetesCodes.Algorithm, $"The token's alg is {StrictJson.Printable(token.Algorithm)}; {SecurityAlgorithms.RsaSha256} and {SecurityAlgorithms.EcdsaSha256} are taken.");

    private static async ValueTask<EvidenceFault?> CheckSignatureAsync(Cluster cluster, ServiceAccountToken token, CancellationToken cancellationToken)
    {
        var (key, fault) = await cluster.Keys.FindAsync(token.KeyId, cancellationToken);
        if (key is null)
            return fault;
        if (IssuerKeys.AlgorithmOf(key) != token.Algorithm)
            return new(KubernetesCodes.Algorithm, $"The token's alg is {token.Algorithm}, and the cluster's key {StrictJson.Printable(token.KeyId)} is not for it.");
        var result = await Handler.ValidateTokenAsync(token.Text, new TokenValidationParameters
        {
            RequireSignedTokens = true,
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = [token.Algorithm],
            // Whom, what and when are rules of ours, with codes of their own.
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireExpirationTime = false,
        });
        return result.IsValid ? null : new(KubernetesCodes.Signature, $"The token was not signed with the cluster's key {StrictJson.Printable(token.KeyId)}.");
    }

    private static string? Fault(KubernetesCluster cluster)
        => cluster.Issuer.Length == 0 ? "an item lacks Issuer."
            : cluster.KeysFile is null == cluster.KeysUrl is null ? $"{cluster.Issuer} needs either KeysFile or KeysUrl."
            : new[] { cluster.KeysUrl, cluster.ApiServer }.FirstOrDefault(u => u is not null && !(Uri.TryCreate(u, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps)) is { } address ? $"{address} is no https address."
            : null;

    private sealed record Cluster(ClusterConnection Connection, IssuerKeys Keys, TokenReviewer Reviewer);
}
