namespace A2AConsole.Ingest.Edge;

/// <summary>What is known of a connection while its TLS handshake runs.</summary>
internal sealed class Handshake
{
    /// <summary>A ClientHello has come: what ends before is a port scan or a health probe, not an agent.</summary>
    public bool Began { get; set; }
    public bool Completed { get; set; }
    /// <summary>Set by the gate when it refuses.</summary>
    public ConnectionRefusal? Refusal { get; set; }
    /// <summary>Set by the gate when it accepts.</summary>
    public EdgePeer? Peer { get; set; }
}
