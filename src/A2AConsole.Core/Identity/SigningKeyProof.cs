using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Identity;

/// <summary>Why a further signing key is not certified.</summary>
/// <param name="Code">One of the constants of <see cref="SigningKeyProof"/>.</param>
/// <param name="Detail">What is wrong and what would be right.</param>
public sealed record SigningKeyFault(string Code, string Detail);

/// <summary>A further signing key as a certification request brings it along.</summary>
/// <param name="PublicKey">DER SubjectPublicKeyInfo.</param>
/// <param name="Proof">The key's signature over PAE(<see cref="SigningKeyProof.PayloadType"/>, the certification request's DER).</param>
/// <param name="RequireBoth">Whether the certificate shall ask for both signatures on each envelope.</param>
public sealed record SigningKeyRequest(ReadOnlyMemory<byte> PublicKey, ReadOnlyMemory<byte> Proof, bool RequireBoth);

/// <summary>
/// Possession of the key that is to go into a certificate beside its own: the key signs the very certification request, so a
/// proof is good for that request's key only, and nobody can have another's key put into his certificate. DSSE's encoding keeps
/// a proof from ever being an envelope's signature, and the other way round. Pure.
/// </summary>
public static class SigningKeyProof
{
    /// <summary>What PAE calls the signed bytes.</summary>
    public const string PayloadType = "application/vnd.a2aconsole.signing-key-proof+pkcs10";

    /// <summary>The public key cannot be read, or is no valid key.</summary>
    public const string Malformed = "signing-key-malformed";
    /// <summary>Its algorithm is not accepted for envelopes.</summary>
    public const string AlgorithmForbidden = "signing-key-algorithm-forbidden";
    /// <summary>It is of the same algorithm as the certificate's own key: that adds nothing.</summary>
    public const string SameAlgorithm = "signing-key-same-algorithm";
    /// <summary>The proof is not this key's signature over this request.</summary>
    public const string ProofInvalid = "signing-key-proof-invalid";
    /// <summary>Two signatures are required, and no second key was brought.</summary>
    public const string Missing = "signing-key-missing";
    /// <summary>A post-quantum signature is required, and the second key makes none.</summary>
    public const string NotPostQuantum = "signing-key-not-post-quantum";

    private static ReadOnlySpan<byte> Type => "application/vnd.a2aconsole.signing-key-proof+pkcs10"u8;

    /// <summary>Proves possession of <paramref name="key"/> to whoever certifies <paramref name="csr"/> (DER).</summary>
    public static byte[] Create(SigningKey key, ReadOnlySpan<byte> csr) => key.Sign(Dsse.Pae(Type, csr));

    /// <summary>
    /// Checks a further key against the request (DER) that it came with, whose own key is <paramref name="certified"/>. Cheap checks
    /// come first. Null when it may be certified, or when there is none and none is needed.
    /// </summary>
    /// <param name="request">The further key, or null.</param>
    /// <param name="csr">The certification request, DER; its own signature was verified.</param>
    /// <param name="certified">The key that the certificate will be for.</param>
    /// <param name="postQuantumRequired">Whether this identity's envelopes need a post-quantum signature beside the classical one.</param>
    /// <param name="algorithms">What is accepted.</param>
    /// <param name="now">Our time.</param>
    public static SigningKeyFault? Check(
        SigningKeyRequest? request, ReadOnlySpan<byte> csr, PublicKey certified, bool postQuantumRequired, AlgorithmPolicy algorithms, DateTimeOffset now)
    {
        if (request is null)
        {
            return postQuantumRequired
                ? new(Missing, $"This identity signs with two keys; bring one of {PostQuantum(algorithms, now)} along as signingKey.")
                : null;
        }
        using var key = VerificationKey.TryCreate(request.PublicKey.Span);
        if (key is null)
            return new(Malformed, "The signing key is not the DER SubjectPublicKeyInfo of a key that can sign envelopes.");
        if (!algorithms.IsUsable(key.Algorithm, AlgorithmUses.Envelope, now))
            return new(AlgorithmForbidden, $"{key.Algorithm.Id} is not accepted for envelopes; use {algorithms.Instead(AlgorithmUses.Envelope, now)}.");
        if (key.Algorithm == AlgorithmRegistry.OfKey(certified))
            return new(SameAlgorithm, $"The signing key is of the certificate's own algorithm ({key.Algorithm.Id}); a second key is for another one.");
        if (postQuantumRequired && !key.Algorithm.IsPostQuantum)
            return new(NotPostQuantum, $"This identity needs a post-quantum signature beside the classical one; {key.Algorithm.Id} is none. Use {PostQuantum(algorithms, now)}.");
        return key.Verify(Dsse.Pae(Type, csr), request.Proof.Span)
            ? null
            : new(ProofInvalid, $"The proof is not the signing key's signature over PAE(\"{PayloadType}\", the certification request's DER).");
    }

    private static string PostQuantum(AlgorithmPolicy algorithms, DateTimeOffset now)
        => string.Join(" or ", algorithms.UsableFor(AlgorithmUses.Envelope, now).Where(a => a.IsPostQuantum).Select(a => a.Id));
}
