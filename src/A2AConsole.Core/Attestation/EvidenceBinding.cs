using System.Security.Cryptography;
using System.Text;

namespace A2AConsole.Core.Attestation;

/// <summary>
/// Ties evidence to the key that is being certified and to a fresh nonce: SHA-256("a2aconsole-attestation-v1" ‖ nonce ‖
/// SHA-256(SubjectPublicKeyInfo)). Evidence formats carry it where they have room for a caller's data.
/// </summary>
public static class EvidenceBinding
{
    /// <summary>Bytes of a nonce.</summary>
    public const int NonceSize = 32;

    private static readonly byte[] Label = Encoding.ASCII.GetBytes("a2aconsole-attestation-v1");

    /// <summary>The 32 bytes that evidence must carry.</summary>
    public static byte[] Of(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Label);
        hash.AppendData(nonce);
        hash.AppendData(SHA256.HashData(subjectPublicKeyInfo));
        return hash.GetHashAndReset();
    }
}
