using A2AConsole.Data.Entities;

namespace A2AConsole.Web.Shared;

/// <summary>How soon somebody should look at a finding.</summary>
public enum FindingSeverity
{
    /// <summary>To be put right when there is time.</summary>
    Low,
    /// <summary>A control is weaker than it is meant to be.</summary>
    Medium,
    /// <summary>An agent will stop, or an identity may be in other hands.</summary>
    High,
    /// <summary>Nothing that the authority signed can be relied on.</summary>
    Critical,
}

/// <summary>The severity of each kind of finding.</summary>
public static class FindingSeverities
{
    public static FindingSeverity Of(FindingKind kind) => kind switch
    {
        FindingKind.UnloggedCertificate => FindingSeverity.Critical,
        FindingKind.AttestationDrift or FindingKind.AttestationFailed or FindingKind.RenewalMissed or FindingKind.SharedKey
            or FindingKind.AuthorityOutage or FindingKind.UsedAfterSuspension
            or FindingKind.MessageDiffers or FindingKind.CardChanged or FindingKind.ApprovalMisused or FindingKind.PolicyFault or FindingKind.DeliveryUnknown => FindingSeverity.High,
        FindingKind.SharedRuntime or FindingKind.NoOwner or FindingKind.TierShortfall or FindingKind.LifetimeOverPolicy or FindingKind.ReviewLapsed or FindingKind.CardRefused
            or FindingKind.LimitReached or FindingKind.ApprovalFlood => FindingSeverity.Medium,
        FindingKind.ClockSkew or FindingKind.AlgorithmDeprecated => FindingSeverity.Low,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
