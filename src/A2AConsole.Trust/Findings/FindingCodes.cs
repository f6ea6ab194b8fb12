using A2AConsole.Data.Entities;

namespace A2AConsole.Trust.Findings;

/// <summary>The codes that findings have on the ledger.</summary>
public static class FindingCodes
{
    /// <summary>The kind's stable code.</summary>
    public static string Of(FindingKind kind) => kind switch
    {
        FindingKind.UnloggedCertificate => "certificate-unlogged",
        FindingKind.AttestationDrift => "attestation-drift",
        FindingKind.AttestationFailed => "attestation-failed",
        FindingKind.RenewalMissed => "renewal-missed",
        FindingKind.ClockSkew => "clock-skew",
        FindingKind.LifetimeOverPolicy => "lifetime-over-policy",
        FindingKind.SharedKey => "shared-key",
        FindingKind.SharedRuntime => "shared-runtime",
        FindingKind.NoOwner => "no-owner",
        FindingKind.TierShortfall => "tier-shortfall",
        FindingKind.AlgorithmDeprecated => "algorithm-deprecated",
        FindingKind.ReviewLapsed => "review-lapsed",
        FindingKind.AuthorityOutage => "authority-outage",
        FindingKind.UsedAfterSuspension => "used-after-suspension",
        FindingKind.MessageDiffers => "message-differs",
        FindingKind.CardRefused => "card-refused",
        FindingKind.CardChanged => "card-changed",
        FindingKind.PolicyFault => "policy-fault",
        FindingKind.LimitReached => "limit-reached",
        FindingKind.ApprovalMisused => "approval-misused",
        FindingKind.ApprovalFlood => "approval-flood",
        FindingKind.DeliveryUnknown => "delivery-unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
