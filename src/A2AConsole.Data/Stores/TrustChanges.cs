using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>
/// The authority's changes of the model, each to be made by <see cref="Ledger.ILedger.RecordAsync"/> together with its leaf. They
/// run one after the other on the writer: whatever they check is still true when they are saved. What stands against a change
/// comes back as <see cref="TrustConflictException"/> and then nothing is written.
/// </summary>
public static class TrustChanges
{
    /// <summary>Adds the authority's own certificates, or gives those that are there their state.</summary>
    public static void PutAnchors(ConsoleDbContext context, IEnumerable<TrustAnchor> anchors)
    {
        foreach (var anchor in anchors)
        {
            if (context.TrustAnchors.Find(anchor.Fingerprint) is not { } row)
                context.TrustAnchors.Add(anchor);
            else if (row.State != anchor.State)
                (row.State, row.StateChangedAt) = (anchor.State, anchor.StateChangedAt);
        }
    }

    /// <summary>
    /// Makes the agent known when it is not, and adds a join token for it. Returns the agent's row. Throws
    /// <see cref="LifeConflictException"/> when its state forbids it.
    /// </summary>
    public static Agent Invite(ConsoleDbContext context, Agent invited, JoinToken token, long leaf)
    {
        var agent = context.Agents.FirstOrDefault(a => a.SpiffeId == invited.SpiffeId);
        if (agent is null)
            context.Agents.Add(agent = invited);
        else
            LifeChanges.Step(context, agent, AgentStep.Invite, new(leaf, token.CreatedBy, token.CreatedAt, "Invited."));
        token.Agent = agent;
        context.JoinTokens.Add(token);
        return agent;
    }

    /// <summary>Spends the token and adds the certificate that it bought. Returns the agent's row.</summary>
    public static Agent Enrol(ConsoleDbContext context, byte[] tokenHash, Issuance issuance)
    {
        var certificate = issuance.Certificate;
        var token = context.JoinTokens.Include(t => t.Agent).FirstOrDefault(t => t.Hash == tokenHash)
            ?? throw new TrustConflictException(TrustConflict.TokenUnknown);
        if (token.SpentAt is not null)
            throw new TrustConflictException(TrustConflict.TokenSpent);
        var agent = token.Agent!;
        LifeChanges.RefuseIssuance(agent);
        LifeChanges.Step(context, agent, AgentStep.Enrol, new(certificate.Id, agent.SpiffeId, certificate.IssuedAt, "Enrolled."));
        if (token.ExpiresAt <= certificate.IssuedAt)
            throw new TrustConflictException(TrustConflict.TokenEnded);
        token.SpentAt = certificate.IssuedAt;
        agent.EnrolledAt ??= certificate.IssuedAt;
        Add(context, agent, issuance);
        return agent;
    }

    /// <summary>Adds the first certificate of an agent that its evidence let in; its appraisals have made it known. Returns the agent's row.</summary>
    public static Agent EnrolAttested(ConsoleDbContext context, string spiffeId, Issuance issuance)
    {
        var certificate = issuance.Certificate;
        var agent = context.Agents.FirstOrDefault(a => a.SpiffeId == spiffeId) ?? throw new TrustConflictException(TrustConflict.AgentUnknown);
        LifeChanges.RefuseIssuance(agent);
        LifeChanges.Step(context, agent, AgentStep.Enrol, new(certificate.Id, agent.SpiffeId, certificate.IssuedAt, "Enrolled on its evidence."));
        agent.EnrolledAt ??= certificate.IssuedAt;
        Add(context, agent, issuance);
        return agent;
    }

