using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Trust.Attestation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace A2AConsole.Trust.Listening;

/// <summary>The authority's HTTP interface: what the requests look like and what is answered. It decides nothing.</summary>
internal sealed class AuthorityEndpoints(IAuthority authority, ITrustDomain domain, IEdgeAddress edge)
{
    /// <summary>The longest name of a kind of evidence: what is refused is quoted.</summary>
    public const int MaxKind = 32;

    private const int MaxEvidence = 8;

    [SuppressMessage("Performance", "CA1812", Justification = "Made by the JSON reader.")]
    private sealed record RequestBody(string? Token, string? Csr, string? SpiffeId, string? Nonce, JsonElement[]? Evidence, SigningKeyBody? SigningKey);

    /// <summary>A further signing key: SubjectPublicKeyInfo, proof and, where one is needed, succession in base64. Base64 that is none makes the whole request unreadable.</summary>
    [SuppressMessage("Performance", "CA1812", Justification = "Made by the JSON reader.")]
    private sealed record SigningKeyBody([property: JsonRequired] byte[] PublicKey, [property: JsonRequired] byte[] Proof, bool RequireBoth = false, byte[]? Succession = null);

    private sealed record IssuanceReply(
        string SpiffeId, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string CertificateChain, string TrustBundle, long BundleSequence, string LedgerKey, string Edge, long LeafIndex);

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
        if (await ReadAsync(context, IssuanceKind.Enrolment) is { } request)
            await AnswerAsync(context, await authority.EnrollAsync(request, RequestReader.AddressOf(context), context.RequestAborted));
    }

    private async Task RenewAsync(HttpContext context)
    {
        if (await context.Connection.GetClientCertificateAsync(context.RequestAborted) is not { } certificate)
            await RefuseAsync(context, Refusals.RenewalCertificateRequired(), IssuanceKind.Renewal);
        else if (await ReadAsync(context, IssuanceKind.Renewal) is { } request)
            await AnswerAsync(context, await authority.RenewAsync(certificate, request, RequestReader.AddressOf(context), context.RequestAborted));
    }

    private async Task<IssuanceRequest?> ReadAsync(HttpContext context, IssuanceKind step)
    {
        var (body, refusal) = await RequestReader.ReadAsync<RequestBody>(context, "\"csr\", and \"token\" or \"spiffeId\", \"nonce\" and \"evidence\"");
        if (body is not null)
            refusal = Fault(body, step);
        if (refusal is null)
        {
            return new IssuanceRequest(Encoding.UTF8.GetBytes(body!.Csr!))
            {
                Token = body.Token, SpiffeId = body.SpiffeId, Nonce = body.Nonce,
                SigningKey = body.SigningKey is { } key ? new SigningKeyRequest(key.PublicKey, key.Proof, key.RequireBoth) { Succession = key.Succession } : null,
                Evidence = [.. (body.Evidence ?? []).Select(e => new Evidence(e.GetProperty("kind").GetString()!, e))],
            };
        }
        if (refusal.Status == StatusCodes.Status415UnsupportedMediaType)
            await Problem.WriteAsync(context, refusal);
        else
            await RefuseAsync(context, refusal, step);
        return null;
    }

    private static AuthorityRefusal? Fault(RequestBody body, IssuanceKind step)
        => body.Csr is null ? Refusals.RequestMalformed("the member \"csr\" is missing")
            : step == IssuanceKind.Enrolment && body.Token is null && body.SpiffeId is null ? Refusals.RequestMalformed("the member \"token\" is missing (or \"spiffeId\", for an agent that its evidence lets in)")
            : body.Evidence is { Length: > MaxEvidence } ? Refusals.RequestMalformed($"it brings more than {MaxEvidence} pieces of evidence")
            : body.Evidence?.Any(e => string.IsNullOrEmpty(e.Text("kind"))) == true ? Refusals.RequestMalformed("each piece of evidence is an object with its \"kind\"")
            : body.Evidence?.Any(e => e.Text("kind")!.Length > MaxKind) == true ? Refusals.RequestMalformed($"a kind of evidence has at most {MaxKind} characters")
            : null;

    private async Task RefuseAsync(HttpContext context, AuthorityRefusal refusal, IssuanceKind step)
        => await Problem.WriteAsync(context, await authority.RefuseAsync(refusal, step, RequestReader.AddressOf(context), context.RequestAborted));

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
            domain.BundlePem, domain.BundleSequence, domain.LedgerSigner.VerifierKey, edge.Url, issued.LeafIndex);
        await context.Response.WriteAsJsonAsync(reply, RequestReader.Json, context.RequestAborted);
    }
}
