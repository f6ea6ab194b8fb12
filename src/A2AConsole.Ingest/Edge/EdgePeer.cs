using A2AConsole.Core.Identity;
using A2AConsole.Trust.Algorithms;

namespace A2AConsole.Ingest.Edge;

/// <summary>
/// The agent at the other end of a connection, as the handshake proved it. Only the handshake makes one, so a handler that
/// holds it needs no further proof of identity; <see cref="EdgePeers.Standing"/> says whether it still stands.
/// </summary>
/// <param name="Svid">The certificate's identity and its key, imported once.</param>
/// <param name="AgentNumber">The agent's row (<c>Agents.Number</c>).</param>
/// <param name="RemoteAddress">Where it connects from.</param>
internal sealed record EdgePeer(VerifiedSvid Svid, int AgentNumber, string? RemoteAddress)
{
    /// <summary>Which of its algorithms were noted lately.</summary>
    public AlgorithmUsage.Mark UsageMark { get; } = new();

    public string AgentId => Svid.SpiffeId.Text;
    public string Serial => Svid.Serial;
}
