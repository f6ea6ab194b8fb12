using System.Collections.Frozen;

namespace A2AConsole.Core.Provenance.Lineage;

/// <summary>Where in an event's data a document is named.</summary>
/// <param name="Path">Members from the top, each within the one before.</param>
/// <param name="Document">The kind of document that the id is of.</param>
public sealed record DocumentId(IReadOnlyList<string> Path, string Document);

/// <summary>What one type of event says of documents.</summary>
/// <param name="Own">The document that it introduces, if any.</param>
/// <param name="Others">Earlier documents that it names by their ids.</param>
/// <param name="Digests">Members with the digest of an earlier document, each with the id that stands beside it.</param>
public sealed record DocumentIds(DocumentId? Own, IReadOnlyList<DocumentId> Others, IReadOnlyList<(string Digest, string Id)> Digests)
{
    private static readonly DocumentIds _nothing = new(null, [], []);

    private static readonly FrozenDictionary<string, DocumentIds> _byType = new Dictionary<string, DocumentIds>
    {
        ["demand.signal"] = Of("signalId", "signal"),
        ["forecast.published"] = Of("forecastId", "forecast"),
        ["replenishment.proposed"] = Of("proposalId", "proposal", [new(["basis", "forecastId"], "forecast")]),
        ["purchase.approved"] = Of("approvalId", "approval", [new(["proposalId"], "proposal")]) with { Digests = [("proposalDigest", "proposalId")] },
        ["shipment.release"] = Of("releaseId", "release", [new(["approvalId"], "approval")]),
        ["route.quote"] = Of("quoteId", "quote", [new(["shipmentId"], "release")]),
        ["logistics.exception"] = Of("exceptionId", "exception", [new(["shipmentId"], "release")]),
        ["customs.declaration"] = Of("declarationId", "declaration", [new(["shipmentId"], "release")]),
        ["invoice.payment.requested"] = Of("requestId", "payment", [new(["matchedReceipt"], "release")]),
        ["supplier.terms.query"] = Of("queryId", "query"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a type says of documents; a type that we have no schema for says nothing beside its evidence.</summary>
    public static DocumentIds OfType(string type) => _byType.GetValueOrDefault(type, _nothing);

    private static DocumentIds Of(string own, string document, IReadOnlyList<DocumentId>? others = null) => new(new([own], document), others ?? [], []);
}
