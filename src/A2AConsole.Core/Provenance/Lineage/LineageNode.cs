using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Provenance.Lineage;

/// <summary>An admitted message in the lineage. Times are UTC.</summary>
public sealed record LineageNode
{
    /// <summary>Its ledger leaf.</summary>
    public required long Leaf { get; init; }
    public required string MessageId { get; init; }
    /// <summary>SHA-256 of the signed payload, lower-case hex.</summary>
    public required string Digest { get; init; }
    /// <summary>SHA-256 of its data, lower-case hex.</summary>
    public required string Body { get; init; }
    public required string Type { get; init; }
    /// <summary>The SPIFFE ID of who sent it.</summary>
    public required string Agent { get; init; }
    public string? Audience { get; init; }
    /// <summary>When it was admitted.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>The document that it introduced, as <c>document:id</c>.</summary>
    public string? Document { get; init; }
    public EventMoney? Money { get; init; }
    public string? Demo { get; init; }
}

/// <summary>One message derives from something.</summary>
/// <param name="From">The leaf of the message that says so.</param>
/// <param name="To">The leaf of the message that it derives from; null while no message of that name is known, or for a document.</param>
/// <param name="Kind">How it names it.</param>
/// <param name="Target">The name: see <see cref="LineageReference.Target"/>.</param>
/// <param name="Name">What it calls it.</param>
public sealed record LineageEdge(long From, long? To, LineageKind Kind, string Target, string Name);

/// <summary>Which way a graph is walked.</summary>
public enum LineageDirection
{
    /// <summary>Where does it come from?</summary>
    Backward,
    /// <summary>Who was affected?</summary>
    Forward,
}
