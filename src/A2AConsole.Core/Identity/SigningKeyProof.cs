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
public sealed record SigningKeyRequest(ReadOnlyMemory<byte> PublicKey, ReadOnlyMemory<byte> Proof, bool RequireBoth)
{
    /// <summary>At a renewal of a certificate that asks for both signatures: <see cref="SigningKeyProof.CreateSuccession"/> by its second key.</summary>
    public ReadOnlyMemory<byte> Succession { get; init; }
}

/// <summary>
/// Possession of the key that is to go into a certificate beside its own: the key signs the very certification request, so a
/// proof is good for that request's key only, and nobody can have another's key put into his certificate. DSSE's encoding keeps
/// a proof from ever being an envelope's signature, and the other way round. Pure.
/// </summary>
public static class SigningKeyProof
{
    /// <summary>What PAE calls the signed bytes.</summary>
    public const string PayloadType = "application/vnd.a2aconsole.signing-key-proof+pkcs10";

    /// <summary>What PAE calls the bytes that a second key signs for its successor.</summary>
    public const string SuccessionType = "application/vnd.a2aconsole.signing-key-succession+pkcs10";

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

    /// <summary>The renewed certificate's second key did not sign for the one that is to follow it.</summary>
    public const string SuccessionInvalid = "signing-key-succession-invalid";

    private static ReadOnlySpan<byte> Successor => "application/vnd.a2aconsole.signing-key-succession+pkcs10"u8;
    private static ReadOnlySpan<byte> Type => "application/vnd.a2aconsole.signing-key-proof+pkcs10"u8;

    /// <summary>Proves possession of <paramref name="key"/> to whoever certifies <paramref name="csr"/> (DER).</summary>
    public static byte[] Create(SigningKey key, ReadOnlySpan<byte> csr) => key.Sign(Dsse.Pae(Type, csr));

    /// <summary>
    /// Lets <paramref name="current"/>, the second key of the certificate that is renewed, name what follows: the request (DER) with its own
    /// key, and the new second key (DER SubjectPublicKeyInfo), which may be the same again.
    /// </summary>
    public static byte[] CreateSuccession(SigningKey current, ReadOnlySpan<byte> csr, ReadOnlySpan<byte> next) => current.Sign(Dsse.Pae(Successor, [.. csr, .. next]));

    /// <summary>
    /// Checks a renewal's further key against the certificate that is renewed. Where that asks for both signatures, both of its keys must
    /// stand behind the next one: TLS proves the first only, and whoever broke that one would bring a second of his own. Null when
    /// it may follow. Whether the current key's algorithm is still accepted is not asked: it must be possible to move away from it.
    /// </summary>
    public static SigningKeyFault? CheckSuccession(SigningKeyRequest? request, ReadOnlySpan<byte> csr, VerifiedSvid current)
    {
        if (current is not { RequiresBothSignatures: true, AlternativeKey: { } key })
            return null;
        if (request is null)
            return new(Missing, "The certificate that is renewed asks for two signatures, so the next one needs a second key as well; bring one along as signingKey. To give it up, enrol anew.");
        // A certification request is DER and says where it ends: no other pair of request and key has these bytes.
        return key.Verify(Dsse.Pae(Successor, [.. csr, .. request.PublicKey.Span]), request.Succession.Span)
            ? null
            : new(SuccessionInvalid, $"The succession is not the current second key's ({key.KeyId}, {key.Algorithm.Id}) signature over PAE(\"{SuccessionType}\", the certification request's DER ‖ the new signing key's DER).");
    }

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
        => string.Join(" or ", algorithms.UsableFor(AlgorithmUses.Envelope, now).Where(a => a.IsPostQuantum).Select(a => a.Id)) is { Length: > 0 } some
            ? some
            : "a post-quantum algorithm (the site accepts none for envelopes now)";
}
