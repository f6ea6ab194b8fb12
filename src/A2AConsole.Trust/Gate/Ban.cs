using A2AConsole.Data.Entities;

namespace A2AConsole.Trust.Gate;

/// <summary>
/// A revocation of many: everything within its scope that was issued before its leaf. It decides what memory does not hold (yet),
/// and what asks for the next certificate while rows are still being marked.
/// </summary>
internal sealed record Ban(long Leaf, RevocationScope Scope, string Target, Withdrawal Withdrawal)
{
    public DateTimeOffset? FinishedAt { get; set; }

    public bool Reaches(CertificateStanding certificate) => certificate.Leaf < Leaf && Scope switch
    {
        RevocationScope.Role => certificate.Agent.Role == Target,
        RevocationScope.Environment => certificate.Agent.Environment == Target,
        RevocationScope.Organisation => certificate.Agent.Organisation == Target,
        RevocationScope.AuthorityKey => certificate.IssuerKeyId == Target,
        RevocationScope.Agent => certificate.Agent.SpiffeId == Target,
        RevocationScope.Certificate => certificate.Serial == Target,
        _ => throw new ArgumentOutOfRangeException(nameof(certificate)),
    };
}
