using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;

namespace A2AConsole.Sdk;

/// <summary>What the authority gives: a certificate chain (PEM, leaf first) for the key that was made here, and where to go with it.</summary>
internal sealed record Enrolment(string KeyPem, string ChainPem, TrustBundle Bundle, string LedgerKey, Uri? Edge);

/// <summary>Speaks to the authority: bundle, first certificate, next certificate. A new P-256 key is made for each.</summary>
internal static class AuthorityClient
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Downloads the bundle over a connection that is not trusted yet and keeps the root that the join token pins.</summary>
    public static async Task<TrustBundle> DownloadBundleAsync(Uri authority, JoinToken token, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(PeerTrust.UnauthenticatedHandler()) { Timeout = Timeout };
        using var answer = await SendAsync(http, new HttpRequestMessage(HttpMethod.Get, new Uri(authority, "/v1/bundle")), cancellationToken);
        await ThrowIfRefusedAsync(answer, cancellationToken);
        var pem = await answer.Content.ReadAsStringAsync(cancellationToken);
        return TrustBundle.Pinned(pem, token.RootFingerprint)
            ?? throw new EnrolmentRefusedException("bundle-fingerprint-mismatch", $"no root of {authority} has the fingerprint that the join token names: "
                + "this is another authority, or somebody stands between; the token was not sent");
    }

    public static async Task<Enrolment> EnrollAsync(Uri authority, JoinToken token, TrustBundle pinned, AgentOptions options, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(PeerTrust.Handler(() => pinned, options.TimeProvider, identity: null)) { Timeout = Timeout };
        return await RequestAsync(http, authority, options, token, current: null, cancellationToken);
    }

    public static async Task<Enrolment> RenewAsync(Uri authority, AgentIdentity current, TrustBundle bundle, AgentOptions options, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(current.CreateHandler(bundle, options.TimeProvider)) { Timeout = Timeout };
        return await RequestAsync(http, authority, options, token: null, current, cancellationToken);
    }

    /// <summary>Fetches the bundle from an authority that <paramref name="current"/> proves.</summary>
    public static async Task<TrustBundle> FetchBundleAsync(Uri authority, TrustBundle current, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(PeerTrust.Handler(() => current, clock, identity: null)) { Timeout = Timeout };
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(authority, "/v1/bundle.json"));
        using var answer = await SendAsync(http, message, cancellationToken);
        await ThrowIfRefusedAsync(answer, cancellationToken);
        return TrustBundle.FromSpiffe(await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private static async Task<Enrolment> RequestAsync(
        HttpClient http, Uri authority, AgentOptions options, JoinToken? token, AgentIdentity? current, CancellationToken cancellationToken)
    {
        var signing = options.Signing;
        using var key = SigningKey.Generate();
        using var alternative = signing.NewAlternativeKey();
        var request = new CertificateRequest("CN=agent", key.Key, HashAlgorithmName.SHA256);
        if (current is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri(current.SpiffeId.Text));
            request.CertificateExtensions.Add(names.Build());
        }
        var csr = request.CreateSigningRequest();
        var claim = alternative is null ? null : SigningKeyClaim.Of(alternative, csr, current?.AlternativeKey, requireBoth: signing.IsDual());
        var gathered = await Attestation.GatherAsync(options.Evidence, SendCheckedAsync, authority, key, token?.Text, current?.SpiffeId.Text, cancellationToken);
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(authority, current is null ? "/v1/enroll" : "/v1/renew"))
        {
            Content = JsonContent.Create(new { token = token?.Text, csr = PemEncoding.WriteString("CERTIFICATE REQUEST", csr), signingKey = claim, nonce = gathered?.Nonce, evidence = gathered?.Evidence }),
        };
        using var answer = await SendAsync(http, message, cancellationToken);
        await ThrowIfRefusedAsync(answer, cancellationToken);
        var keyPem = alternative is null ? key.ExportPkcs8Pem() : $"{key.ExportPkcs8Pem()}\n{alternative.ExportPkcs8Pem()}\n";
        try
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(cancellationToken));
            var root = json.RootElement;
            var chain = root.GetProperty("certificateChain").GetString()!;
            var edge = root.TryGetProperty("edge", out var named) && named.GetString() is { Length: > 0 } text ? new Uri(text) : null;
            using (AgentIdentity.FromPem(chain, keyPem))
            {
                // Only to see that it can be used, before anything is replaced by it.
            }
            return new Enrolment(keyPem, chain, BundleOf(root), root.GetProperty("ledgerKey").GetString()!, edge);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or UriFormatException or AgentStateException)
        {
            throw new EnrolmentRefusedException("certificate-unusable", "the authority's answer cannot be used: " + e.Message);
        }

        async Task<HttpResponseMessage> SendCheckedAsync(HttpRequestMessage request)
        {
            var answer = await SendAsync(http, request, cancellationToken);
            await ThrowIfRefusedAsync(answer, cancellationToken);
            return answer;
        }
    }

    private static TrustBundle BundleOf(JsonElement answer)
        => TrustBundle.FromPem(answer.GetProperty("trustBundle").GetString()!, answer.TryGetProperty("bundleSequence", out var sequence) ? sequence.GetInt64() : 0);

    /// <summary>The further signing key as the authority wants it: base64, with the proof that it is ours, and that it follows the one that we have.</summary>
    private sealed record SigningKeyClaim(string PublicKey, string Proof, bool RequireBoth, string? Succession)
    {
        public static SigningKeyClaim Of(SigningKey key, byte[] csr, SigningKey? current, bool requireBoth)
            => new(Convert.ToBase64String(key.SubjectPublicKeyInfo), Convert.ToBase64String(SigningKeyProof.Create(key, csr)), requireBoth,
                current is null ? null : Convert.ToBase64String(SigningKeyProof.CreateSuccession(current, csr, key.SubjectPublicKeyInfo)));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Version = System.Net.HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (Failures.IsUntrusted(e))
        {
            throw new PeerNotTrustedException($"the authority at {request.RequestUri} does not prove to belong to the trust domain", e);
        }
        catch (HttpRequestException e)
        {
            throw new AgentUnavailableException($"the authority at {request.RequestUri} cannot be reached: {e.Message}", e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AgentUnavailableException($"the authority at {request.RequestUri} did not answer within {Timeout.TotalSeconds} s", e);
        }
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
            return;
        var problem = Problem.Read(await answer.Content.ReadAsByteArrayAsync(cancellationToken), (int)answer.StatusCode);
        if ((int)answer.StatusCode is 429 or >= 500)
            throw new AgentUnavailableException($"the authority cannot answer now: {problem.Code}: {problem.Detail}") { RetryAfter = answer.Headers.RetryAfter?.Delta };
        throw new EnrolmentRefusedException(problem.Code, problem.Detail, (int)answer.StatusCode);
    }
}
