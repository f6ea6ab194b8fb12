using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Attestation.Tpm;

namespace A2AConsole.Trust.Attestation.Tpm;

/// <summary>
/// What an attester with a TPM opens with:
/// <code>
/// { "ekCertificate": base64 DER, "ekIntermediates": [base64 DER, …], "ekPublic": base64 TPM2B_PUBLIC, "akPublic": base64 TPM2B_PUBLIC }
/// </code>
/// </summary>
internal sealed class TpmOpening : IDisposable
{
    private const int MaxCertificateSize = 8 * 1024;

    private TpmOpening(X509Certificate2 certificate, X509Certificate2Collection intermediates, TpmPublic endorsement, TpmPublic attestation)
        => (EndorsementCertificate, Intermediates, EndorsementKey, AttestationKey) = (certificate, intermediates, endorsement, attestation);

    public X509Certificate2 EndorsementCertificate { get; }
    public X509Certificate2Collection Intermediates { get; }
    public TpmPublic EndorsementKey { get; }
    public TpmPublic AttestationKey { get; }

    /// <summary>Reads an opening, or says why it is refused. Never throws.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out TpmOpening? opening, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        try
        {
            return TryReadMembers(json, out opening, out fault);
        }
        catch (InvalidOperationException)
        {
            // A name or text holds half of a surrogate pair: the JSON reader says so only when it is asked for it.
            (opening, fault) = (null, Malformed("a text in it is not valid Unicode"));
            return false;
        }
    }

    private static bool TryReadMembers(JsonElement json, [NotNullWhen(true)] out TpmOpening? opening, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        opening = null;
        fault = Malformed("it is an object with \"ekCertificate\", \"ekPublic\", \"akPublic\" and, if need be, \"ekIntermediates\"");
        if (json.ValueKind != JsonValueKind.Object)
            return false;
        if (!TryReadKey(json, "ekPublic", "endorsement", out var endorsement, out fault) || !TryReadKey(json, "akPublic", "attestation", out var attestation, out fault))
            return false;
        var intermediates = new X509Certificate2Collection();
        if (JsonBytes.Member(json, "ekCertificate", MaxCertificateSize) is not { } der || LoadCertificate(der) is not { } certificate)
        {
            fault = Malformed("\"ekCertificate\" is not one certificate, base64 of DER");
            return false;
        }
        if (!TryReadIntermediates(json, intermediates))
        {
            certificate.Dispose();
            DisposeAll(intermediates);
            fault = Malformed($"\"ekIntermediates\" is not a list of at most {EndorsementChain.MaxIntermediates} certificates, base64 of DER");
            return false;
        }
        opening = new TpmOpening(certificate, intermediates, endorsement, attestation);
        return true;
    }

    public void Dispose()
    {
        EndorsementCertificate.Dispose();
        DisposeAll(Intermediates);
    }

    private static bool TryReadKey(JsonElement json, string member, string what, [NotNullWhen(true)] out TpmPublic? key, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        key = null;
        fault = null;
        if (JsonBytes.Member(json, member, TpmPublic.MaxSize) is not { } bytes)
            fault = Malformed($"\"{member}\" is missing or not base64 of at most {TpmPublic.MaxSize} bytes");
        else if (!TpmPublic.TryRead(bytes, out key, out var error))
            fault = new(TpmCodes.PublicMalformed, $"The {what} key's public area is malformed: {error}.");
        return key is not null;
    }

    private static bool TryReadIntermediates(JsonElement json, X509Certificate2Collection intermediates)
    {
        if (!json.TryGetProperty("ekIntermediates", out var list))
            return true;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > EndorsementChain.MaxIntermediates)
            return false;
        foreach (var item in list.EnumerateArray())
        {
            if (JsonBytes.Of(item, MaxCertificateSize) is not { } der || LoadCertificate(der) is not { } certificate)
                return false;
            intermediates.Add(certificate);
        }
        return true;
    }

    private static X509Certificate2? LoadCertificate(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static void DisposeAll(X509Certificate2Collection certificates)
    {
        foreach (var certificate in certificates)
            certificate.Dispose();
    }

    private static EvidenceFault Malformed(string why) => new(TpmCodes.OpeningMalformed, $"The opening for a TPM is malformed: {why}.");
}
