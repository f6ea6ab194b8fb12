namespace A2AConsole.Core.A2A;

/// <summary>What a part of a message holds.</summary>
public enum A2APartKind
{
    Text,
    /// <summary>A file's bytes, base64.</summary>
    Raw,
    /// <summary>Where a file is.</summary>
    Url,
    /// <summary>A JSON value.</summary>
    Data,
}

/// <summary>One part of a message.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Value">The content as it was written (JSON): a string, or for <see cref="A2APartKind.Data"/> any value.</param>
/// <param name="MediaType">Its media type, or null.</param>
/// <param name="HasMore">Whether it has a file name or metadata beside its content.</param>
public sealed record A2APart(A2APartKind Kind, ReadOnlyMemory<byte> Value, string? MediaType, bool HasMore);

/// <summary>
/// A message to an agent as it came: claims, nothing is verified. Slices lie in the request's body and live as long as that.
/// Members that we don't interpret are left where they are; they reach the agent as they were sent.
/// </summary>
public sealed record A2AMessage
{
    /// <summary>1–128 characters, none of them a control character.</summary>
    public required string MessageId { get; init; }
    public string? ContextId { get; init; }
    public string? TaskId { get; init; }
    public required IReadOnlyList<A2APart> Parts { get; init; }
    /// <summary>The URIs in the message's <c>extensions</c>.</summary>
    public required IReadOnlyList<string> Extensions { get; init; }
    /// <summary>What <c>metadata</c> holds under our extension's URI, as it was written; empty when it holds nothing.</summary>
    public ReadOnlyMemory<byte> Envelope { get; init; }
}

/// <summary>A request of the protocol, read as far as we must understand it. Its body goes on as it came.</summary>
public sealed record A2ARequest
{
    public required A2AMethod Method { get; init; }
    public required A2AVersion Version { get; init; }
    /// <summary>JSON-RPC's id as it was written; empty for REST.</summary>
    public ReadOnlyMemory<byte> Id { get; init; }
    /// <summary>The message, where the operation carries one.</summary>
    public A2AMessage? Message { get; init; }
    /// <summary>The task that it is about, where it names one.</summary>
    public string? TaskId { get; init; }
    /// <summary>The address that the agent is asked to notify, where it is asked to.</summary>
    public string? PushUrl { get; init; }
}
