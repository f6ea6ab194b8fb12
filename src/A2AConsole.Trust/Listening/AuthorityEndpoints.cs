using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace A2AConsole.Trust.Listening;

/// <summary>The authority's HTTP interface: what the requests look like and what is answered. It decides nothing.</summary>
internal sealed class AuthorityEndpoints(IAuthority authority, ITrustDomain domain, IEdgeAddress edge)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        PropertyNameCaseInsensitive = false,
        MaxDepth = 4,
    };

    [SuppressMessage("Performance", "CA1812", Justification = "Made by the JSON reader.")]
    private sealed record RequestBody(string? Token, string? Csr, SigningKeyBody? SigningKey);

    /// <summary>A further signing key: SubjectPublicKeyInfo and proof in base64. Base64 that is none makes the whole request unreadable.</summary>
    [SuppressMessage("Performance", "CA1812", Justification = "Made by the JSON reader.")]
    private sealed record SigningKeyBody([property: JsonRequired] byte[] PublicKey, [property: JsonRequired] byte[] Proof, bool RequireBoth = false);

    private sealed record IssuanceReply(
        string SpiffeId, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string CertificateChain, string TrustBundle, string LedgerKey, string Edge, long LeafIndex);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v1/enroll", (RequestDelegate)EnrollAsync);
        endpoints.MapPost("/v1/renew", (RequestDelegate)RenewAsync);
        endpoints.MapGet("/v1/bundle", context =>
        {
            context.Response.ContentType = "application/x-pem-file";
            return context.Response.WriteAsync(domain.BundlePem, context.RequestAborted);
        });
        endpoints.MapGet("/v1/bundle.json", context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(domain.BundleJson, context.RequestAborted);
        });
        endpoints.MapGet("/healthz", context => context.Response.WriteAsync("ok\n", context.RequestAborted));
    }

    private async Task EnrollAsync(HttpContext context)
    {
        if (await ReadAsync(context, IssuanceKind.Enrolment) is not { } request)
            return;
        if (request.Token is null)
            await RefuseAsync(context, Refusals.RequestMalformed("the member \"token\" is missing"), IssuanceKind.Enrolment);
        else
            await AnswerAsync(context, await authority.EnrollAsync(new IssuanceRequest(CsrOf(request)) { Token = request.Token, SigningKey = SigningKeyOf(request) }, AddressOf(context), context.RequestAborted));
    }

    private async Task RenewAsync(HttpContext context)
    {
        if (await context.Connection.GetClientCertificateAsync(context.RequestAborted) is not { } certificate)
            await RefuseAsync(context, Refusals.RenewalCertificateRequired(), IssuanceKind.Renewal);
        else if (await ReadAsync(context, IssuanceKind.Renewal) is { } request)
            await AnswerAsync(context, await authority.RenewAsync(certificate, new IssuanceRequest(CsrOf(request)) { SigningKey = SigningKeyOf(request) }, AddressOf(context), context.RequestAborted));
    }

    private async Task<RequestBody?> ReadAsync(HttpContext context, IssuanceKind step)
    {
        AuthorityRefusal refusal;
        if (!context.Request.HasJsonContentType())
        {
            await Problem.WriteAsync(context, Refusals.MediaTypeUnsupported());
            return null;
        }
        try
        {
            var request = await JsonSerializer.DeserializeAsync<RequestBody>(context.Request.Body, Json, context.RequestAborted);
            if (request?.Csr is not null)
                return request;
            refusal = Refusals.RequestMalformed("the member \"csr\" is missing");
        }
        catch (JsonException)
        {
            refusal = Refusals.RequestMalformed("it is not one JSON object with the members \"token\" and \"csr\"");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            refusal = Refusals.RequestTooLarge();
        }
        await RefuseAsync(context, refusal, step);
        return null;
    }

    private async Task RefuseAsync(HttpContext context, AuthorityRefusal refusal, IssuanceKind step)
        => await Problem.WriteAsync(context, await authority.RefuseAsync(refusal, step, AddressOf(context), context.RequestAborted));

    private async Task AnswerAsync(HttpContext context, IssuanceResult result)
    {
        if (result.Certificate is not { } issued)
        {
            await Problem.WriteAsync(context, result.Refusal!);
            return;
        }
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = StatusCodes.Status201Created;
        var reply = new IssuanceReply(issued.SpiffeId, issued.Serial, issued.NotBefore, issued.NotAfter, issued.ChainPem,
            domain.BundlePem, domain.LedgerSigner.VerifierKey, edge.Url, issued.LeafIndex);
        await context.Response.WriteAsJsonAsync(reply, Json, context.RequestAborted);
    }

    private static SigningKeyRequest? SigningKeyOf(RequestBody request)
        => request.SigningKey is { } key ? new SigningKeyRequest(key.PublicKey, key.Proof, key.RequireBoth) : null;

    private static byte[] CsrOf(RequestBody request) => Encoding.UTF8.GetBytes(request.Csr!);

    private static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();
}
