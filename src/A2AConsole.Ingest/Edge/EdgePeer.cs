using A2AConsole.Core.Identity;
using A2AConsole.Trust.Algorithms;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Ingest.Edge;

/// <summary>
/// The agent at the other end of a connection, as the handshake proved it. Only the handshake makes one, so a handler that
/// holds it needs no further proof of identity; <see cref="EdgePeers.WhyNot"/> says whether it still counts. The one exception is
/// <see cref="Quarantine.Readmission"/>: the certificate of an earlier handshake, judged anew.
/// </summary>
/// <param name="Svid">The certificate's identity and its key, imported once.</param>
/// <param name="Standing">How certificate and agent stand, current at each look.</param>
/// <param name="RemoteAddress">Where it connects from.</param>
internal sealed record EdgePeer(VerifiedSvid Svid, CertificateStanding Standing, string? RemoteAddress)
{
    /// <summary>Which of its algorithms were noted lately.</summary>
    public AlgorithmUsage.Mark UsageMark { get; } = new();

    /// <summary>The agent's row (<c>Agents.Number</c>).</summary>
    public int AgentNumber => Standing.Agent.Number;
    public string AgentId => Svid.SpiffeId.Text;
    public string Serial => Svid.Serial;
}
