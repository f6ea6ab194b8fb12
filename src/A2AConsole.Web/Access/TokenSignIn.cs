using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Stores;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace A2AConsole.Web.Access;

/// <summary>
/// Programs sign in with a token: <c>Authorization: Bearer a2a_…</c>, or <c>access_token</c> in the query for the hub, since browsers cannot
/// set headers for a WebSocket. What a token may do is what its role may, and reading only.
/// </summary>
internal sealed class TokenSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiTokens tokens) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "token", Policy = "read-alerts", Prefix = "a2a_", TokenClaim = "a2a:token";

    /// <summary>A new secret of 256 bits.</summary>
    public static string NewSecret() => Prefix + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept of a secret.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Secret() is not { } secret)
            return AuthenticateResult.NoResult();
        // Tokens live by the machine's clock, like sessions.
        var now = TimeProvider.System.GetUtcNow();
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || secret.Length > 100 || await tokens.GoodAsync(HashOf(secret), now, Context.RequestAborted) is not { } token)
            return AuthenticateResult.Fail("token");
        await tokens.UsedAsync(token, now, Context.RequestAborted);
        return AuthenticateResult.Success(new AuthenticationTicket(Principal(token), new AuthenticationProperties { ExpiresUtc = token.ExpiresAt }, SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        var (code, detail) = Secret() is null ? ("token-missing", "Send 'Authorization: Bearer a2a_…' with a token from the console's page Settings, Tokens.")
            : ("token-refused", "This token is not known, is over or was revoked, or its owner has lost the role that it acts in. Make a new one on the console's page Settings, Tokens.");
        return ApiProblem.Of(StatusCodes.Status401Unauthorized, code, detail).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
        => ApiProblem.Of(StatusCodes.Status403Forbidden, "token-role", "The role that this token acts in may not do this.").ExecuteAsync(Context);

    private string? Secret()
    {
        if (Request.Headers.Authorization.ToString() is { Length: > 7 } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return header[7..].Trim();
        return Request.Path.StartsWithSegments("/hubs") && Request.Query["access_token"].ToString() is { Length: > 0 } query ? query : null;
    }

    private static ClaimsPrincipal Principal(ApiToken token) => new(new ClaimsIdentity(
    [
        new Claim(ClaimTypes.Name, token.Owner), new Claim(ClaimTypes.Role, token.Role), new Claim(TokenClaim, token.Id.ToString(CultureInfo.InvariantCulture)),
    ], SchemeName));

}

/// <summary>Refusals for programs: RFC 9457 problem details with a stable code.</summary>
internal static class ApiProblem
{
    public static IResult Of(int status, string code, string detail)
        => Results.Problem(detail, statusCode: status, title: "This cannot be answered", type: "urn:a2aconsole:api:" + code, extensions: new Dictionary<string, object?> { ["code"] = code });
}
