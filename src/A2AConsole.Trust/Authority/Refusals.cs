using A2AConsole.Core.Crypto;
using A2AConsole.Core.Identity;
using A2AConsole.Trust.Certificates;

namespace A2AConsole.Trust;

/// <summary>Every refusal of the authority: the stable codes, their HTTP status, and what the refused is told.</summary>
public static partial class Refusals
{
    public static AuthorityRefusal TokenUnknown() => new("token-unknown", 403, "The join token is not one of this trust domain; ask for a new one.");
    public static AuthorityRefusal TokenSpent() => new("token-spent", 403, "The join token was used before; each enrols one agent once. Ask for a new one.");
    public static AuthorityRefusal TokenExpired(DateTimeOffset at) => new("token-expired", 403, $"The join token expired at {at.UtcDateTime:u}; ask for a new one.");

    public static AuthorityRefusal CsrTooLarge(int size) => new("csr-too-large", 413, $"The certification request has {size} bytes; at most {SigningRequestReader.MaxSize} are read.");
    public static AuthorityRefusal CsrMalformed(string why) => new("csr-malformed", 400, $"The certification request cannot be read: {why}. Send one PKCS#10 request, PEM or DER.");
    public static AuthorityRefusal CsrSignatureInvalid() => new("csr-signature-invalid", 400, "The certification request is not signed by the key that it asks to be certified.");
    public static AuthorityRefusal TokenEnded() => new("token-expired", 403, "The join token was ended when the agent's certificates were revoked; ask for a new one.");
    public static AuthorityRefusal CsrNameMismatch(string expected) => new("csr-name-mismatch", 403, $"The certification request names another identity; the only one that it may name is {expected}.");
    public static AuthorityRefusal KeyAlgorithmForbidden(string why) => new("key-algorithm-forbidden", 400, $"The key is not accepted: {why}. Use {AlgorithmRegistry.Default.Id}.");

    /// <summary>Why the further signing key is not certified, and with it the request refused.</summary>
    public static AuthorityRefusal BySigningKey(SigningKeyFault fault) => new(fault.Code, fault.Code is SigningKeyProof.Missing or SigningKeyProof.NotPostQuantum or SigningKeyProof.SuccessionInvalid ? 403 : 400, fault.Detail);

    public static AuthorityRefusal AuthenticationRequired() => new("authentication-required", 401, "Enrolment needs a join token: HTTP Basic with the user name \"token\" and the join token as password.");
    public static AuthorityRefusal RenewalCertificateRequired() => new("renewal-certificate-required", 401, "Renewal needs the current certificate as TLS client certificate; without one, enrol with a join token.");
    public static AuthorityRefusal CertificateUnknown() => new("certificate-unknown", 403, "The certificate is not on this authority's record; enrol with a join token.");
    public static AuthorityRefusal CertificateRevoked() => new("certificate-revoked", 403, "The certificate was revoked; the agent must be invited and enrol again.");

    public static AuthorityRefusal CertificateSuperseded() => new(Core.Identity.CertificateLifecycle.Superseded, 403,
        "A newer certificate took this one's place a while ago, so it can no longer be renewed from: renew from the newest. Whoever does not have that enrols with a join token; if nobody of yours renewed, revoke the agent.");

    public static AuthorityRefusal ByEntry(Core.Registration.EntryRefusal refusal) => new(refusal.Code, 403, refusal.Detail);
    public static AuthorityRefusal EntryChanged() => new("entry-changed", 409, "The registration entry was changed while the certificate was made, so nothing was issued; ask again.");

    public static AuthorityRefusal RequestMalformed(string why) => new("request-malformed", 400, $"The request cannot be read: {why}.");
    public static AuthorityRefusal RequestTooLarge() => new("request-too-large", 413, "The request is larger than 256 KiB.");
    public static AuthorityRefusal MediaTypeUnsupported() => new("media-type-unsupported", 415, "Send the request as application/json.");
    public static AuthorityRefusal AuthorityBusy() => new("authority-busy", 503, "The authority has as many requests as it works on at once; nothing was issued. Come again after the time in Retry-After.");
    public static AuthorityRefusal CustodyUnavailable() => new("custody-unavailable", 503, "The authority's keys cannot be used at the moment, so nothing is issued; try again later.");
    public static AuthorityRefusal StoreUnavailable() => new("store-unavailable", 503, "The ledger does not take entries at the moment, so nothing was issued; try again in a few seconds.");
}
