namespace A2AConsole.Core.Envelopes;

/// <summary>What an agent says, before it is written and signed. Times are UTC; see <see cref="AgentEventWriter"/> for the form.</summary>
public sealed record AgentEvent
{
    /// <summary>The message id: 1–64 characters of <c>A–Z a–z 0–9 . _ : -</c>, unique for the agent.</summary>
    public required string Id { get; init; }
    /// <summary>The agent's SPIFFE ID.</summary>
    public required string Source { get; init; }
    public required string Type { get; init; }
    public string? Subject { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public string? DataSchema { get; init; }
    /// <summary>For whom it is: a SPIFFE ID.</summary>
    public string? Audience { get; init; }
    public string? Action { get; init; }
    /// <summary>16–64 characters of <c>A–Z a–z 0–9 _ -</c>, random.</summary>
    public required string Nonce { get; init; }
    public string? IdempotencyKey { get; init; }
    /// <summary>Comma-separated names of extension attributes that the receiver must understand.</summary>
    public string? Critical { get; init; }
    public string? Demo { get; init; }
    /// <summary>The business body: one JSON object, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
}
