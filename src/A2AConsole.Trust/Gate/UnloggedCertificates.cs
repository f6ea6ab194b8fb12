using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Findings;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Gate;

/// <summary>
/// Raises the alarm over certificates that our authority's key signed past the ledger: the key is in other hands, or a fault of
/// ours issues without record. Either is worse than anything that one agent can do.
/// </summary>
public sealed class UnloggedCertificates(IFindings findings, ILogger<UnloggedCertificates> logger)
{
    /// <summary>Reports a certificate; returns at once, since a handshake waits.</summary>
    internal void Report(VerifiedSvid svid, int? agentNumber, string fingerprint)
    {
        logger.LogCritical("A certificate of {Agent} with serial {Serial} (SHA-256 {Fingerprint}) has our authority's signature and no ledger leaf", svid.SpiffeId, svid.Serial, fingerprint);
        _ = Task.Run(async () =>
        {
            try
            {
                await findings.ReportAsync(new FindingReport(FindingKind.UnloggedCertificate, fingerprint, agentNumber,
                    $"A certificate of {svid.SpiffeId} with serial {svid.Serial} carries our authority's signature, but its issuance is not on the ledger. Treat the authority's key as stolen.",
                    Measured: $"serial {svid.Serial}, valid from {svid.NotBefore:u} to {svid.NotAfter:u}", Reference: "an issuance leaf with this fingerprint"));
            }
            catch (Exception e)
            {
                logger.LogError(e, "The finding could not be recorded; the next attempt to connect reports it again");
            }
        });
    }
}
