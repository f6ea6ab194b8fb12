using System.Diagnostics.CodeAnalysis;
using A2AConsole.Core.Identity;

namespace A2AConsole.Trust;

/// <summary>What the gate says of a client certificate: an agent, or the reason why not. Exactly one of the two is set.</summary>
public sealed class SvidVerdict
{
    internal SvidVerdict(VerifiedSvid svid, int agentNumber) => (Svid, AgentNumber) = (svid, agentNumber);

    internal SvidVerdict(SvidRefusal refusal) => Refusal = refusal;

    /// <summary>Whether the certificate is one of an agent of ours, valid now and not revoked.</summary>
    [MemberNotNullWhen(true, nameof(Svid))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAccepted => Svid is not null;

    /// <summary>The agent's identity and key. The gate keeps it for the certificate's next connection: do not dispose it.</summary>
    public VerifiedSvid? Svid { get; }

    /// <summary>The agent's row (<c>Agents.Number</c>).</summary>
    public int AgentNumber { get; }

    /// <summary>A stable code and a sentence: <see cref="SvidGate.Revoked"/>, <see cref="SvidGate.UnknownAgent"/> or one of the validator's.</summary>
    public SvidRefusal? Refusal { get; }
}
