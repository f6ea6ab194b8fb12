using System.Net.Http.Json;
using System.Text.Json;
using A2AConsole.Core.Attestation;

namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>
/// Asks a cluster's API server about a token (TokenReview, authentication.k8s.io/v1): it alone knows whether pod and account
/// still exist. Its answer must be about the very account, pod and audience that the token names.
/// </summary>
internal sealed class TokenReviewer(KubernetesCluster cluster, ClusterConnection connection)
{
    private const string Path = "/apis/authentication.k8s.io/v1/tokenreviews";
    private const string PodName = "authentication.kubernetes.io/pod-name";
    private const string PodUid = "authentication.kubernetes.io/pod-uid";

    /// <summary>Asks about a token for <paramref name="audience"/>. Null when the API server takes it.</summary>
    public async Task<EvidenceFault?> ReviewAsync(ServiceAccountToken token, string audience, CancellationToken cancellationToken)
    {
        if (cluster.ApiServer is not { } server)
            return new(KubernetesCodes.ReviewUnavailable, $"The entry calls for a token review, and no API server is set for {cluster.Issuer}.");
        JsonElement? answer;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(server), Path))
            {
                Content = JsonContent.Create(new { apiVersion = "authentication.k8s.io/v1", kind = "TokenReview", spec = new { token = token.Text, audiences = new[] { audience } } }),
            };
            answer = StrictJson.Parse(await connection.SendAsync(request, cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UriFormatException or NotSupportedException)
        {
            return new(KubernetesCodes.ReviewUnavailable, $"The API server of {cluster.Issuer} could not be asked about the token: {e.Message}.");
        }
        return answer?.Text("kind") == "TokenReview" && answer.Value.Member("status") is { ValueKind: JsonValueKind.Object } status
            ? Judge(token, audience, status)
            : new(KubernetesCodes.ReviewUnavailable, $"The API server of {cluster.Issuer} gave no token review for an answer.");
    }

    private static EvidenceFault? Judge(ServiceAccountToken token, string audience, JsonElement status)
    {
        if (status.Member("authenticated")?.ValueKind != JsonValueKind.True)
            return new(KubernetesCodes.ReviewRefused, $"The API server does not take the token: {StrictJson.Printable(status.Text("error") ?? "its pod or account may be gone")}.");
        // A server that knows no audiences would say "authenticated" to any of them: it must name ours.
        if (status.Texts("audiences")?.Contains(audience) != true)
            return new(KubernetesCodes.ReviewMismatch, $"The API server did not say that the token is for {audience}.");
        var user = status.Member("user") ?? default;
        var extra = user.Member("extra") ?? default;
        var isSame = user.Text("username") == token.Subject
            && user.Text("uid") == token.ServiceAccountUid
            && extra.Texts(PodName) is [var pod] && pod == token.Pod
            && extra.Texts(PodUid) is [var uid] && uid == token.PodUid;
        return isSame ? null : new(KubernetesCodes.ReviewMismatch, "The API server names another service account or pod than the token.");
    }
}
