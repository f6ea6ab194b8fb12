using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>
/// Talks to one cluster's API server: TLS to the authority that the settings name, our bearer token, short time-outs, answers
/// of limited size, no redirections.
/// </summary>
internal sealed class ClusterConnection(KubernetesCluster cluster) : IDisposable
{
    /// <summary>The longest answer that is read, in bytes.</summary>
    public const int MaxAnswer = 256 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly Lazy<HttpClient> _client = new(() => Open(cluster));

    /// <summary>Sends a request and returns the answer's body. Throws <see cref="HttpRequestException"/> or <see cref="IOException"/> when it cannot be had.</summary>
    public async Task<byte[]> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            if (cluster.CredentialFile is { } file)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(file, cancellationToken)).Trim());
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var response = await _client.Value.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsByteArrayAsync(cancellationToken)
                : throw new HttpRequestException($"the API server answered {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("the API server did not answer in time");
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or FormatException)
        {
            throw new HttpRequestException("the authority or credential file of the cluster cannot be used", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    private static HttpClient Open(KubernetesCluster cluster)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = Timeout, PooledConnectionLifetime = ConnectionLifetime };
        if (cluster.AuthorityFile is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            policy.CustomTrustStore.ImportFromPemFile(file);
            handler.SslOptions.CertificateChainPolicy = policy;
        }
        return new HttpClient(handler) { Timeout = Timeout, MaxResponseContentBufferSize = MaxAnswer };
    }
}
