namespace A2AConsole.Core.Identity;

/// <summary>Why a certificate was taken back (RFC 5280 §5.3.1; the numbers are the standard's).</summary>
public enum RevocationReason
{
    Unspecified = 0,
    KeyCompromise = 1,
    CaCompromise = 2,
    AffiliationChanged = 3,
    Superseded = 4,
    CessationOfOperation = 5,
    /// <summary>Suspended: the only reason that can be undone.</summary>
    CertificateHold = 6,
    PrivilegeWithdrawn = 9,
}
