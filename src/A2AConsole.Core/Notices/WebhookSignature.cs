using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace A2AConsole.Core.Notices;

/// <summary>
/// Signs what a webhook gets, by the Standard Webhooks specification: <c>v1,</c> and the base64 of HMAC-SHA-256 over <c>id.timestamp.body</c>, where the
/// timestamp is Unix seconds.
/// </summary>
public static class WebhookSignature
{
    /// <summary>How far a notice's time may lie from its receiver's.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Shortest and longest key, in bytes.</summary>
    public const int ShortestKey = 24, LongestKey = 64;

    private const string KeyPrefix = "whsec_", Version = "v1,";

    /// <summary>Reads a key as it is configured: base64 of 24 to 64 bytes, with or without <c>whsec_</c>. Null when it is none.</summary>
    public static byte[]? ReadKey(string? text)
    {
        if (text is null)
            return null;
        var value = text.Trim();
        if (value.StartsWith(KeyPrefix, StringComparison.Ordinal))
            value = value[KeyPrefix.Length..];
        var key = new byte[value.Length];
        return Convert.TryFromBase64String(value, key, out var length) && length is >= ShortestKey and <= LongestKey ? key[..length] : null;
    }

    /// <summary>The value of the header <c>webhook-signature</c>.</summary>
    public static string Sign(ReadOnlySpan<byte> key, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
        => Version + Convert.ToBase64String(Code(key, id, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body));

    /// <summary>
    /// What is wrong with a notice as it came, or null when it is from who holds the key and of now. <paramref name="signatures"/>: the header, which may carry several
    /// signatures, separated by blanks.
    /// </summary>
    public static string? Check(ReadOnlySpan<byte> key, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signatures))
            return "webhook-headers-missing";
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return "webhook-timestamp";
        if ((now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
            return "webhook-stale";
        var expected = Code(key, id, timestamp, body);
        Span<byte> found = stackalloc byte[expected.Length + 3];
        foreach (var signature in signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (signature.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64String(signature[Version.Length..], found, out var length)
                && CryptographicOperations.FixedTimeEquals(found[..length], expected))
                return null;
        }
        return "webhook-signature";
    }

    private static byte[] Code(ReadOnlySpan<byte> key, string id, string timestamp, ReadOnlySpan<byte> body)
        => HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body]);
}
