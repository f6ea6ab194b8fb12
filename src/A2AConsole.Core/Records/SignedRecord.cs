using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Records;

/// <summary>
/// A document that the authority signed: a DSSE envelope with one signature by the trust domain's record key. That key's
/// certificate stands under the issuing CA and names <c>spiffe://&lt;trust-domain&gt;/authority/records</c>, which lies outside of
/// every agent's namespace: no agent's certificate can pass for it.
/// </summary>
public static class SignedRecord
{
    /// <summary>The name that the signer's certificate carries.</summary>
    public static string SignerOf(string trustDomain) => $"spiffe://{trustDomain}/authority/records";

    /// <summary>
    /// Verifies an envelope against the roots, judging certificates at <paramref name="at"/>. <paramref name="chain"/> is the
    /// signer's certificate and its issuers, leaf first. On failure <paramref name="fault"/> says what does not hold.
    /// </summary>
    public static bool TryVerify(
        UnverifiedEnvelope envelope, X509Certificate2Collection chain, X509Certificate2Collection roots, string trustDomain, DateTimeOffset at,
        [NotNullWhen(false)] out string? fault)
    {
        try
        {
            fault = chain.Count == 0 ? "it brings no certificate of its signer"
                : CheckSigner(chain, new SvidTrust(trustDomain, roots, [.. chain.Skip(1)]), at) ?? CheckSignature(envelope, chain[0]);
        }
        catch (CryptographicException)
        {
            fault = "its signer's certificate is malformed";
        }
        return fault is null;
    }

    private static string? CheckSigner(X509Certificate2Collection chain, SvidTrust trust, DateTimeOffset at)
    {
        if (CertificateReading.TryRead(chain[0].RawDataMemory, out var malformed) is not { } reading)
            return $"its signer's certificate {malformed!.Why}";
        var extensions = reading.Extensions;
        if (extensions.Uris.ToList() is not [var uri] || uri != SignerOf(trust.TrustDomain))
            return $"its signer is {extensions.Uris.FirstOrDefault() ?? "not named"}, not {SignerOf(trust.TrustDomain)}";
        if (extensions.IsCa || extensions.Usage is not { } usage || (usage & X509KeyUsageFlags.DigitalSignature) == 0 || (usage & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != 0)
            return "its signer's certificate is not one for signing records";
        if (extensions.UnknownCritical is { } oid)
            return $"its signer's certificate has the critical extension {oid}, which is not understood";
        if (at < reading.NotBefore || at > reading.NotAfter)
            return $"its signer's certificate was not valid at {at.UtcDateTime:u}";
        return SvidValidator.CheckPath(chain[0], reading, trust, at)?.Detail;
    }

    private static string? CheckSignature(UnverifiedEnvelope envelope, X509Certificate2 signer)
    {
        if (AlgorithmRegistry.OfKey(signer.PublicKey) != AlgorithmRegistry.EcdsaP256)
            return $"records are signed with {AlgorithmRegistry.EcdsaP256.Id}, its signer's key is another";
        var keyId = VerificationKey.IdOf(signer.PublicKey);
        if (envelope.Signatures is not [var signature])
            return $"a record has exactly one signature, this one {envelope.Signatures.Count}";
        if (!signature.IsBy(keyId))
            return "its signature names another key than its signer's";
        using var key = signer.GetECDsaPublicKey();
        return signature.Value.Length == AlgorithmRegistry.EcdsaP256.SignatureSize && key is not null
            && key.VerifyData(envelope.Pae, signature.Value.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            ? null
            : "the signature is not its signer's over these bytes: they were changed, or another key signed";
    }
}
