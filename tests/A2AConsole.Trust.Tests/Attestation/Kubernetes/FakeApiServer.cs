using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Tests.Attestation.Kubernetes;

/// <summary>
/// Stands in for a Kubernetes API server, which the build machines don't have: a real HTTPS listener with its own authority that
/// speaks as much of the API as the verifier asks for, and answers as its test tells it to.
/// </summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    public const string Credential = "our-own-service-account-token";

    private readonly WebApplication _app;
    
    private FakeApiServer(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";
    /// <summary>As a pod finds it: with the authority's certificate and the account's token.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("a2a-api-").FullName;
    public string AuthorityFile => Path.Combine(Directory, "ca.crt");
    public string CredentialFile => Path.Combine(Directory, "token");
    /// <summary>The JWKS that is served, or null: 503.</summary>
    public Func<string?> Keys { get; set; } = () => null;
    public int KeyRequests { get; private set; }
    /// <summary>From the request's spec to the answer's status, or null: 500.</summary>
    public Func<JsonNode, JsonNode?> Review { get; set; } = _ => null;

    /// <summary>From a token request's account (namespace:name) and spec to the token.</summary>
    public Func<string, JsonNode, string?> Issue { get; set; } = (_, _) => null;

    public static async Task<FakeApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (authority, certificate) = Certificates(authorityKey);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        var app = builder.Build();
        var server = new FakeApiServer(app);
        app.MapGet("/openid/v1/jwks", (HttpContext context) => Answer(context, () =>
        {
            server.KeyRequests++;
            return server.Keys() is { } keys ? Results.Text(keys, "application/jwk-set+json") : Results.StatusCode(503);
        }));
        app.MapPost("/apis/authentication.k8s.io/v1/tokenreviews", async (HttpContext context) =>
        {
            var review = (await JsonNode.ParseAsync(context.Request.Body))!;
            return Answer(context, () => server.Review(review["spec"]!) is { } status
                ? Results.Text(new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenReview", ["status"] = status }.ToJsonString(), "application/json", statusCode: 201)
                : Results.StatusCode(500));
        });
        app.MapPost("/api/v1/namespaces/{space}/serviceaccounts/{name}/token", async (HttpContext context, string space, string name) =>
        {
            var request = (await JsonNode.ParseAsync(context.Request.Body))!;
            return Answer(context, () => (string?)request["kind"] == "TokenRequest" && server.Issue($"{space}:{name}", request["spec"]!) is { } token
                ? Results.Text(new JsonObject { ["kind"] = "TokenRequest", ["status"] = new JsonObject { ["token"] = token } }.ToJsonString(), "application/json", statusCode: 201)
                : Results.StatusCode(403));
        });
        await app.StartAsync();
        server.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await File.WriteAllTextAsync(server.AuthorityFile, authority);
        await File.WriteAllTextAsync(server.CredentialFile, Credential + "\n");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static IResult Answer(HttpContext context, Func<IResult> answer)
        => context.Request.Headers.Authorization == $"Bearer {Credential}" ? answer() : Results.StatusCode(401);

    private static (string Authority, X509Certificate2 Server) Certificates(ECDsa authorityKey)
    {
        var now = DateTimeOffset.UtcNow;
        var root = new CertificateRequest("CN=kubernetes", authorityKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = root.CreateSelfSigned(now.AddMinutes(-5), now.AddHours(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, now.AddMinutes(-5), now.AddHours(1), [1, 2, 3]);
        using var withKey = certificate.CopyWithPrivateKey(key);
        return (authority.ExportCertificatePem(), X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null));
    }
}
