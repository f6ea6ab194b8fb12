using A2AConsole.Core.Identity;
using A2AConsole.Core.Provenance.Lineage;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>What evidence a certificate was issued on.</summary>
public sealed record EvidenceThen(long Leaf, string Kind, bool IsAffirming, string? Code);

/// <summary>What policy decided about a message, the last time it did.</summary>
public sealed record DecisionThen(long Leaf, Core.Policies.PolicyVerdict Verdict, string BundleVersion, string BundleDigest, string Policies, string Reason);

/// <summary>How it stood with a message's sender when the message was admitted.</summary>
/// <param name="State">The agent's state then; null when no step of it was recorded before.</param>
/// <param name="Decision">Null where policy was not asked.</param>
public sealed record LineageThen(string? State, DecisionThen? Decision);

/// <summary>Reads how things stood at the time of messages, many messages at once.</summary>
public sealed class LineageThenQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The certificates of these serials.</summary>
    public async Task<IReadOnlyDictionary<string, EventCertificate>> CertificatesAsync(IReadOnlyCollection<string> serials, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (
            from c in db.Certificates.AsNoTracking()
            join a in db.Agents on c.AgentNumber equals a.Number
            where serials.Contains(c.Serial)
            select new EventCertificate(c.Serial, c.KeyId, a.SpiffeId, c.NotBefore, c.NotAfter, c.IssuedAt, c.Id, c.RevokedAt, c.RevocationReason, c.Der))
            .ToDictionaryAsync(c => c.Serial, cancellationToken);
    }

    /// <summary>The evidence that these keys' certificates were issued on, by key id.</summary>
    public async Task<ILookup<string, EvidenceThen>> EvidenceAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await db.AttestationRecords.Where(r => keyIds.Contains(r.KeyId)).OrderBy(r => r.Id).Select(r => new { r.KeyId, r.Id, r.Kind, r.IsAffirming, r.Code }).ToListAsync(cancellationToken))
            .ToLookup(r => r.KeyId, r => new EvidenceThen(r.Id, r.Kind, r.IsAffirming, r.Code));
    }

    /// <summary>Each message's sender's state and the last decision about it, by leaf.</summary>
    public async Task<IReadOnlyDictionary<long, LineageThen>> StandingAsync(IReadOnlyCollection<LineageNode> nodes, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var agents = nodes.Select(n => n.Agent).Distinct().ToList();
        var leaves = nodes.Select(n => n.Leaf).ToList();
        var steps = (await db.StateTransitions.Where(t => t.Serial == "" && agents.Contains(t.Agent!.SpiffeId)).OrderBy(t => t.Id)
            .Select(t => new { t.Agent!.SpiffeId, t.At, t.To }).ToListAsync(cancellationToken)).ToLookup(t => t.SpiffeId);
        var decisions = (await db.Decisions.Where(d => leaves.Contains(d.MessageLeaf)).OrderBy(d => d.Id)
            .Select(d => new { d.MessageLeaf, Then = new DecisionThen(d.Id, d.Verdict, d.BundleVersion, d.BundleDigest, d.Policies, d.Reason) }).ToListAsync(cancellationToken)).ToLookup(d => d.MessageLeaf, d => d.Then);
        return nodes.DistinctBy(n => n.Leaf).ToDictionary(n => n.Leaf, n => new LineageThen(steps[n.Agent].LastOrDefault(s => s.At <= n.At)?.To, decisions[n.Leaf].LastOrDefault()));
    }
}
