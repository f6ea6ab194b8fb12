using A2AConsole.Data.Entities;

namespace A2AConsole.Trust.Domain;

/// <summary>One of the domain's authorities: a root or an issuing CA, with a key of its own.</summary>
/// <param name="Name">Names its key in custody and its certificate's file, e.g. <c>issuing-2</c>.</param>
/// <param name="Purpose"><see cref="AuthorityCertificate.Root"/> or <see cref="AuthorityCertificate.Issuing"/>.</param>
/// <param name="Root">The name of the root above it; its own name when it is one.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Since">When it came there (UTC).</param>
public sealed record AuthorityMember(string Name, string Purpose, string Root, AnchorState State, DateTimeOffset Since)
{
    /// <summary>Whether what it signed still counts.</summary>
    public bool IsTrusted => State != AnchorState.Revoked;
}

/// <summary>What can be done with an authority (SPIRE's words).</summary>
public enum AuthorityStepKind { Prepare, Activate, Taint, Revoke }

/// <summary>A step with the hand behind it. <paramref name="Name"/> is the authority's; of a preparation, the one that comes into being.</summary>
public sealed record AuthorityStep(AuthorityStepKind Kind, string Name, string Actor, string Reason, DateTimeOffset At, bool Forced = false);

/// <summary>
/// All authorities of the domain and the step that is under way, if any: what is trusted, as it is kept beside the keys. Values
/// only; <see cref="AuthorityRules"/> says what may follow.
/// </summary>
/// <param name="Sequence">Grows with each step: the SPIFFE bundle's sequence.</param>
/// <param name="Members">In the order in which they were made.</param>
/// <param name="Pending">A step that was begun and is to be completed; nothing of it is in force yet.</param>
public sealed record AuthorityRoster(long Sequence, IReadOnlyList<AuthorityMember> Members, AuthorityStep? Pending = null)
{
    /// <summary>The roster of a domain that was just made, or is older than rosters: one root, one issuing CA.</summary>
    public static AuthorityRoster First(DateTimeOffset since) => new(1,
    [
        new(AuthorityCertificate.Root, AuthorityCertificate.Root, AuthorityCertificate.Root, AnchorState.Active, since),
        new(AuthorityCertificate.Issuing, AuthorityCertificate.Issuing, AuthorityCertificate.Root, AnchorState.Active, since),
    ]);

    /// <summary>The one root or issuing CA that is in use.</summary>
    public AuthorityMember Active(string purpose) => Members.Single(m => m.Purpose == purpose && m.State == AnchorState.Active);

    /// <summary>The authority of a name, or null.</summary>
    public AuthorityMember? Find(string name) => Members.FirstOrDefault(m => m.Name == name);
}
