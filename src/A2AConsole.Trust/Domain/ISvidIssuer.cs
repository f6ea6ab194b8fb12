using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;

namespace A2AConsole.Trust.Domain;

/// <summary>Signs agents' certificates with the issuing CA. Who may have one was decided by the caller.</summary>
public interface ISvidIssuer
{
    /// <summary>Builds the SVID; without <paramref name="content"/> one of the usual lifetime that says nothing else. Nobody may see it before its ledger leaf is durable.</summary>
    X509Certificate2 Issue(SpiffeId id, PublicKey key, DateTimeOffset now, SvidContent? content = null);

    /// <summary>
    /// The issuing CA that an SVID is from. To be asked of the SVID, not of the moment: another CA may have been activated since.
    /// Throws <see cref="InvalidOperationException"/> when it is none of those that count.
    /// </summary>
    IssuingAuthority IssuerOf(X509Certificate2 svid);

    /// <summary>Every issuing CA whose certificates count; the one that signs now is <see cref="Data.Entities.AnchorState.Active"/>.</summary>
    IReadOnlyList<IssuingAuthority> Issuers { get; }
}

/// <summary>What was decided about a certificate besides whose it is.</summary>
/// <param name="Lifetime">From now to its end.</param>
/// <param name="Extensions">What it says besides what every SVID says.</param>
public sealed record SvidContent(TimeSpan Lifetime, IReadOnlyList<X509Extension> Extensions);
