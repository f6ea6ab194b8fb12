using A2AConsole.Core.Provenance.Lineage;

namespace A2AConsole.Data.Entities;

/// <summary>
/// An admitted message as the lineage knows it: what later messages may name it by, and what stays of it when its payload is gone. Written in
/// the background from what is committed.
/// </summary>
public sealed class LineageMessage
{
    /// <summary>Its ledger leaf.</summary>
    public long Leaf { get; set; }
    public required string MessageId { get; set; }
    /// <summary>SHA-256 of the signed payload, lower-case hex.</summary>
    public required string Digest { get; set; }
    /// <summary>SHA-256 of its data, lower-case hex.</summary>
    public required string Body { get; set; }
    public required string Type { get; set; }
    public int AgentNumber { get; set; }
    /// <summary>The audience's SPIFFE ID, or empty.</summary>
    public required string Audience { get; set; }
    public DateTimeOffset At { get; set; }
    /// <summary>The document that it introduced, as <c>document:id</c>.</summary>
    public string? Document { get; set; }
    /// <summary>In ten-thousandths of the currency's unit.</summary>
    public long? Amount { get; set; }
    public string? Currency { get; set; }
    public string? Demo { get; set; }
}

/// <summary>One message derives from something; one that is not known (yet), or a document, has no <see cref="To"/>.</summary>
public sealed class LineageLink
{
    /// <summary>The leaf of the message that says so.</summary>
    public long From { get; set; }
    /// <summary>Its place among that message's references.</summary>
    public int Place { get; set; }
    /// <summary>The leaf of the message that it derives from.</summary>
    public long? To { get; set; }
    public LineageKind Kind { get; set; }
    /// <summary>A SHA-256 in lower-case hex, or <c>document:id</c>.</summary>
    public required string Target { get; set; }
    /// <summary>What the message calls it.</summary>
    public required string Name { get; set; }
}

/// <summary>How far the ledger is read for the lineage: one row.</summary>
public sealed class LineageCursor
{
    public int Id { get; set; }
    /// <summary>The first leaf that is not read.</summary>
    public long Next { get; set; }
}
