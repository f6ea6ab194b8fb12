using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using A2AConsole.Core.Attestation.Tpm;

namespace A2AConsole.Trust.Attestation.Tpm;

/// <summary>
/// What the verifier keeps of a challenge: the secret, which vendors were trusted, which TPM it was made for, and the attestation key.
/// The evidence cannot bring another key: the one here is the one that the credential names.
/// </summary>
internal sealed record TpmChallengeState(byte[] Secret, byte[] Roots, byte[] EndorsementKey, TpmPublic AttestationKey)
{
    private const byte Version = 1;
    private const int DigestSize = SHA256.HashSizeInBytes;

    public byte[] Encode() => [Version, .. Secret, .. Roots, .. EndorsementKey, (byte)(AttestationKey.Area.Length >> 8), (byte)AttestationKey.Area.Length, .. AttestationKey.Area];

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TpmChallengeState? state)
    {
        state = null;
        const int head = 1 + TpmCredential.SecretSize + (2 * DigestSize);
        if (bytes.Length <= head || bytes[0] != Version || !TpmPublic.TryRead(bytes[head..], out var key, out _))
            return false;
        state = new(bytes[1..][..TpmCredential.SecretSize].ToArray(), bytes[(1 + TpmCredential.SecretSize)..][..DigestSize].ToArray(),
            bytes[(1 + TpmCredential.SecretSize + DigestSize)..head].ToArray(), key);
        return true;
    }
}
