using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Attestation.SevSnp;

namespace A2AConsole.Trust.Attestation.SevSnp;

/// <summary>
/// Evidence by an AMD processor about the guest that it runs:
/// <code>{ "report": base64 of 1,184 bytes, "vcek": base64 DER, "ask": base64 DER }</code>
/// The report's data is the request's binding and 32 zero bytes; the certificates are AMD's, by chip and reported firmware. Reference values:
/// <see cref="SnpReference"/>. What costs arithmetic (two RSA verifications, one of P-384) is done once a piece of evidence, and only when everything else fits.
/// </summary>
public sealed class SnpVerifier : IEvidenceVerifier
{
    private const int MaxCertificateSize = 8 * 1024;

    /// <inheritdoc/>
    public string Kind => EvidenceKind.SevSnp;

    /// <inheritdoc/>
    public ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AppraisalContext context, CancellationToken cancellationToken = default)
        => ValueTask.FromResult(Appraise(evidence.Body, context));

    private Appraisal Appraise(JsonElement json, AppraisalContext context)
    {
        if (!SnpReference.TryRead(context.Reference, out var reference, out var error))
            return Rejected(new(SnpCodes.ReferenceInvalid, $"The entry's reference values for SEV-SNP cannot be used: {error}"));
        if (json.ValueKind != JsonValueKind.Object || JsonBytes.Member(json, "report", 2 * SnpReport.Size) is not { } bytes
            || JsonBytes.Member(json, "vcek", MaxCertificateSize) is not { } vcekDer || JsonBytes.Member(json, "ask", MaxCertificateSize) is not { } askDer)
            return Rejected(new(SnpCodes.EvidenceMalformed, "The evidence is malformed: it is an object with \"report\", \"vcek\" and \"ask\", each base64."));
        if (!SnpReport.TryRead(bytes, out var report, out var fault))
            return Rejected(fault);
        if (SnpRules.CheckBinding(report, context.Binding) is { } unbound)
            return Rejected(unbound);

        using var certificate = Load(vcekDer);
        using var signing = Load(askDer);
        if (certificate is null || signing is null)
            return Rejected(new(SnpCodes.EvidenceMalformed, "The evidence is malformed: \"vcek\" and \"ask\" are certificates, base64 of DER."));
        if (!SnpVcek.TryRead(certificate, out var vcek, out fault))
            return Rejected(fault);
        // The one certificate that was read is the one that is anchored and whose key verifies the report.
        fault = SnpRules.CheckChip(report, vcek) ?? SnpChain.Check(vcek, signing, reference.Roots, context.Now) ?? SnpChain.CheckSignature(report, vcek);
        if (fault is not null)
            return Rejected(fault);

        var claims = SnpRules.Compare(report, reference, out var code);
        return new Appraisal
        {
            Kind = Kind,
            Assurance = AssuranceLevel.Hardware,
            Code = code,
            Detail = code is null ? null : $"What the processor reports is not what the entry expects: {string.Join(", ", claims.Where(c => !c.Matches).Select(c => c.Name))}.",
            // The chip, not the guest: a guest's id is a new one whenever it is launched. Guests of one chip are shown as sharing it.
            Runtime = "sev-snp:" + Convert.ToHexStringLower(SHA256.HashData(report.ChipId.Span)),
            Claims = claims,
        };
    }

    private static X509Certificate2? Load(byte[] der)
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

    private Appraisal Rejected(EvidenceFault fault) => new() { Kind = Kind, Assurance = AssuranceLevel.Hardware, Code = fault.Code, Detail = fault.Detail };
}
