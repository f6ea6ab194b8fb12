using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Stores;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads the whole inventory for an inspection: a handful of queries, however many agents there are.</summary>
public sealed class InspectionQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>Everything that rules judge by, as of <paramref name="now"/>. Retired agents are left out: nothing is expected of them.</summary>
    public async Task<InspectedInventory> ReadAsync(IReadOnlyCollection<FindingKind> kinds, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        // First what is known: what changes while the rest is read is judged again in the next round, never twice in this one.
        var findings = await Holding(db, kinds).ToListAsync(cancellationToken);
        var agents = await db.Agents.Where(a => a.State != AgentState.Retired).Select(a => new InspectedAgent(
            a.Number, a.SpiffeId, a.Environment, a.Owner, a.State, a.CertificateSerial, a.CertificateNotBefore, a.CertificateNotAfter,
            a.EntryId, a.Assurance, a.RenewalHeldAt != null ? a.RenewalHeldReason ?? "" : null, a.ClockSkewMs)).ToListAsync(cancellationToken);
        var duties = await Answered(db).ToDictionaryAsync(d => d.AgentNumber, d => d.Duties, cancellationToken);
        var certificates = await Living(db, now).ToListAsync(cancellationToken);
        var former = await FormerHolders(db, now).ToListAsync(cancellationToken);
        var entries = (await db.RegistrationEntries.Include(e => e.Evidence).ToListAsync(cancellationToken)).ConvertAll(EntryChanges.Read);
        return new InspectedInventory(agents, duties, certificates, former, entries, findings);
    }

    /// <summary>The runtimes that affirmed evidence named after the record <paramref name="after"/>, by record.</summary>
    public async Task<IReadOnlyList<RuntimeSeen>> RuntimesAsync(long after, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Runtimes(db, after).ToListAsync(cancellationToken);
    }

    /// <summary>The findings of these kinds that hold, closed or not.</summary>
    internal static IQueryable<HoldingFinding> Holding(ConsoleDbContext db, IReadOnlyCollection<FindingKind> kinds)
        => db.Findings.Where(f => f.OverAt == null && kinds.Contains(f.Kind))
            .Select(f => new HoldingFinding(f.Id, f.Kind, f.Subject, f.AgentNumber, f.Detail, f.Measured, f.Reference, f.LastSeenAt, f.ClosedAt == null));

    /// <summary>For each agent the duties that somebody holds, as bits in the order of <see cref="Duty"/>.</summary>
    internal static IQueryable<AnsweredDuties> Answered(ConsoleDbContext db)
        => db.Responsibilities.GroupBy(r => r.AgentNumber).Select(g => new AnsweredDuties(g.Key, g.Sum(r =>
            r.Duty == Duty.Issues ? 1 : r.Duty == Duty.ApprovesPolicy ? 2 : r.Duty == Duty.RotatesKeys ? 4 : r.Duty == Duty.Audits ? 8 : r.Duty == Duty.RespondsToCompromise ? 16 : 0)));

    /// <summary>The certificates that count.</summary>
    internal static IQueryable<InspectedCertificate> Living(ConsoleDbContext db, DateTimeOffset now)
        => db.Certificates.Where(c => c.NotAfter >= now && c.RevokedAt == null)
            .Select(c => new InspectedCertificate(c.Serial, c.AgentNumber, c.KeyId, c.SigningKeyId, c.IssuedAt, c.NotAfter));

    /// <summary>Keys of certificates that count, with another agent that was ever certified for the same: two seeks in an index for each.</summary>
    internal static IQueryable<KeyHolder> FormerHolders(ConsoleDbContext db, DateTimeOffset now)
    {
        var keys = db.Certificates.Where(c => c.NotAfter >= now && c.RevokedAt == null)
            .Where(c => db.Certificates.Any(o => o.KeyId == c.KeyId && o.AgentNumber < c.AgentNumber) || db.Certificates.Any(o => o.KeyId == c.KeyId && o.AgentNumber > c.AgentNumber))
            .Select(c => c.KeyId);
        return db.Certificates.Where(o => keys.Contains(o.KeyId))
            .Select(o => new { o.KeyId, o.AgentNumber, o.Agent!.SpiffeId, o.Agent.Environment }).Distinct()
            .Select(o => new KeyHolder(o.KeyId, o.AgentNumber, o.SpiffeId, o.Environment));
    }

    /// <summary>Affirmed runtimes by record.</summary>
    internal static IQueryable<RuntimeSeen> Runtimes(ConsoleDbContext db, long after)
        => db.AttestationRecords.Where(r => r.Id > after && r.IsAffirming && r.Runtime != null).OrderBy(r => r.Id)
            .Select(r => new RuntimeSeen(r.Id, r.AgentNumber, r.Kind, r.Runtime!));
}

/// <summary>The inventory at one moment.</summary>
/// <param name="Agents">All but retired ones.</param>
/// <param name="Duties">For each agent the duties that somebody holds, as bits in the order of <see cref="Duty"/>.</param>
/// <param name="Certificates">Those that count.</param>
/// <param name="Holders">Of each key that counts for one agent and was ever certified for another, all who held it.</param>
/// <param name="Entries">All, disabled ones too.</param>
/// <param name="Findings">Those that hold, of the kinds that were asked for.</param>
public sealed record InspectedInventory(
    IReadOnlyList<InspectedAgent> Agents, IReadOnlyDictionary<int, int> Duties, IReadOnlyList<InspectedCertificate> Certificates,
    IReadOnlyList<KeyHolder> Holders, IReadOnlyList<RegisteredEntry> Entries, IReadOnlyList<HoldingFinding> Findings);

/// <summary>An agent as rules judge it. <paramref name="Held"/>: why its renewals are held back; null when they are not.</summary>
public sealed record InspectedAgent(
    int Number, string SpiffeId, string Environment, string? Owner, AgentState State, string? Serial, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter,
    int? EntryId, AssuranceLevel? Assurance, string? Held, int? ClockSkewMs);

/// <summary>A certificate as rules judge it.</summary>
public sealed record InspectedCertificate(string Serial, int AgentNumber, string KeyId, string? SigningKeyId, DateTimeOffset IssuedAt, DateTimeOffset NotAfter);

/// <summary>The duties that somebody holds towards an agent, as bits in the order of <see cref="Duty"/>.</summary>
public sealed record AnsweredDuties(int AgentNumber, int Duties);

/// <summary>An identity that a key was certified for.</summary>
public sealed record KeyHolder(string KeyId, int AgentNumber, string SpiffeId, string Environment);

/// <summary>On what an agent attested to run.</summary>
public sealed record RuntimeSeen(long Id, int AgentNumber, string Kind, string Runtime);

/// <summary>A finding that holds. <paramref name="IsOpen"/>: false when somebody closed it all the same.</summary>
public sealed record HoldingFinding(
    long Id, FindingKind Kind, string Subject, int? AgentNumber, string Detail, string? Measured, string? Reference, DateTimeOffset LastSeenAt, bool IsOpen);
