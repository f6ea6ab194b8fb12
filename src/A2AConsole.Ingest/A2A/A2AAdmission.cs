using A2AConsole.Core.A2A;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Provenance;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Ingest.Edge;
using A2AConsole.Ingest.Events;
using A2AConsole.Trust.Algorithms;
using A2AConsole.Trust.Findings;
using A2AConsole.Trust.Gateway;

namespace A2AConsole.Ingest.A2A;

/// <summary>What became of a message at the edge: refused, or on the ledger and to be decided about.</summary>
/// <param name="Fault">Why it is refused.</param>
/// <param name="Leaf">Its ledger leaf, where it has one of its own.</param>
/// <param name="Facts">The event, when it was admitted.</param>
/// <param name="Data">The event's data, when it was admitted.</param>
/// <param name="Previous">The digest of the origin's envelope, for the hop.</param>
internal sealed record A2AAdmitted(A2AFault? Fault, long? Leaf, EventFacts? Facts = null, ReadOnlyMemory<byte> Data = default, string? Previous = null);

/// <summary>What a hop says of a message that was admitted.</summary>
/// <param name="MessageId">The message's id.</param>
/// <param name="Digest">The signed payload's digest, lower-case hex.</param>
/// <param name="From">Who sent it: the SPIFFE ID.</param>
/// <param name="Certificate">The serial of the certificate that its connection showed.</param>
/// <param name="Leaf">The leaf of its admission.</param>
internal sealed record HopFacts(string MessageId, string Digest, string From, string? Certificate, long Leaf);

