using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Sdk;

/// <summary>A join token's parts. <paramref name="Text"/> is the secret as the authority wants it; <paramref name="RootFingerprint"/> is the SHA-256
/// of the root certificate that the authority must prove to hold, lower-case hex.</summary>
internal sealed record JoinToken(string Text, string RootFingerprint)
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out JoinToken? token)
    {
        token = null;
        var parts = text?.Trim().Split('.') ?? [];
        if (parts.Length != 3 || parts[0] != "a2aj" || !Base64Url.IsValid(parts[1], out var secret) || secret != 32
            || parts[2].Length != 64 || !parts[2].All(char.IsAsciiHexDigitLower))
            return false;
        token = new JoinToken(string.Join('.', parts), parts[2]);
        return true;
    }
}
