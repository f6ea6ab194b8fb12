namespace A2AConsole.Core.Detection;

/// <summary>What an alert says is unusual. Stored by name.</summary>
public enum AlertKind
{
    /// <summary>Far more messages than usual.</summary>
    VolumeBurst,
    /// <summary>An agent that speaks has gone silent.</summary>
    VolumeSilence,
    /// <summary>Volume that creeps day by day.</summary>
    VolumeDrift,
    /// <summary>Far more bytes than usual.</summary>
    BytesBurst,
    /// <summary>Far more money committed than usual.</summary>
    MoneyBurst,
    /// <summary>Far more refusals than usual.</summary>
    RefusalBurst,
    /// <summary>An agent addresses somebody whom neither it nor its role addressed before.</summary>
    NewCounterparty,
    /// <summary>One agent addresses many at once.</summary>
    FanOut,
    /// <summary>Many messages over an edge that was quiet, or a mix of counterparties that shifted.</summary>
    EdgeBurst,
    /// <summary>A type of message that the agent, or its role, does not send.</summary>
    UnusualAction,
    /// <summary>A message without the one that always comes before it.</summary>
    ImpossibleSequence,
    /// <summary>An agent tries what its role may not do.</summary>
    RoleDenied,
    /// <summary>A network or region that is new for the agent.</summary>
    NewPlace,
    /// <summary>Two places too far apart for the time between.</summary>
    ImpossibleTravel,
    /// <summary>Attestation fails again and again, or across a role.</summary>
    AttestationFailures,
    /// <summary>A measured value differs from its reference value.</summary>
    AttestationDrift,
    /// <summary>One runtime, or one key, serves two identities.</summary>
    SharedRuntime,
    /// <summary>A certificate is about to end, or a renewal was missed.</summary>
    CertificateStale,
    /// <summary>A certificate that was taken back is still shown.</summary>
    UsedAfterSuspension,
    /// <summary>A certificate lives longer than policy allows, or stands on no ledger.</summary>
    CertificatePolicy,
    /// <summary>More requests for approval than people can look at.</summary>
    ApprovalFlood,
    /// <summary>An approval that was misused, or that its own side gave.</summary>
    ApprovalMisuse,
    /// <summary>An approver, or an hour, that is unusual.</summary>
    UnusualApprover,
    /// <summary>Commitments in parts that come to what one alone could not be.</summary>
    SplitCommitment,
    /// <summary>An amount far from what this agent names for such a thing.</summary>
    UnusualAmount,
    /// <summary>A quantity far from what this agent names for such an item.</summary>
    UnusualQuantity,
    /// <summary>A claim that no other evidence supports.</summary>
    Uncorroborated,
    /// <summary>What was sent differs from what was signed.</summary>
    Tampering,
    /// <summary>Messages that were already used, or whose time is over.</summary>
    Replay,
    /// <summary>An agent's window as a whole is unlike its peers'.</summary>
    UnlikePeers,
}

/// <summary>How an analyst sorts kinds.</summary>
public enum AlertGroup
{
    Volume,
    Counterparties,
    Actions,
    Places,
    Attestation,
    Certificates,
    Approvals,
    Content,
}