/// <summary>
/// Takes messages through the same checks and the same ledger as events that are posted; and holds them to what they carry. A message is on
/// the ledger, durably, before anything of it goes on; so is each refusal.
/// </summary>
internal sealed class A2AAdmission(
    EventChecker checker, AgentRates rates, ILedger ledger, AlgorithmUsage usage, IFindings findings, IGatewayIdentity identity, IngestMetrics metrics, TimeProvider time)
{
    /// <summary>Admits the event that a message carries.</summary>
    public async Task<A2AAdmitted> AdmitAsync(EdgePeer peer, A2AMessage message, CarriedEnvelope carried, string receiver)
    {
        var now = time.GetUtcNow();
        var granted = rates.Take(peer.AgentNumber, 1);
        var checkedEvent = checker.Check(carried.Dsse, peer.Svid, now, withinRate: granted > 0);
        usage.Note(peer.UsageMark, peer.AgentNumber, peer.Svid, checkedEvent.SignedWith);
        if (checkedEvent.Facts is { } claims && checkedEvent.Refusal is null)
            peer.Standing.Agent.NoteClock((claims.Time - now).Ticks / TimeSpan.TicksPerMillisecond);
        ReadOnlyMemory<byte> data = default;
        string? previous = null;
        A2AFault? differs = null;
        if (checkedEvent.Refusal is null)
        {
            (data, previous) = Read(carried.Dsse);
            differs = carried.Hops.Count > 0
                ? A2AFault.Of("hops-unexpected", "The message brings hops, though it comes from its origin itself; send hops: [].")
                : MessageBinding.Check(message, checkedEvent.Facts!, data, receiver);
            if (differs is not null)
                checkedEvent = checkedEvent with { Refusal = CodeOf(differs), SchemaRefusal = null, Detail = differs.Detail };
        }
        var (fault, leaf) = await RecordAsync(peer, AdmissionItems.Of(peer, checkedEvent, null, now), now, granted);
        if (differs is not null)
            await findings.ReportAsync(new FindingReport(FindingKind.MessageDiffers, peer.AgentId, peer.AgentNumber, $"A message to {receiver} was not what its signed event says ({differs.Code}): {differs.Detail}"));
        return fault is not null ? new(differs ?? fault, leaf) : new(null, leaf, checkedEvent.Facts, data, previous);
    }

    /// <summary>Records a request to send a message that could not be read, or carries nothing that could be admitted.</summary>
    public async Task<A2AAdmitted> RefuseAsync(EdgePeer peer, ReadOnlyMemory<byte> body, A2AFault fault)
    {
        var now = time.GetUtcNow();
        var granted = rates.Take(peer.AgentNumber, 1);
        var item = granted == 0
            ? AdmissionItems.Unreadable(peer, body, now, new Fault(RefusalCode.RateLimited, "The agent sends more than its rate allows."))
            : AdmissionItems.Unreadable(peer, body, now, new Fault(CodeOf(fault), fault.Detail));
        var (other, leaf) = await RecordAsync(peer, item, now, granted);
        // The protocol's own kind of error is the first; what the ledger says counts only when it could not take it.
        return new(item.Refusal == CodeOf(fault) && leaf is not null ? fault : other ?? fault, leaf);
    }

    /// <summary>The hop that states that we had the message and to whom it goes: a DSSE envelope.</summary>
    public byte[] HopFor(EdgePeer peer, A2AAdmitted admitted, string receiver)
        => HopFor(new HopFacts(admitted.Facts!.MessageId, Convert.ToHexStringLower(admitted.Facts.Digest.Span), peer.AgentId, peer.Serial, admitted.Leaf!.Value), admitted.Previous!, receiver, time.GetUtcNow());

    /// <summary>As the other, for a message that waited.</summary>
    public byte[] HopFor(HopFacts facts, CarriedEnvelope carried, string receiver, DateTimeOffset now) => HopFor(facts, Read(carried.Dsse).Previous, receiver, now);

    private byte[] HopFor(HopFacts facts, string previous, string receiver, DateTimeOffset now)
    {
        var certificate = identity.Current;
        var statement = HopWriter.Write(new Hop
        {
            MessageId = facts.MessageId, Message = facts.Digest, Previous = previous, Index = 0, By = identity.Name, From = facts.From, To = receiver, At = now, Certificate = facts.Certificate, Leaf = facts.Leaf,
        });
        return DsseEnvelopeWriter.Encode(Hop.PayloadType, statement, [(certificate.KeyId, certificate.Sign(Dsse.Pae(System.Text.Encoding.UTF8.GetBytes(Hop.PayloadType), statement)))]);
    }

    private async Task<(A2AFault? Fault, long? Leaf)> RecordAsync(EdgePeer peer, AdmissionItem item, DateTimeOffset now, int granted)
    {
        var request = new AdmissionRequest
        {
            AgentNumber = peer.AgentNumber, AgentId = peer.AgentId, CertificateSerial = peer.Serial, ReceivedAt = now, RemoteAddress = peer.RemoteAddress, ReplayMargin = checker.Limits.Skew,
            Items = [item],
        };
        if (!ledger.TryAdmit(request, out var answer))
        {
            rates.GiveBack(peer.AgentNumber, granted);
            metrics.TurnedAway("overloaded");
            return (new(A2AError.Internal, "overloaded", "The queue for the ledger is full; nothing was taken. Send the same message again."), null);
        }
        metrics.Queued(1);
        var queued = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            var result = (await answer).Items[0];
            if (result.Verdict == ItemVerdict.Admitted)
            {
                metrics.Admitted(1);
                return (null, result.LeafIndex);
            }
            if (result.Verdict == ItemVerdict.Repeated)
                return (A2AFault.Of("message-repeated", "A message with the same idempotency key and content was taken before; it is not delivered again. Its leaf is the earlier one's."), result.LeafIndex);
            var refusal = Refusal.Of(result.Refusal!.Value);
            metrics.Refused(refusal.Text);
            return (new(refusal.Code == RefusalCode.EnvelopeMissing ? A2AError.ExtensionSupportRequired : A2AError.InvalidParams, refusal.Text, result.Detail ?? refusal.Title), result.LeafIndex);
        }
        catch (LedgerUnavailableException)
        {
            metrics.TurnedAway("store-unavailable");
            return (new(A2AError.Internal, "store-unavailable", "The ledger takes no messages at the moment; nothing was taken. Send the same message again in a few seconds."), null);
        }
        finally
        {
            metrics.Answered(1, System.Diagnostics.Stopwatch.GetElapsedTime(queued));
        }
    }

    // The checks have read the same bytes before; here only what they don't hand out is taken.
    private static (ReadOnlyMemory<byte> Data, string Previous) Read(ReadOnlyMemory<byte> dsse)
    {
        if (!DsseEnvelopeReader.TryRead(dsse.Span, out var envelope, out _))
            throw new InvalidOperationException("An envelope that was admitted cannot be read.");
        using (envelope)
        {
            return AgentEventReader.TryRead(envelope.Payload, out var read, out _)
                ? (read.Data.ToArray(), Convert.ToHexStringLower(EnvelopeDigest.Of(envelope)))
                : throw new InvalidOperationException("An event that was admitted cannot be read.");
        }
    }

    private static RefusalCode CodeOf(A2AFault fault) => fault.Code switch
    {
        "duplicate-member" => RefusalCode.DuplicateMember,
        "envelope-missing" or "extension-not-named" => RefusalCode.EnvelopeMissing,
        "message-id-differs" => RefusalCode.MessageIdDiffers,
        "audience-missing" or "audience-differs" => RefusalCode.AudienceDiffers,
        "parts-not-signed" => RefusalCode.PartsNotSigned,
        "parts-differ" => RefusalCode.PartsDiffer,
        "hops-unexpected" => RefusalCode.HopsUnexpected,
        _ => RefusalCode.Malformed,
    };
}
