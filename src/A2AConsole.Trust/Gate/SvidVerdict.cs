using System.Diagnostics.CodeAnalysis;
using A2AConsole.Core.Identity;
using A2AConsole.Trust.Gate;

namespace A2AConsole.Trust;

/// <summary>What the gate says of a client certificate: an agent, or the reason why not. Exactly one of the two is set.</summary>
public sealed class SvidVerdict
{
    internal SvidVerdict(VerifiedSvid svid, CertificateStanding standing) => (Svid, Standing) = (svid, standing);

    internal SvidVerdict(SvidRefusal refusal) => Refusal = refusal;

    /// <summary>Whether the certificate is one of an agent of ours, valid now and not revoked.</summary>
    [MemberNotNullWhen(true, nameof(Svid), nameof(Standing))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAccepted => Svid is not null;

    /// <summary>The agent's identity and key. The gate keeps it for the certificate's next connection: do not dispose it.</summary>
    public VerifiedSvid? Svid { get; }

    /// <summary>How the certificate and its agent stand: hold on to it to ask again.</summary>
    public CertificateStanding? Standing { get; }

    /// <summary>The agent's row (<c>Agents.Number</c>).</summary>
    public int AgentNumber => Standing?.Agent.Number ?? 0;

    /// <summary>A stable code and a sentence: one of the gate's, of a life's (<see cref="LifeRefusal"/>), or of the validator's.</summary>
    public SvidRefusal? Refusal { get; }
}
