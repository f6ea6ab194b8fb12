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
                : CheckSigner(chain[0], trustDomain) ?? CheckPath(chain, roots, at) ?? CheckSignature(envelope, chain[0]);
        }
        catch (CryptographicException)
        {
            fault = "its signer's certificate is malformed";
        }
        return fault is null;
    }

    private static string? CheckSigner(X509Certificate2 signer, string trustDomain)
    {
        if (CertificateReading.TryRead(signer, out var error) is not { } reading)
            return $"its signer's certificate is malformed: {error}";
        if (reading.Uris is not [var uri] || uri != SignerOf(trustDomain))
            return $"its signer is {(reading.Uris is [var other, ..] ? other : "not named")}, not {SignerOf(trustDomain)}";
        if (reading.IsCa || reading.Usage is not { } usage || (usage & X509KeyUsageFlags.DigitalSignature) == 0 || (usage & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != 0)
            return "its signer's certificate is not one for signing records";
        return reading.UnknownCritical is { } oid ? $"its signer's certificate has the critical extension {oid}, which is not understood" : null;
    }

    private static string? CheckPath(X509Certificate2Collection chain, X509Certificate2Collection roots, DateTimeOffset at)
    {
        using var path = new X509Chain();
        path.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        path.ChainPolicy.CustomTrustStore.AddRange(roots);
        foreach (var issuer in chain.Skip(1))
            path.ChainPolicy.ExtraStore.Add(issuer);
        path.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        path.ChainPolicy.DisableCertificateDownloads = true;
        path.ChainPolicy.VerificationTime = at.LocalDateTime;
        if (!path.Build(chain[0]))
            return $"no path leads from its signer to a root of the bundle at {at.UtcDateTime:u} ({string.Join(", ", path.ChainStatus.Select(s => s.Status).Distinct())})";
        return roots.Any(r => r.RawDataMemory.Span.SequenceEqual(path.ChainElements[^1].Certificate.RawDataMemory.Span)) ? null
            : "the path from its signer does not end in a root of the bundle";
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
