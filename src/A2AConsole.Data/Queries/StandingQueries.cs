using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What the edge keeps in memory of agents and certificates.</summary>
public sealed class StandingQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Every agent.</summary>
    public async Task<IReadOnlyList<AgentFacts>> AgentsAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Agents.Select(a => new AgentFacts(a.Number, a.SpiffeId, a.Organisation, a.IsDemo, a.State, a.RotationRequestedAt != null)).ToListAsync(cancellationToken);
    }

    /// <summary>The certificates that end after <paramref name="validFrom"/>, and the revoked ones that end after <paramref name="revokedFrom"/>.</summary>
    public async IAsyncEnumerable<CertificateRecord> CertificatesAsync(
        DateTimeOffset validFrom, DateTimeOffset revokedFrom, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var valid = context.Certificates.Where(c => c.NotAfter >= validFrom).Select(Columns);
        await foreach (var row in valid.AsAsyncEnumerable().WithCancellation(cancellationToken))
            yield return row.ToRecord();
        var revoked = context.Certificates.Where(c => c.RevokedAt != null && c.NotAfter >= revokedFrom && c.NotAfter < validFrom).Select(Columns);
        await foreach (var row in revoked.AsAsyncEnumerable().WithCancellation(cancellationToken))
            yield return row.ToRecord();
    }

    /// <summary>The certificate with this serial, or null. Waits for the store: for the rare case that memory does not know it.</summary>
    public CertificateRecord? Certificate(string serial)
    {
        using var context = contexts.CreateDbContext();
        return context.Certificates.Where(c => c.Serial == serial).Select(Columns).FirstOrDefault()?.ToRecord();
    }

    /// <summary>A row as it is kept in memory.</summary>
    public static CertificateRecord RecordOf(Certificate row)
        => new(row.Id, row.Serial, row.AgentNumber, row.IssuerKeyId, row.NotAfter, SHA256.HashData(row.Der), row.RevokedAt, row.RevocationCode);

    private static readonly Expression<Func<Certificate, Read>> Columns
        = c => new Read(c.Id, c.Serial, c.AgentNumber, c.IssuerKeyId, c.NotAfter, c.Der, c.RevokedAt, c.RevocationCode);

    private sealed record Read(
        long Leaf, string Serial, int AgentNumber, string IssuerKeyId, DateTimeOffset NotAfter, byte[] Der, DateTimeOffset? RevokedAt, RevocationReason? Reason)
    {
        public CertificateRecord ToRecord() => new(Leaf, Serial, AgentNumber, IssuerKeyId, NotAfter, SHA256.HashData(Der), RevokedAt, Reason);
    }
}

/// <summary>An agent as memory keeps it.</summary>
public sealed record AgentFacts(int Number, string SpiffeId, string Organisation, bool IsDemo, AgentState State, bool IsRotationDue);

/// <summary>A certificate as memory keeps it. <paramref name="Fingerprint"/>: SHA-256 of its DER, 32 bytes.</summary>
public sealed record CertificateRecord(
    long Leaf, string Serial, int AgentNumber, string IssuerKeyId, DateTimeOffset NotAfter, byte[] Fingerprint, DateTimeOffset? RevokedAt, RevocationReason? Reason);
