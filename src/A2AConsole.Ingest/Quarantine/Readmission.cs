using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Ingest.Edge;
using A2AConsole.Ingest.Events;
using A2AConsole.Policy.Deciding;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Trust;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Ingest.Quarantine;

/// <summary>
/// Takes a refused event in once more: as its sender signed it, with the certificate that it came with, judged as both stand now, and past the same ledger
/// that refuses what was there before. All that a person's release waives is its age, and the rate; never its sender's own end.
/// </summary>
internal sealed class Readmission(EventChecker checker, SvidGate gate, CertificateDetailQueries certificates, ILedger ledger, IMessageDecision decision, TimeProvider time, ILogger<Readmission> logger) : IReleaseWay
{
    /// <inheritdoc/>
    public ReleaseWay Way => ReleaseWay.Checks;

    /// <inheritdoc/>
    public async Task<WayOutcome> ReleaseAsync(ReleaseAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Leaf.Certificate is not { } serial || await certificates.FindAsync(serial, cancellationToken) is not { } record)
            return new WayOutcome(null, "quarantine-certificate", "The certificate that it came with is not on record, so nobody can say whose it is.");
        using var certificate = X509CertificateLoader.LoadCertificate(record.Der);
        var verdict = gate.Check(certificate);
        if (verdict.Refusal is { } refused)
            return new WayOutcome(null, refused.Code, $"Its sender is not admitted now: {refused.Detail}");
        var peer = new EdgePeer(verdict.Svid!, verdict.Standing!, attempt.Item.Row.RemoteAddress);
        var now = time.GetUtcNow();
        var bytes = attempt.Item.Bytes.AsMemory();
        var result = checker.Check(bytes, peer.Svid, now);
        // Its age alone is answered for by who releases it; up to the end that its sender set.
        if (result is { Refusal: RefusalCode.Stale, Facts: { } stale } && now < stale.Expires)
            result = checker.Check(bytes, peer.Svid, stale.Time);
        var request = new AdmissionRequest
        {
            AgentNumber = peer.AgentNumber, AgentId = peer.AgentId, CertificateSerial = peer.Serial, ReceivedAt = now, RemoteAddress = peer.RemoteAddress, ReplayMargin = checker.Limits.Skew,
            Items = [AdmissionItems.Of(peer, result, null, now)],
        };
        if (result.Refusal is { } fault)
            return Refused(Refusal.Of(fault), result.Detail);
        if (result.SchemaRefusal is { } schemaFault)
            return Refused(Refusal.Of(schemaFault), result.Detail);
        if (!ledger.TryAdmit(request, out var answer))
            return new WayOutcome(null, "overloaded", "The queue for the ledger is full; nothing was done. Try again.");
        var admitted = (await answer).Items[0];
        if (admitted.Verdict == ItemVerdict.Repeated)
            return new WayOutcome(null, "quarantine-repeated", $"Its sender sent it again and it was admitted as leaf {admitted.LeafIndex}: there is nothing left to release.");
        if (admitted.Verdict != ItemVerdict.Admitted)
            return Refused(Refusal.Of(admitted.Refusal!.Value), admitted.Detail);
        return new WayOutcome(admitted.LeafIndex, null, $"Admitted as leaf {admitted.LeafIndex}. {await DecideAsync(peer, result.Facts!, bytes, admitted.LeafIndex!.Value)}");
    }

    private static WayOutcome Refused(Refusal refusal, string? detail) => new(null, refusal.Text, $"It is refused again: {detail ?? refusal.Title}");

    private async Task<string> DecideAsync(EdgePeer peer, EventFacts facts, ReadOnlyMemory<byte> bytes, long leaf)
    {
        try
        {
            var question = new MessageToDecide(facts, SignedData.Read(bytes, isBatched: false)!.Data, peer.AgentNumber, facts.Audience ?? "", leaf, null, null) { Body = bytes, Demo = facts.Demo };
            return (await decision.DecideAsync(question, CancellationToken.None)).Reason;
        }
        catch (Exception e)
        {
            // Admitted and not decided: it takes effect nowhere, which is the safe end.
            logger.LogError(e, "Deciding about the released event of leaf {Leaf} failed", leaf);
            return "Policy could not be asked, so nothing may be done on it; have it sent anew.";
        }
    }
}
