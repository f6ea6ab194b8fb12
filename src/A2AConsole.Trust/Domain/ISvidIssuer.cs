using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;

namespace A2AConsole.Trust.Domain;

/// <summary>Signs agents' certificates with the issuing CA. Who may have one was decided by the caller.</summary>
public interface ISvidIssuer
{
    /// <summary>Builds the SVID; without <paramref name="content"/> one of the usual lifetime that says nothing else. Nobody may see it before its ledger leaf is durable.</summary>
    IssuedSvid Issue(SpiffeId id, PublicKey key, DateTimeOffset now, SvidContent? content = null);

    /// <summary>Every issuing CA whose certificates count; the one that signs now is <see cref="Data.Entities.AnchorState.Active"/>.</summary>
    IReadOnlyList<IssuingAuthority> Issuers { get; }
}

/// <summary>An agent's certificate as it was written.</summary>
/// <param name="Der">The certificate, DER.</param>
/// <param name="Serial">Lower-case hex.</param>
/// <param name="NotBefore">UTC, whole seconds.</param>
/// <param name="NotAfter">UTC, whole seconds.</param>
/// <param name="Issuer">Who signed it: another CA may have been activated since.</param>
public sealed record IssuedSvid(byte[] Der, string Serial, DateTimeOffset NotBefore, DateTimeOffset NotAfter, IssuingAuthority Issuer);

/// <summary>What was decided about a certificate besides whose it is.</summary>
/// <param name="Lifetime">From now to its end.</param>
/// <param name="Extensions">What it says besides what every SVID says.</param>
public sealed record SvidContent(TimeSpan Lifetime, IReadOnlyList<X509Extension> Extensions);
