namespace A2AConsole.Core.Attestation.SevSnp;

/// <summary>The stable codes with which SEV-SNP evidence is refused, in the order in which they are looked for: what is cheap comes first.</summary>
public static class SnpCodes
{
    /// <summary>The evidence is not the JSON object that it should be.</summary>
    public const string EvidenceMalformed = "snp-evidence-malformed";
    /// <summary>The entry's reference values cannot be used: an administrator has to mend them.</summary>
    public const string ReferenceInvalid = "snp-reference-invalid";
    /// <summary>The report does not have its 1,184 bytes, or fields that must be zero are not.</summary>
    public const string ReportMalformed = "snp-report-malformed";
    /// <summary>The report is of a version that we don't read.</summary>
    public const string ReportVersion = "snp-report-version";
    /// <summary>The report says that it is signed otherwise than by ECDSA P-384 with SHA-384.</summary>
    public const string SignatureAlgorithm = "snp-signature-algorithm";
    /// <summary>The report is signed by another key than the chip's own (VCEK).</summary>
    public const string SigningKey = "snp-signing-key";
    /// <summary>The report data is not the binding of this nonce and key.</summary>
    public const string NonceMismatch = "snp-nonce-mismatch";
    /// <summary>The chip's certificate is malformed or lacks what AMD puts into it.</summary>
    public const string VcekMalformed = "snp-vcek-malformed";
    /// <summary>The certificate is of a processor line whose reports are laid out otherwise.</summary>
    public const string Product = "snp-product";
    /// <summary>The certificate is of another chip than the report.</summary>
    public const string ChipMismatch = "snp-chip-mismatch";
    /// <summary>The certificate is for another firmware level than the report says.</summary>
    public const string TcbMismatch = "snp-tcb-mismatch";
    /// <summary>The chip's certificate does not lead, over its signing key (ASK), to a root (ARK) that the entry trusts.</summary>
    public const string Chain = "snp-chain";
    /// <summary>A certificate of the chain is not valid now.</summary>
    public const string Expired = "snp-expired";
    /// <summary>The report is not signed by the chip of the certificate.</summary>
    public const string SignatureInvalid = "snp-signature-invalid";
    /// <summary>Drift: the guest's measurement is none of the entry's.</summary>
    public const string MeasurementDrift = "snp-measurement-drift";
    /// <summary>Drift: the guest's policy allows what the entry does not.</summary>
    public const string PolicyDrift = "snp-policy-drift";
    /// <summary>Drift: the report is from another privilege level of the guest.</summary>
    public const string VmplDrift = "snp-vmpl-drift";
    /// <summary>Drift: the firmware is below the entry's floor.</summary>
    public const string TcbDrift = "snp-tcb-drift";
    /// <summary>Drift: the host's data, or the guest's version, is none of the entry's.</summary>
    public const string GuestDrift = "snp-guest-drift";
}
