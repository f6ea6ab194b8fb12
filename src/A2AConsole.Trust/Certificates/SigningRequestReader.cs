using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Trust.Certificates;

/// <summary>
/// Reads certification requests from strangers: PEM or DER, at most 16 KiB, nothing before or after, a key of a kind that agents
/// may hold, and a self-signature that verifies with it. Cheap checks come first; the key's kind is known before any arithmetic is done with it.
/// </summary>
public static class SigningRequestReader
{
    /// <summary>The longest request, in bytes as received.</summary>
    public const int MaxSize = 16 * 1024;

    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag UriName = new(TagClass.ContextSpecific, 6);

    /// <summary>Reads a request at <paramref name="now"/> under <paramref name="algorithms"/>, or says why it is refused. Never throws for any input.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, AlgorithmPolicy algorithms, DateTimeOffset now, [NotNullWhen(true)] out SigningRequest? request, [NotNullWhen(false)] out AuthorityRefusal? refusal)
    {
        request = null;
        if (text.Length > MaxSize)
        {
            refusal = Refusals.CsrTooLarge(text.Length);
            return false;
        }
        try
        {
            refusal = DecodePem(text) is { } der ? Read(der, algorithms, now, out request) : Refusals.CsrMalformed("the PEM text is not exactly one CERTIFICATE REQUEST");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The decoders below were not written for hostile input: whatever they throw, the request is what was wrong.
            request = null;
            refusal = Refusals.CsrMalformed("it is not a DER-encoded PKCS#10 request");
        }
        return refusal is null;
    }

    private static AuthorityRefusal? Read(byte[] der, AlgorithmPolicy algorithms, DateTimeOffset now, out SigningRequest? request)
    {
        request = null;
        const CertificateRequestLoadOptions readOnly = CertificateRequestLoadOptions.SkipSignatureValidation | CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions;
        var unverified = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, out var consumed, readOnly);
        if (consumed != der.Length)
            return Refusals.CsrMalformed("bytes follow the request");

        var key = unverified.PublicKey;
        if (AlgorithmRegistry.OfKey(key) is not { } algorithm || !algorithms.IsUsable(algorithm, AlgorithmUses.AgentKey, now))
            return Refusals.KeyAlgorithmForbidden("agents may not hold keys of its kind");
        if (algorithm.CurveOid is not null && key.EncodedKeyValue.RawData is not [0x04, ..])
            return Refusals.CsrMalformed("the public key is not an uncompressed point");
        if (AlgorithmRegistry.OfSignature(new Oid(SignatureAlgorithmOf(der))) != algorithm)
            return Refusals.KeyAlgorithmForbidden("the request is signed with another algorithm");

        var names = unverified.CertificateExtensions.Where(e => e.Oid?.Value == SubjectAlternativeName).ToList();
        if (names.Count > 1)
            return Refusals.CsrMalformed("it asks for subject alternative names twice");
        var uriNames = names.Count == 0 ? [] : UriNamesOf(names[0].RawData);

        if (!IsSignedBy(key, algorithm, der))
            return Refusals.CsrSignatureInvalid();
        request = new SigningRequest(der, key, uriNames);
        return null;
    }

    // By our own key object: the framework's reader of requests imports keys the dear way, and knows no Ed25519.
    private static bool IsSignedBy(PublicKey key, SignatureAlgorithm algorithm, byte[] der)
    {
        var request = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var signed = request.ReadEncodedValue();
        request.ReadEncodedValue();
        var signature = request.ReadBitString(out var unused);
        if (unused != 0)
            return false;
        using var verifier = VerificationKey.TryCreate(key);
        return verifier is not null && verifier.Verify(signed.Span, algorithm == AlgorithmRegistry.EcdsaP256 ? FixedSize(signature) : signature);
    }

    // From the DER form of X.509 (RFC 3279 §2.2.3) to r ‖ s; what does not fit is no signature of the curve's.
    private static byte[] FixedSize(byte[] signature)
    {
        var reader = new AsnReader(signature, AsnEncodingRules.DER);
        var numbers = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        var result = new byte[AlgorithmRegistry.EcdsaP256.SignatureSize];
        var half = result.Length / 2;
        foreach (var part in new[] { result.AsMemory(0, half), result.AsMemory(half) })
        {
            var number = numbers.ReadIntegerBytes().Span;
            if (number[0] >= 0x80)
                return [];
            number = number.TrimStart((byte)0);
            if (number.Length > half)
                return [];
            number.CopyTo(part.Span[(half - number.Length)..]);
        }
        numbers.ThrowIfNotEmpty();
        return result;
    }

    private static string SignatureAlgorithmOf(byte[] der)
    {
        var request = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        request.ReadEncodedValue();
        return request.ReadSequence().ReadObjectIdentifier();
    }

    private static List<string> UriNamesOf(byte[] extension)
    {
        var uris = new List<string>();
        var names = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(UriName))
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriName));
            else
                names.ReadEncodedValue();
        }
        return uris;
    }

    /// <summary>The DER inside PEM, the input itself when it is no PEM, or null when it is PEM of something else.</summary>
    private static byte[]? DecodePem(ReadOnlySpan<byte> text)
    {
        const byte derSequence = 0x30;
        if (text.Length > 0 && text[0] == derSequence)
            return text.ToArray();
        var pem = Encoding.ASCII.GetString(text);
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] is not ("CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST"))
            return null;
        var isAlone = string.IsNullOrWhiteSpace(pem[..fields.Location.Start.Value]) && string.IsNullOrWhiteSpace(pem[fields.Location.End.Value..]);
        return isAlone ? Convert.FromBase64String(pem[fields.Base64Data]) : null;
    }
}
