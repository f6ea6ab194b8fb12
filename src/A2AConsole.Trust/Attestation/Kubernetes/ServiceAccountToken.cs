using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>A service-account token as read, before anything of it is believed (RFC 7519; the claims are Kubernetes').</summary>
internal sealed record ServiceAccountToken
{
    /// <summary>The longest token that is read, in characters.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>An audience with this prefix and the binding in hex ties the token to one nonce and key.</summary>
    public const string BindingPrefix = "a2aconsole:";

    private const int MaxAudiences = 8;
    private const int MaxKeyId = 256;
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>The whole token.</summary>
    public required string Text { get; init; }
    public required string Algorithm { get; init; }
    public required string KeyId { get; init; }
    public required string Issuer { get; init; }
    public required string Subject { get; init; }
    public required IReadOnlyList<string> Audiences { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset NotBefore { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public required string Namespace { get; init; }
    public required string ServiceAccount { get; init; }
    public required string ServiceAccountUid { get; init; }
    public string? Pod { get; init; }
    public string? PodUid { get; init; }
    public string? Node { get; init; }

    /// <summary>What the signature covers.</summary>
    public ReadOnlySpan<char> Signed => Text.AsSpan(0, Text.LastIndexOf('.'));

    /// <summary>Whether a text can be the name or uid of a Kubernetes object (RFC 1123 labels with dots).</summary>
    public static bool IsName(string? text) => text is { Length: > 0 and <= 253 } && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>Reads a token; null with what is wrong.</summary>
    public static ServiceAccountToken? TryRead(string? text, out string? fault)
    {
        fault = null;
        if (text is null || text.Length > MaxLength)
            fault = $"The evidence must have the token as \"token\": a string of at most {MaxLength} characters.";
        else if (text.Split('.') is not [var header, var payload, { Length: > 0 }] parts || parts.Any(p => p.AsSpan().ContainsAnyExcept(Alphabet)))
            fault = "The token is not a signed JWT: three parts in base64url with dots between them.";
        else if (Decode(header) is not { } head || Decode(payload) is not { } claims)
            fault = "The token's header or claims are not a JSON object without repeated members.";
        else
            return Read(text, head, claims, out fault);
        return null;
    }

    private static ServiceAccountToken? Read(string text, JsonElement head, JsonElement claims, out string? fault)
    {
        fault = null;
        var kubernetes = claims.Member("kubernetes.io") ?? default;
        var account = kubernetes.Member("serviceaccount") ?? default;
        var audiences = claims.Text("aud") is { } one ? [one] : claims.Texts("aud");
        if (head.Member("crit") is not null || head.Member("b64") is not null)
            fault = "The token's header asks for extensions (crit) that are not understood.";
        else if (head.Text("alg") is not { } algorithm || head.Text("kid") is not { Length: > 0 and <= MaxKeyId } keyId)
            fault = "The token's header lacks alg or kid.";
        else if (claims.Text("iss") is not { } issuer || claims.Text("sub") is not { } subject)
            fault = "The token lacks iss or sub.";
        else if (audiences is not { Count: > 0 and <= MaxAudiences })
            fault = "The token has no audience; tokens of the old kind, kept in secrets, are not taken.";
        else if (Time(claims, "exp") is not { } expires || Time(claims, "iat") is not { } issuedAt || Time(claims, "nbf") is not { } notBefore)
            fault = "The token lacks exp, iat or nbf; tokens of the old kind, kept in secrets, are not taken.";
        else if (kubernetes.Text("namespace") is not { } space || account.Text("name") is not { } name || account.Text("uid") is not { } uid || !IsName(space) || !IsName(name) || !IsName(uid))
            fault = "The token lacks the claim kubernetes.io with namespace and serviceaccount.";
        else
        {
            var pod = kubernetes.Member("pod") ?? default;
            var token = new ServiceAccountToken
            {
                Text = text,
                Algorithm = algorithm,
                KeyId = keyId,
                Issuer = issuer,
                Subject = subject,
                Audiences = audiences,
                IssuedAt = issuedAt,
                NotBefore = notBefore,
                Expires = expires,
                Namespace = space,
                ServiceAccount = name,
                ServiceAccountUid = uid,
                Pod = pod.Text("name"),
                PodUid = pod.Text("uid"),
                Node = (kubernetes.Member("node") ?? default).Text("name"),
            };
            if (new[] { token.Pod, token.PodUid, token.Node }.All(n => n is null || IsName(n)))
                return token;
            fault = "The token names a pod or node as Kubernetes names none.";
        }
        return null;
    }

    private static DateTimeOffset? Time(JsonElement claims, string name)
    {
        const long lastSecond = 253_402_300_799; // of the year 9999
        return claims.Number(name) is { } seconds and >= 0 and <= lastSecond ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    private static JsonElement? Decode(string part)
    {
        try
        {
            return StrictJson.Parse(Base64Url.DecodeFromChars(part));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
