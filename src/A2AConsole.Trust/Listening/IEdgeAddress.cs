namespace A2AConsole.Trust.Listening;

/// <summary>Where the edge is for agents: told to each that enrols. Whoever runs the edge may register one that knows its port.</summary>
public interface IEdgeAddress
{
    /// <summary><c>https://host:port</c>.</summary>
    string Url { get; }
}

/// <summary>The edge's address as configured.</summary>
internal sealed class ConfiguredEdgeAddress(TrustOptions options) : IEdgeAddress
{
    public string Url => ReachableAddress.Of(options.EdgeUrl, options.ServerNames);
}
