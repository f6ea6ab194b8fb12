using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Detection;

/// <summary>One committed ledger leaf as detection sees it, in the ledger's order: who did what towards whom, and how it ended.</summary>
/// <param name="Leaf">Its index in the ledger: the stream's position.</param>
/// <param name="At">When it was recorded (UTC); never decreases by more than clock steps along the stream.</param>
/// <param name="Kind">What the leaf records.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Code">A refusal's code, a finding's, an approval's or a decision's step.</param>
/// <param name="Agent">SPIFFE ID of the agent that acted, or that a finding or decision is about; empty when it was none.</param>
/// <param name="Peer">The audience's SPIFFE ID, or empty.</param>
/// <param name="Type">The event's type, or empty.</param>
public readonly record struct Observation(long Leaf, DateTimeOffset At, LeafKind Kind, LeafVerdict Verdict, string? Code, string Agent, string Peer, string Type)
{
    /// <summary>Bytes received; 0 when not known.</summary>
    public int Bytes { get; init; }
    /// <summary>How many refusals a summary stands for; else 1.</summary>
    public long Count { get; init; } = 1;
    /// <summary>The money that it names, counted in its own currency only.</summary>
    public EventMoney? Money { get; init; }
    /// <summary>The client's address as text, where the edge saw it.</summary>
    public string? Address { get; init; }
    /// <summary>What the event is about (an item, a shipment), as its schema's key field says; or the leaf's subject.</summary>
    public string? Subject { get; init; }
    /// <summary>The quantity that it names, and its unit, where its type names one.</summary>
    public (double Value, string Unit)? Quantity { get; init; }
    /// <summary>How many pieces of evidence the event cites.</summary>
    public int Evidence { get; init; }
    /// <summary>The message's id, where the leaf has one.</summary>
    public string? Message { get; init; }
    /// <summary>Who acted where that is not the agent: <c>user:&lt;name&gt;</c>, <c>system</c>.</summary>
    public string? Actor { get; init; }
    /// <summary>What the event asks to be told, where its type asks: names of fields.</summary>
    public IReadOnlyList<string> Asks { get; init; } = [];
    /// <summary>The document that the event introduces, as <c>document:id</c>.</summary>
    public string? Document { get; init; }
    /// <summary>The documents that it says it follows from, as <c>document:id</c>.</summary>
    public IReadOnlyList<string> Follows { get; init; } = [];
    /// <summary>Set by the demo world.</summary>
    public string? Demo { get; init; }
}