    /// <summary>
    /// Adds the certificate that follows the one with the serial <paramref name="current"/>, unless another has followed it longer than
    /// <paramref name="overlap"/> ago. Returns the agent's row.
    /// </summary>
    public static Agent Renew(ConsoleDbContext context, string current, Issuance issuance, TimeSpan overlap)
    {
        var row = Find(context, current)
            ?? throw new TrustConflictException(TrustConflict.CertificateUnknown);
        var agent = row.Agent!;
        if (row.RevokedAt is not null && row.RevocationCode != RevocationReason.CertificateHold)
            throw new TrustConflictException(TrustConflict.CertificateRevoked);
        var certificate = issuance.Certificate;
        if (row.SupersededAt is { } superseded && certificate.IssuedAt - superseded > overlap)
            throw new TrustConflictException(TrustConflict.CertificateSuperseded);
        LifeChanges.RefuseIssuance(agent);
        LifeChanges.Step(context, agent, AgentStep.Renew, new(certificate.Id, agent.SpiffeId, certificate.IssuedAt, "Renewed."));
        Add(context, agent, issuance);
        return agent;
    }

    /// <summary>Reads certificates with their agents, and the agents' newest, in two queries for many changes that follow.</summary>
    internal static void Preload(ConsoleDbContext context, IReadOnlyCollection<string> serials)
    {
        if (serials.Count == 0)
            return;
        var newest = new List<string>();
        foreach (var certificate in BySerial(context, serials))
        {
            if (certificate.Agent!.CertificateSerial is { } serial && serial != certificate.Serial)
                newest.Add(serial);
        }
        if (newest.Count > 0)
            BySerial(context, newest).Load();
    }

    // One statement for any number.
    internal static IQueryable<Certificate> BySerial(ConsoleDbContext context, IReadOnlyCollection<string> serials)
        => context.Certificates.Include(c => c.Agent).Where(c => EF.Parameter(serials).Contains(c.Serial));

    /// <summary>A certificate with its agent: the one that is already at hand, which a neighbour may have added or changed, else as stored.</summary>
    internal static Certificate? Find(ConsoleDbContext context, string serial)
        => context.Certificates.Local.FindEntry(nameof(Certificate.Serial), serial)?.Entity is { Agent: not null } known
            ? known
            : context.Certificates.Include(c => c.Agent).FirstOrDefault(c => c.Serial == serial);

    private static void Add(ConsoleDbContext context, Agent agent, Issuance issuance)
    {
        var certificate = issuance.Certificate;
        if (agent.CertificateSerial is not null)
            LifeChanges.Supersede(context, agent, certificate);
        certificate.Agent = agent;
        context.Certificates.Add(certificate);
        agent.CertificateSerial = certificate.Serial;
        agent.CertificateNotBefore = certificate.NotBefore;
        agent.CertificateNotAfter = certificate.NotAfter;
        if (issuance.Record is { } record)
        {
            record.Agent = agent;
            context.AttestationRecords.Add(record);
        }
        (agent.EntryId, agent.Assurance, agent.AttestedAt) = (issuance.EntryId, issuance.Assurance, issuance.AttestedAt);
    }
}

/// <summary>A certificate with what it was issued on.</summary>
/// <param name="Certificate">The row; its agent is set when it is written.</param>
/// <param name="EntryId">The registration entry that allows it.</param>
/// <param name="Assurance">What the evidence is worth.</param>
/// <param name="AttestedAt">When the evidence was appraised: at a renewal without fresh evidence, earlier than now.</param>
public sealed record Issuance(Certificate Certificate, int EntryId, AssuranceLevel Assurance, DateTimeOffset AttestedAt)
{
    /// <summary>What is kept of the join token as evidence, under the issuance's own leaf; null when none was spent.</summary>
    public AttestationRecord? Record { get; init; }
}

/// <summary>What stands against a change of the authority.</summary>
public enum TrustConflict
{
    TokenUnknown,
    TokenSpent,
    /// <summary>It was ended before its time, since its agent's certificates were revoked.</summary>
    TokenEnded,
    CertificateUnknown,
    CertificateRevoked,
    /// <summary>A newer certificate has taken its place for too long.</summary>
    CertificateSuperseded,
    /// <summary>The registration entries are no longer those that the issuance was decided by.</summary>
    EntriesChanged,
    /// <summary>Nobody of that name was ever invited or appraised.</summary>
    AgentUnknown,
}

/// <summary>A change was not made, since the rows are no longer what the caller took them for.</summary>
public sealed class TrustConflictException(TrustConflict conflict) : Exception(conflict.ToString())
{
    public TrustConflict Conflict => conflict;
}
