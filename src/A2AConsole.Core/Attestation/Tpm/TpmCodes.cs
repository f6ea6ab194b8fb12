namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>The stable codes with which TPM evidence is refused, in the order in which they are looked for.</summary>
public static class TpmCodes
{
    // The opening: who the TPM and its attestation key are.
    /// <summary>The opening is not the JSON object that it should be.</summary>
    public const string OpeningMalformed = "tpm-opening-malformed";
    /// <summary>The entry's reference values cannot be used: an administrator has to mend them.</summary>
    public const string ReferenceInvalid = "tpm-reference-invalid";
    /// <summary>A public area is not a well-formed TPM2B_PUBLIC.</summary>
    public const string PublicMalformed = "tpm-public-malformed";
    /// <summary>The endorsement key is not of a kind that we take.</summary>
    public const string EkKey = "tpm-ek-key";
    /// <summary>The endorsement key's attributes are not those of the TCG's template.</summary>
    public const string EkAttributes = "tpm-ek-attributes";
    /// <summary>The attestation key is not restricted: it would sign anything, also a made-up quote.</summary>
    public const string AkNotRestricted = "tpm-ak-not-restricted";
    /// <summary>The attestation key could leave its TPM, was not made in it, or is not for signing.</summary>
    public const string AkAttributes = "tpm-ak-attributes";
    /// <summary>The attestation key signs with a scheme that we don't take.</summary>
    public const string AkScheme = "tpm-ak-scheme";
    /// <summary>The attestation key is not of a kind that we take.</summary>
    public const string AkKey = "tpm-ak-key";
    /// <summary>The endorsement certificate is malformed or not for an endorsement key.</summary>
    public const string EkCertificate = "tpm-ek-certificate";
    /// <summary>The endorsement certificate is for another key than the endorsement key that was sent.</summary>
    public const string EkMismatch = "tpm-ek-mismatch";
    /// <summary>The endorsement certificate does not lead to a vendor that the entry trusts.</summary>
    public const string EkChain = "tpm-ek-chain";
    /// <summary>A certificate of the endorsement chain is not valid now.</summary>
    public const string EkExpired = "tpm-ek-expired";
    /// <summary>A certificate of the endorsement chain is signed with an algorithm that we don't take.</summary>
    public const string EkAlgorithm = "tpm-ek-algorithm";

    // The evidence: what the TPM says.
    /// <summary>The evidence is not the JSON object that it should be.</summary>
    public const string EvidenceMalformed = "tpm-evidence-malformed";
    /// <summary>No challenge was made for this nonce.</summary>
    public const string ChallengeMissing = "tpm-challenge-missing";
    /// <summary>The vendors that the entry trusts have changed since the challenge was made.</summary>
    public const string ChallengeStale = "tpm-challenge-stale";
    /// <summary>The secret is not the one that only the challenged TPM could open.</summary>
    public const string SecretMismatch = "tpm-secret-mismatch";
    /// <summary>The quote is not a well-formed TPMS_ATTEST.</summary>
    public const string QuoteMalformed = "tpm-quote-malformed";
    /// <summary>The quote does not begin with TPM_GENERATED_VALUE: it was not made by a TPM.</summary>
    public const string QuoteMagic = "tpm-quote-magic";
    /// <summary>The attestation is of another type than a quote.</summary>
    public const string QuoteType = "tpm-quote-type";
    /// <summary>The signature is not a well-formed TPMT_SIGNATURE of the attestation key's scheme.</summary>
    public const string SignatureMalformed = "tpm-signature-malformed";
    /// <summary>The quote is not signed by the attestation key that was challenged.</summary>
    public const string SignatureInvalid = "tpm-signature-invalid";
    /// <summary>The quote was made for another nonce or another key to be certified.</summary>
    public const string NonceMismatch = "tpm-nonce-mismatch";
    /// <summary>The quote is over other registers than the entry asks for.</summary>
    public const string PcrSelection = "tpm-pcr-selection";
    /// <summary>The register values do not hash to the quote's digest.</summary>
    public const string PcrDigest = "tpm-pcr-digest";
    /// <summary>The entry has reference events, and no event log was sent.</summary>
    public const string EventLogMissing = "tpm-event-log-missing";
    /// <summary>The event log is not a well-formed crypto-agile log with SHA-256 digests.</summary>
    public const string EventLogMalformed = "tpm-event-log-malformed";
    /// <summary>The event log does not lead to the quoted register values.</summary>
    public const string EventLogMismatch = "tpm-event-log-mismatch";
    /// <summary>Drift: a register's value is none of the entry's.</summary>
    public const string PcrDrift = "tpm-pcr-drift";
    /// <summary>Drift: a measured event is none of the entry's, or one that must be there is not.</summary>
    public const string EventDrift = "tpm-event-drift";
}
