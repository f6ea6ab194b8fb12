using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Registration;
using A2AConsole.Trust.Listening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace A2AConsole.Trust.Est;

/// <summary>
/// Enrolment over Secure Transport (RFC 7030, with RFC 8951's clarifications) beside the JSON interface: another spelling of the same requests, which the same
/// authority decides on. <c>simpleenroll</c> takes a join token by HTTP Basic (user <c>token</c>), <c>simplereenroll</c> the current certificate by TLS.
/// EST has no place for evidence; entries that ask for more are refused here as they would be there.
/// </summary>
internal sealed class EstEndpoints(IAuthority authority, ITrustDomain domain, AlgorithmPolicySource algorithms, TimeProvider time)
{
    private const string Root = "/.well-known/est";
    private const string Request = "application/pkcs10";
    private const string Certificates = "application/pkcs7-mime; smime-type=certs-only";
    private const string UserName = "token";
    private const int MaxBody = 32 * 1024;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet($"{Root}/cacerts", context => WriteAsync(context, Certificates, EstBodies.CertificatesOnly([.. domain.Roots, .. domain.Intermediates])));
        endpoints.MapGet($"{Root}/csrattrs", context => WriteAsync(context, "application/csrattrs", EstBodies.RequestAttributes(algorithms.Current.UsableFor(AlgorithmUses.AgentKey, time.GetUtcNow()))));
        endpoints.MapPost($"{Root}/simpleenroll", (RequestDelegate)EnrollAsync);
        endpoints.MapPost($"{Root}/simplereenroll", (RequestDelegate)RenewAsync);
    }

    private async Task EnrollAsync(HttpContext context)
    {
        if (TokenOf(context) is not { } token)
            await RefuseAsync(context, Refusals.AuthenticationRequired(), IssuanceKind.Enrolment);
        else if (await ReadAsync(context, IssuanceKind.Enrolment) is { } csr)
            await AnswerAsync(context, await authority.EnrollAsync(new IssuanceRequest(csr) { Token = token }, RequestReader.AddressOf(context), context.RequestAborted));
    }

    private async Task RenewAsync(HttpContext context)
    {
        if (await context.Connection.GetClientCertificateAsync(context.RequestAborted) is not { } certificate)
            await RefuseAsync(context, Refusals.RenewalCertificateRequired(), IssuanceKind.Renewal);
        else if (await ReadAsync(context, IssuanceKind.Renewal) is { } csr)
            await AnswerAsync(context, await authority.RenewAsync(certificate, new IssuanceRequest(csr), RequestReader.AddressOf(context), context.RequestAborted));
    }

    private static async Task AnswerAsync(HttpContext context, IssuanceResult result)
    {
        if (result.Certificate is not { } issued)
        {
            await Problem.WriteAsync(context, result.Refusal!);
            return;
        }
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der);
        context.Response.Headers.CacheControl = "no-store";
        await WriteAsync(context, Certificates, EstBodies.CertificatesOnly([certificate]));
    }

    private async Task RefuseAsync(HttpContext context, AuthorityRefusal refusal, IssuanceKind step)
    {
        if (refusal.Status == StatusCodes.Status401Unauthorized && step == IssuanceKind.Enrolment)
            context.Response.Headers.WWWAuthenticate = $"Basic realm=\"join token of {domain.Name}\", charset=\"UTF-8\"";
        await Problem.WriteAsync(context, await authority.RefuseAsync(refusal, step, RequestReader.AddressOf(context), context.RequestAborted));
    }

    /// <summary>The certification request, DER; null when the request was answered with what is wrong with it.</summary>
    private async Task<byte[]?> ReadAsync(HttpContext context, IssuanceKind step)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim().Equals(Request, StringComparison.OrdinalIgnoreCase) != true)
        {
            await Problem.WriteAsync(context, new("media-type-unsupported", StatusCodes.Status415UnsupportedMediaType, $"Send the certification request as {Request}, base64 (RFC 7030 §4.2.1)."));
            return null;
        }
        using var body = new MemoryStream();
        var buffer = new byte[8 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
        {
            if (body.Length + read > MaxBody)
            {
                await RefuseAsync(context, Refusals.CsrTooLarge((int)body.Length + read), step);
                return null;
            }
            body.Write(buffer, 0, read);
        }
        if (EstBodies.Decode(body.GetBuffer().AsSpan(0, (int)body.Length)) is { } der)
            return der;
        await RefuseAsync(context, Refusals.CsrMalformed("the body is not the base64 of a DER-encoded request (RFC 7030 §4.2.1)"), step);
        return null;
    }

    private static string? TokenOf(HttpContext context)
    {
        const string scheme = "Basic ";
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || EstBodies.Decode(Encoding.ASCII.GetBytes(header[scheme.Length..])) is not { } credentials)
            return null;
        return Encoding.UTF8.GetString(credentials).Split(':', 2) is [UserName, { Length: > 0 } token] ? token : null;
    }

    private static Task WriteAsync(HttpContext context, string contentType, byte[] der)
    {
        context.Response.ContentType = contentType;
        // RFC 8951 lets both sides ignore it; clients of before look for it.
        context.Response.Headers["Content-Transfer-Encoding"] = "base64";
        var body = EstBodies.Encode(der);
        // strongSwan's client takes no answer without it.
        context.Response.ContentLength = body.Length;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
