using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace A2AConsole.Trust.Authority;

/// <summary>
/// A join token's text, <c>a2aj.&lt;base64url of 32 random bytes&gt;.&lt;root fingerprint&gt;</c>: the fingerprint lets the agent check
/// the authority before it shows the secret.
/// </summary>
public static class JoinTokenText
{
    private const string Prefix = "a2aj";
    private const int SecretSize = 32;
    private const int FingerprintLength = 64;

    /// <summary>A new token's text, and what of it is stored.</summary>
    public static (string Text, byte[] Hash) Create(string rootFingerprint)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretSize));
        return ($"{Prefix}.{secret}.{rootFingerprint}", HashOf(secret));
    }

    /// <summary>Takes a token apart. False when it cannot be one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out byte[]? hash, [NotNullWhen(true)] out string? rootFingerprint)
    {
        (hash, rootFingerprint) = (null, null);
        if (text is null || text.Length > 200 || text.Split('.') is not [Prefix, var secret, { Length: FingerprintLength } fingerprint])
            return false;
        if (!Base64Url.IsValid(secret, out var length) || length != SecretSize || !fingerprint.All(char.IsAsciiHexDigitLower))
            return false;
        (hash, rootFingerprint) = (HashOf(secret), fingerprint);
        return true;
    }

    // Over the text, not the bytes: base64 has several spellings of the same bytes, and a token has one.
    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));
}
