using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What the authority and the listeners read.</summary>
public sealed class TrustQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The fingerprint (SHA-256, lower-case hex) of the newest root on record, or null before there is one.</summary>
    public string? RecordedRoot()
    {
        using var context = contexts.CreateDbContext();
        return context.TrustAnchors.Where(a => a.Purpose == "root").OrderByDescending(a => a.NotAfter).Select(a => a.Fingerprint).FirstOrDefault();
    }

    /// <summary>The authority's certificates on record: fingerprint and state.</summary>
    public async Task<IReadOnlyDictionary<string, AnchorState>> AnchorStatesAsync(CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.TrustAnchors.ToDictionaryAsync(a => a.Fingerprint, a => a.State, cancellationToken);
    }

    /// <summary>A join token by the hash of its secret (32 bytes).</summary>
    public async Task<TokenFacts?> TokenAsync(byte[] hash, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.JoinTokens.Where(t => t.Hash == hash)
            .Select(t => new TokenFacts(t.Agent!.SpiffeId, t.AgentNumber, t.Agent.IsDemo, t.ExpiresAt, t.SpentAt, t.CreatedBy))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>An issued certificate by its serial (lower-case hex).</summary>
    public async Task<CertificateFacts?> CertificateAsync(string serial, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Certificates.Where(c => c.Serial == serial)
            .Select(c => new CertificateFacts(c.Agent!.SpiffeId, c.AgentNumber, c.Agent.IsDemo, c.Agent.State, c.KeyId, c.NotAfter, c.RevokedAt, c.Agent.Assurance, c.Agent.AttestedAt))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Whether the agent belongs to the demo world.</summary>
    public async Task<bool> IsDemoAsync(int agentNumber, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Agents.AnyAsync(a => a.Number == agentNumber && a.IsDemo, cancellationToken);
    }
}

/// <summary>A join token and the agent that it may enrol.</summary>
public sealed record TokenFacts(string SpiffeId, int AgentNumber, bool IsDemo, DateTimeOffset ExpiresAt, DateTimeOffset? SpentAt, string CreatedBy);

/// <summary>An issued certificate and its agent.</summary>
public sealed record CertificateFacts(
    string SpiffeId, int AgentNumber, bool IsDemo, AgentState State, string KeyId, DateTimeOffset NotAfter, DateTimeOffset? RevokedAt,
    AssuranceLevel? Assurance, DateTimeOffset? AttestedAt);
