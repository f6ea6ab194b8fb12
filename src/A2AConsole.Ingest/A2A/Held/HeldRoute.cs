using A2AConsole.Core.A2A;

namespace A2AConsole.Ingest.A2A.Held;

/// <summary>How a held message came, so that it is delivered in the same way: the agent's name in addresses, and the binding. One line of the store.</summary>
/// <param name="Agent">The agent's name in our addresses.</param>
/// <param name="Version">The version of the protocol.</param>
/// <param name="Rest">The path and query below the agent's address; null: JSON-RPC.</param>
internal sealed record HeldRoute(string Agent, A2AVersion Version, string? Rest)
{
    // The column's width; a name has at most 64 characters.
    private const int MaxRest = 180;

    /// <summary>Whether it can be kept: nobody needs a longer path to send a message.</summary>
    public bool Fits => Rest is null || Rest.Length <= MaxRest;

    public override string ToString() => $"{Agent} {(Rest is not null ? "rest:" + Rest : Version == A2AVersion.V1 ? "rpc" : "rpc03")}";

    /// <summary>Reads <see cref="ToString"/>'s line; null for anything else.</summary>
    public static HeldRoute? Parse(string? line)
    {
        var space = line?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        if (space <= 0)
            return null;
        return line![(space + 1)..] switch
        {
            "rpc" => new(line[..space], A2AVersion.V1, null),
            "rpc03" => new(line[..space], A2AVersion.V03, null),
            var rest when rest.StartsWith("rest:/", StringComparison.Ordinal) => new(line[..space], A2AVersion.V1, rest["rest:".Length..]),
            _ => null,
        };
    }

    /// <summary>Where it goes; null when the agent does not take this binding any more.</summary>
    public Uri? Of(A2AAgentOptions options)
        => Rest is null ? options.JsonRpc : options.Rest is { } below ? new Uri(below.AbsoluteUri.TrimEnd('/') + Rest) : null;
}
