using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Identity;
using A2AConsole.Trust.Attestation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace A2AConsole.Trust.Listening;

/// <summary>
/// <c>POST /v1/attest</c>: a nonce for an identity and a key, with a challenge where the kind has one; and
/// <c>GET /v1/attestation-keys</c>: what verifies attestation results (JWK set, RFC 7517).
/// </summary>
internal sealed class AttestationEndpoints(AttestationOffers offers, AttestationKeys keys, TimeProvider time)
{
    [SuppressMessage("Performance", "CA1812", Justification = "Made by the JSON reader.")]
    private sealed record AttestBody(string? SpiffeId, string? Token, string? Kind, string? Csr, string? KeyInfo, JsonElement? Opening);

    private sealed record AttestReply(
        string SpiffeId, string Nonce, string Binding, DateTimeOffset Expires, IReadOnlyList<string> Required, IReadOnlyList<string> RequiredAtRenewal, JsonElement? Challenge);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v1/attest", (RequestDelegate)AttestAsync);
        endpoints.MapGet("/v1/attestation-keys", context => context.Response.WriteAsJsonAsync(keys.Jwks(time.GetUtcNow()), RequestReader.Json, "application/jwk-set+json", context.RequestAborted));
    }

    private async Task AttestAsync(HttpContext context)
    {
        var (body, refusal) = await RequestReader.ReadAsync<AttestBody>(context, "\"spiffeId\" or \"token\", \"csr\" or \"keyInfo\", and perhaps \"kind\" and \"opening\"");
        var request = body is null ? null : Read(body, out refusal);
        if (request is null)
        {
            await Problem.WriteAsync(context, refusal!);
            return;
        }
        if (await context.Connection.GetClientCertificateAsync(context.RequestAborted) is { } current)
            request = request with { Held = AgentPosture.Of(current)?.Evidence ?? [] };
        var (offer, refused) = await offers.OfferAsync(request, RequestReader.AddressOf(context), context.RequestAborted);
        if (offer is null)
        {
            await Problem.WriteAsync(context, refused!);
            return;
        }
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(new AttestReply(offer.SpiffeId, offer.Nonce.Text, Base64Url.EncodeToString(offer.Binding), offer.Nonce.ExpiresAt,
            offer.Required, offer.RequiredAtRenewal, offer.Challenge), RequestReader.Json, context.RequestAborted);
    }

    private static AttestationRequest? Read(AttestBody body, out AuthorityRefusal? refusal)
    {
        refusal = null;
        byte[] keyInfo = [];
        if (body.Csr is null == body.KeyInfo is null)
            refusal = Refusals.RequestMalformed("exactly one of \"csr\" and \"keyInfo\" says which key is to be certified");
        else if (body.Kind is { Length: > AuthorityEndpoints.MaxKind })
            refusal = Refusals.RequestMalformed($"a kind of evidence has at most {AuthorityEndpoints.MaxKind} characters");
        else if (body.KeyInfo is { } text && !TryDecode(text, out keyInfo))
            refusal = Refusals.RequestMalformed("\"keyInfo\" is not base64");
        return refusal is not null ? null : new AttestationRequest
        {
            SpiffeId = body.SpiffeId, Token = body.Token, Kind = body.Kind, Opening = body.Opening, KeyInfo = keyInfo,
            Csr = body.Csr is null ? default : Encoding.UTF8.GetBytes(body.Csr),
        };
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var isRight = Convert.TryFromBase64String(text, bytes, out var written);
        bytes = bytes[..written];
        return isRight;
    }
}
