using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Trust.Tests.Attestation.Desk;

/// <summary>An authority whose verifiers answer for what the desk hands them, and agents that attest to it over its real listener.</summary>
internal sealed class DeskSite : IAsyncDisposable
{
    public const string Right = "v1";

    private DeskSite(AuthorityHost host, FakeVerifier machine, FakeVerifier platform) => (Host, Machine, Platform) = (host, machine, platform);

    public AuthorityHost Host { get; }

    /// <summary>Hardware.</summary>
    public FakeVerifier Machine { get; }

    public FakeVerifier Platform { get; }

    public static async Task<DeskSite> StartAsync(Action<TrustOptions>? configure = null)
    {
        var (machine, platform) = (new FakeVerifier(EvidenceKind.SevSnp, AssuranceLevel.Hardware), new FakeVerifier(EvidenceKind.Kubernetes, AssuranceLevel.Platform));
        var host = await AuthorityHost.StartAsync(configure, services =>
        {
            foreach (var installed in services.Where(d => d.ServiceType == typeof(IEvidenceVerifier)).ToList())
                services.Remove(installed);
            services.AddSingleton<IEvidenceVerifier>(machine);
            services.AddSingleton<IEvidenceVerifier>(platform);
            services.AddSingleton<IEvidenceVerifier>(new FakeChallenger(EvidenceKind.Tpm));
            services.AddSingleton<IEvidenceVerifier>(new FakeVerifier(EvidenceKind.Image, AssuranceLevel.Invited));
        });
        return new DeskSite(host, machine, platform);
    }

    public Task<RegisteredEntry> RegisterAsync(string name, params EvidenceTerm[] evidence) => Host.Registrations.CreateAsync(new EntryTerms
    {
        Environment = "test", Role = "planner", Name = name, Organisation = "Acme", Tier = RiskTier.High, Lifetime = TimeSpan.FromHours(4),
        KeyAlgorithms = [AlgorithmRegistry.EcdsaP256.Id], Evidence = evidence,
    }, "user:admin");

    public static EvidenceTerm Term(string kind, bool atRenewal = true) => new(kind, """{"value":"v1"}""", atRenewal);

    public static EvidenceTerm JoinToken => new(EvidenceKind.JoinToken, "{}", AtRenewal: false);

    public static string Id(string name = "p-1") => $"spiffe://acme.test/env/test/role/planner/agent/{name}";

    /// <summary>Asks for a nonce; the reply, or the refusal's code.</summary>
    public async Task<(JsonElement? Reply, string? Code)> AttestAsync(object body)
    {
        using var client = Host.Client();
        using var response = await client.PostAsJsonAsync("/v1/attest", body);
        using var json = await response.Content.ReadFromJsonAsync<JsonDocument>();
        return response.StatusCode == HttpStatusCode.Created ? (json!.RootElement.Clone(), null) : (null, json!.RootElement.GetProperty("code").GetString());
    }

    /// <summary>A nonce and the binding for a key.</summary>
    public async Task<(string Nonce, string Binding)> NonceAsync(ECDsa key, string name = "p-1")
    {
        var (reply, code) = await AttestAsync(new { spiffeId = Id(name), keyInfo = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) });
        return reply is { } given ? (given.GetProperty("nonce").GetString()!, given.GetProperty("binding").GetString()!) : throw new InvalidOperationException(code);
    }

    public static object Evidence(string kind, string binding, string value = Right, string machine = "machine-1") => new { kind, binding, value, machine };

    /// <summary>Posts to the authority; the certificate with its key, or the refusal's code.</summary>
    public async Task<(X509Certificate2? Certificate, string? Code)> PostAsync(string path, object body, ECDsa key, X509Certificate2? current = null)
    {
        using var client = Host.Client(current);
        using var response = await client.PostAsJsonAsync(path, body);
        using var json = await response.Content.ReadFromJsonAsync<JsonDocument>();
        if (response.StatusCode != HttpStatusCode.Created)
            return (null, json!.RootElement.GetProperty("code").GetString());
        using var certificate = X509Certificate2.CreateFromPem(json!.RootElement.GetProperty("certificateChain").GetString());
        return (certificate.CopyWithPrivateKey(key), null);
    }

    /// <summary>Enrols an agent on its evidence alone, or says why not.</summary>
    public async Task<(X509Certificate2? Certificate, string? Code)> EnrolAsync(ECDsa key, string name = "p-1", string kind = EvidenceKind.SevSnp, string value = Right, string machine = "machine-1")
    {
        var (nonce, binding) = await NonceAsync(key, name);
        return await PostAsync("/v1/enroll", new { spiffeId = Id(name), csr = Csr.Pem(key), nonce, evidence = new[] { Evidence(kind, binding, value, machine) } }, key);
    }

    /// <summary>Renews with fresh evidence, or says why not.</summary>
    public async Task<(X509Certificate2? Certificate, string? Code)> RenewAsync(X509Certificate2 current, string value = Right, string machine = "machine-1", string kind = EvidenceKind.SevSnp)
    {
        using var key = NewKey();
        var (nonce, binding) = await NonceAsync(key);
        return await PostAsync("/v1/renew", new { csr = Csr.Pem(key), nonce, evidence = new[] { Evidence(kind, binding, value, machine) } }, key, current);
    }

    public static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
