using System.Security.Authentication;

namespace A2AConsole.Sdk;

/// <summary>Tells a peer that we must not trust from one that we cannot reach.</summary>
internal static class Failures
{
    /// <summary>Our own validation said no. (A handshake that the other side broke off has an inner exception that says how.)</summary>
    public static bool IsUntrusted(HttpRequestException e)
        => e is { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException { InnerException: null } };
}
