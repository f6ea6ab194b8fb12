using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Core.Identity;

/// <summary>Where a certificate is in its life; <see cref="CertificateLifecycle"/> says how it gets there.</summary>
public enum CertificateState
{
    /// <summary>The agent's newest.</summary>
    Valid,
    /// <summary>A newer one took its place; it still counts until it ends.</summary>
    Superseded,
    /// <summary>On hold (RFC 5280 <c>certificateHold</c>): does not count, and may count again.</summary>
    Held,
    Revoked,
    Expired,
}

/// <summary>What can happen to a certificate.</summary>
public enum CertificateStep
{
    Supersede,
    Hold,
    Release,
    Revoke,
    Expire,
}

/// <summary>
/// The states of a certificate and the steps between them. Revoked is final (RFC 5280 knows no way back but from
/// <c>certificateHold</c>), and so is expired: what is no longer valid can neither be held nor revoked.
/// </summary>
public static class CertificateLifecycle
{
    /// <summary>Codes of steps that are forbidden.</summary>
    public const string Revoked = "certificate-revoked", Expired = "certificate-expired", Held = "certificate-held",
        NotHeld = "certificate-not-held", Superseded = "certificate-superseded";

    /// <summary>The state that the record of a certificate gives at <paramref name="now"/>.</summary>
    public static CertificateState Of(DateTimeOffset notAfter, DateTimeOffset? revokedAt, RevocationReason? reason, DateTimeOffset? supersededAt, DateTimeOffset now)
        => revokedAt is not null && reason != RevocationReason.CertificateHold ? CertificateState.Revoked
            : now > notAfter ? CertificateState.Expired
            : revokedAt is not null ? CertificateState.Held
            : supersededAt is not null ? CertificateState.Superseded
            : CertificateState.Valid;

    /// <summary>Takes a step, or says why it is forbidden. <paramref name="superseded"/>: what a release goes back to.</summary>
    public static bool TryStep(CertificateState from, CertificateStep step, bool superseded, out CertificateState to, [NotNullWhen(false)] out LifeRefusal? refusal)
    {
        refusal = null;
        CertificateState? next = (step, from) switch
        {
            (CertificateStep.Supersede, CertificateState.Valid) => CertificateState.Superseded,
            (CertificateStep.Hold, CertificateState.Valid or CertificateState.Superseded) => CertificateState.Held,
            (CertificateStep.Release, CertificateState.Held) => superseded ? CertificateState.Superseded : CertificateState.Valid,
            (CertificateStep.Revoke, CertificateState.Valid or CertificateState.Superseded or CertificateState.Held) => CertificateState.Revoked,
            (CertificateStep.Expire, not CertificateState.Revoked) => CertificateState.Expired,
            _ => null,
        };
        to = next ?? from;
        if (next is null)
            refusal = Why(from, step);
        return refusal is null;
    }

    private static LifeRefusal Why(CertificateState from, CertificateStep step) => (step, from) switch
    {
        (_, CertificateState.Revoked) => new(Revoked, "The certificate was revoked, which is final."),
        (_, CertificateState.Expired) => new(Expired, "The certificate has expired; it counts for nothing any more."),
        (CertificateStep.Release, _) => new(NotHeld, "The certificate is not on hold, so there is nothing to release."),
        (_, CertificateState.Held) => new(Held, "The certificate is on hold already."),
        _ => new(Superseded, "A newer certificate took its place already."),
    };
}
