using A2AConsole.Data.Entities;

namespace A2AConsole.Trust.Domain;

/// <summary>
/// The rotation of the authority's keys, as SPIRE does it: prepare (made, and trusted by everybody) → activate (signs) → taint
/// (given up; what it signed is to be replaced) → revoke (counts no more). Each step is on the ledger before it is in force, and one that
/// was cut off is completed at the next start. Roots and issuing CAs alike; a root brings an issuing CA of its own.
/// </summary>
public interface IAuthorityKeys
{
    /// <summary>All authorities with what hangs on them.</summary>
    Task<AuthorityStatus> StatusAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a new root (with an issuing CA) or a new issuing CA under the root in use; <paramref name="purpose"/> is
    /// <see cref="AuthorityCertificate.Root"/> or <see cref="AuthorityCertificate.Issuing"/>. Returns its name.
    /// </summary>
    Task<string> PrepareAsync(string purpose, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts a prepared authority into use; the one before is retired. A root must have been in the bundle for a while
    /// (<c>authority-not-propagated</c>) unless <paramref name="force"/>d.
    /// </summary>
    Task ActivateAsync(string name, string actor, string reason, bool force = false, CancellationToken cancellationToken = default);

    /// <summary>Gives a retired authority up: what it signed still counts, and is to be replaced.</summary>
    Task TaintAsync(string name, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends an authority: nothing that it signed counts any more, open connections are closed. Refused while agents live by it
    /// (<c>authority-in-use</c>, with their number) unless <paramref name="force"/>d. A prepared one is given up this way.
    /// </summary>
    Task RevokeAsync(string name, string actor, string reason, bool force = false, CancellationToken cancellationToken = default);

    /// <summary>Completes a step that was cut off; does nothing when there is none. The other calls do it by themselves.</summary>
    Task ResumeAsync(CancellationToken cancellationToken = default);
}

/// <summary>The authorities at one moment.</summary>
/// <param name="BundleSequence">The trust bundle's sequence.</param>
/// <param name="Custody">Where the keys are, for people.</param>
/// <param name="Authorities">In the order in which they were made.</param>
/// <param name="Pending">A step that was begun and is not in force yet.</param>
public sealed record AuthorityStatus(long BundleSequence, string Custody, IReadOnlyList<AuthorityFacts> Authorities, AuthorityStep? Pending);

/// <summary>One authority with what hangs on it. Times are UTC.</summary>
/// <param name="Member">Its name, purpose, root and state.</param>
/// <param name="KeyId">SHA-256 of its SubjectPublicKeyInfo, lower-case hex.</param>
/// <param name="Fingerprint">SHA-256 of its certificate, lower-case hex; empty when its file is gone (a revoked one's may be).</param>
/// <param name="NotBefore">When its certificate begins.</param>
/// <param name="NotAfter">When its certificate ends.</param>
/// <param name="LiveAgents">Agents whose newest certificate is from it; of a root, from the issuing CAs under it.</param>
/// <param name="LastExpiry">When the last of those ends by itself.</param>
/// <param name="ActivatableFrom">Of a prepared root: from when on it may be activated without force.</param>
public sealed record AuthorityFacts(
    AuthorityMember Member, string KeyId, string Fingerprint, DateTimeOffset NotBefore, DateTimeOffset NotAfter,
    int LiveAgents, DateTimeOffset? LastExpiry, DateTimeOffset? ActivatableFrom)
{
    public AnchorState State => Member.State;
}
