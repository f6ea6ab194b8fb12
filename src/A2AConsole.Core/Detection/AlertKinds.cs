namespace A2AConsole.Core.Detection;

/// <summary>What belongs to a kind of alert: its group and the attack techniques that look like it.</summary>
public static class AlertKinds
{
    /// <summary>How analysts sort it.</summary>
    public static AlertGroup Group(AlertKind kind) => kind switch
    {
        AlertKind.VolumeBurst or AlertKind.VolumeSilence or AlertKind.VolumeDrift or AlertKind.BytesBurst or AlertKind.MoneyBurst or AlertKind.RefusalBurst or AlertKind.UnlikePeers => AlertGroup.Volume,
        AlertKind.NewCounterparty or AlertKind.FanOut or AlertKind.EdgeBurst => AlertGroup.Counterparties,
        AlertKind.UnusualAction or AlertKind.ImpossibleSequence or AlertKind.RoleDenied or AlertKind.Tampering or AlertKind.Replay => AlertGroup.Actions,
        AlertKind.NewPlace or AlertKind.ImpossibleTravel => AlertGroup.Places,
        AlertKind.AttestationFailures or AlertKind.AttestationDrift or AlertKind.SharedRuntime => AlertGroup.Attestation,
        AlertKind.CertificateStale or AlertKind.UsedAfterSuspension or AlertKind.CertificatePolicy => AlertGroup.Certificates,
        AlertKind.ApprovalFlood or AlertKind.ApprovalMisuse or AlertKind.UnusualApprover or AlertKind.SplitCommitment => AlertGroup.Approvals,
        AlertKind.UnusualAmount or AlertKind.UnusualQuantity or AlertKind.Uncorroborated => AlertGroup.Content,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>
    /// The risks (OWASP Top 10 for Agentic Applications 2026: ASI01–10) and techniques (MITRE ATLAS: AML.…) that show themselves so; none for
    /// what is a fault rather than an attack.
    /// </summary>
    public static IReadOnlyList<string> Tags(AlertKind kind) => kind switch
    {
        AlertKind.VolumeBurst or AlertKind.VolumeDrift or AlertKind.UnusualQuantity or AlertKind.UnusualAmount => ["ASI06", "AML.T0059"],
        AlertKind.BytesBurst or AlertKind.FanOut => ["ASI03", "AML.T0086"],
        AlertKind.NewCounterparty or AlertKind.EdgeBurst or AlertKind.UnusualAction or AlertKind.RoleDenied => ["ASI03", "AML.T0012"],
        AlertKind.MoneyBurst or AlertKind.SplitCommitment => ["ASI02", "AML.T0053"],
        AlertKind.Replay => ["ASI07", "AML.T0091"],
        AlertKind.RefusalBurst or AlertKind.Tampering or AlertKind.ImpossibleSequence => ["ASI07"],
        AlertKind.AttestationFailures or AlertKind.AttestationDrift or AlertKind.SharedRuntime => ["ASI10", "AML.T0074"],
        AlertKind.Uncorroborated => ["ASI06", "ASI08", "AML.T0048.000"],
        AlertKind.ApprovalFlood or AlertKind.ApprovalMisuse or AlertKind.UnusualApprover => ["ASI09"],
        AlertKind.NewPlace or AlertKind.ImpossibleTravel or AlertKind.UsedAfterSuspension or AlertKind.CertificatePolicy => ["ASI03"],
        AlertKind.VolumeSilence or AlertKind.CertificateStale or AlertKind.UnlikePeers => [],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
