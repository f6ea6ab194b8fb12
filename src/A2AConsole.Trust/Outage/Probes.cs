using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Domain;

namespace A2AConsole.Trust.Outage;

/// <summary>Looks at the authority of this process: can its issuing key still sign? A module may have gone away.</summary>
internal sealed class LocalProbe(ISvidIssuer issuer, TrustOptions options) : IAuthorityProbe
{
    private static readonly byte[] Message = "a2aconsole health"u8.ToArray();

    public string Address => options.AuthorityUrl;

    public Task<string?> LookAsync(CancellationToken cancellationToken) => Task.Run(() =>
    {
        try
        {
            issuer.Issuers.Single(i => i.State == AnchorState.Active).Key.Sign(Message);
            return null;
        }
        catch (Exception e) when (e is TrustStartupException or CryptographicException)
        {
            return $"the issuing key cannot sign: {e.Message}";
        }
    }, cancellationToken);
}

/// <summary>Looks at an authority elsewhere: does its listener answer, as one of our trust domain, that it can issue?</summary>
internal sealed class RemoteProbe(ITrustDomain domain, TrustOptions options, TimeProvider time) : IAuthorityProbe
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public string Address => options.AuthorityUrl;

    public async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A connection each time: what is asked is whether a new one can be had.
            using var client = new HttpClient(Handler()) { Timeout = Timeout };
            using var answer = await client.GetAsync(new Uri(new Uri(Address), "/healthz"), cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"it answers {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or AuthenticationException)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds:0} s";
        }
    }

    private SocketsHttpHandler Handler()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(domain.Roots);
        policy.ExtraStore.AddRange(domain.Intermediates);
        return new SocketsHttpHandler
        {
            UseProxy = false, AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls13, CertificateChainPolicy = policy },
        };
    }
}
