using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads one certificate with what stands behind it.</summary>
public sealed class CertificateDetailQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The certificate of a serial (lower-case hex) with its agent, its issuer, its evidence and its history; null when there is none.</summary>
    public async Task<CertificateDetail?> FindAsync(string serial, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.Certificates.AsNoTracking().Include(c => c.Agent).FirstOrDefaultAsync(c => c.Serial == serial, cancellationToken);
        if (row is null)
            return null;
        var issuer = await db.TrustAnchors.AsNoTracking().Where(a => a.KeyId == row.IssuerKeyId && a.Purpose == "issuing").OrderByDescending(a => a.NotAfter)
            .Select(a => new CertificateIssuer(a.Fingerprint, a.State, a.NotAfter)).FirstOrDefaultAsync(cancellationToken);
        var evidence = await db.AttestationRecords.AsNoTracking().Where(r => r.AgentNumber == row.AgentNumber && r.KeyId == row.KeyId).OrderByDescending(r => r.Id).Take(10)
            .Select(r => new AttestationRow(r.Id, r.Kind, r.At, r.IsAffirming, r.Code, r.Detail, r.KeyId, r.Runtime, r.Claims, r.Result)).ToListAsync(cancellationToken);
        var steps = await db.StateTransitions.AsNoTracking().Where(t => t.AgentNumber == row.AgentNumber && t.Serial == serial).OrderByDescending(t => t.Id).Take(20)
            .Select(t => new TransitionRow(t.Id, t.Serial, t.From, t.To, t.At, t.Actor, t.Reason)).ToListAsync(cancellationToken);
        return new CertificateDetail(row.Id, serial, row.KeyId, row.Algorithm, row.NotBefore, row.NotAfter, row.IssuedAt, row.RevokedAt, row.RevocationReason, row.RevokedBy, row.RevocationCode,
            row.SupersededAt, row.Der, row.Agent!.Number, row.Agent.SpiffeId, row.Agent.Name, row.Agent.Owner, row.Agent.CertificateSerial == serial, row.IssuerKeyId, issuer, evidence, steps)
        {
            Second = row.SigningKeyId is null ? null : SecondKeyOf(row),
        };
    }

    private static SecondKey SecondKeyOf(Certificate row)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(row.Der);
        return new SecondKey(row.SigningKeyId!, row.SigningAlgorithm!, SvidExtensions.RequiresBothSignatures(certificate));
    }
}

/// <summary>One certificate. <paramref name="Id"/> is the ledger leaf of its issuance; times are UTC.</summary>
public sealed record CertificateDetail(
    long Id, string Serial, string KeyId, string Algorithm, DateTimeOffset NotBefore, DateTimeOffset NotAfter, DateTimeOffset IssuedAt,
    DateTimeOffset? RevokedAt, string? RevocationReason, string? RevokedBy, RevocationReason? RevocationCode, DateTimeOffset? SupersededAt, byte[] Der,
    int AgentNumber, string SpiffeId, string AgentName, string? Owner, bool IsNewest, string IssuerKeyId, CertificateIssuer? Issuer,
    IReadOnlyList<AttestationRow> Evidence, IReadOnlyList<TransitionRow> Steps)
{
    /// <summary>The key that signs beside its own, if any.</summary>
    public SecondKey? Second { get; init; }
}

/// <summary>The further signing key that a certificate carries.</summary>
/// <param name="KeyId">SHA-256 of its SubjectPublicKeyInfo, lower-case hex.</param>
/// <param name="Algorithm">Its algorithm's id.</param>
/// <param name="BothRequired">Whether each event needs both keys' signatures; else either one is enough.</param>
public sealed record SecondKey(string KeyId, string Algorithm, bool BothRequired);

/// <summary>The authority that signed it, as it stands now.</summary>
public sealed record CertificateIssuer(string Fingerprint, AnchorState State, DateTimeOffset NotAfter);
