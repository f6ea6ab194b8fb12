using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>
/// Steps in the lives of agents and their certificates, each written with its history row, to be made by
/// <see cref="Ledger.ILedger.RecordAsync"/> together with the leaf. A step that the state machine forbids comes back as
/// <see cref="LifeConflictException"/>, and then nothing is written.
/// </summary>
public static class LifeChanges
{
    /// <summary>How long a certificate goes on to count after the one that a rotation brought: what is under way comes to its end.</summary>
    public static readonly TimeSpan RotationOverlap = TimeSpan.FromMinutes(1);

    /// <summary>Takes a step. It is history only when it changes the state.</summary>
    public static void Step(ConsoleDbContext context, Agent agent, AgentStep step, LifeAct act)
    {
        if (!AgentLife.TryStep(agent.State, step, out var to, out var refusal))
            throw new LifeConflictException(refusal);
        if (to == agent.State)
            return;
        context.StateTransitions.Add(act.Transition(agent, "", agent.State.ToString(), to.ToString()));
        (agent.State, agent.StateChangedAt) = (to, act.At);
    }

    /// <summary>Throws when somebody holds back what is issued to the agent.</summary>
    public static void RefuseIssuance(Agent agent)
    {
        if (agent.RenewalHeldAt is not null)
            throw new LifeConflictException(AgentLife.HeldBack(agent.RenewalHeldReason));
    }

    /// <summary>
    /// Marks the agent's newest certificate as superseded, as those before it were in their turn. A rotation that was asked for is
    /// fulfilled by a new key only: the earlier ones are then to be revoked, after <see cref="RotationOverlap"/>.
    /// </summary>
    public static void Supersede(ConsoleDbContext context, Agent agent, Certificate next)
    {
        var (number, at) = (agent.Number, next.IssuedAt);
        if (TrustChanges.Find(context, agent.CertificateSerial!) is { SupersededAt: null } newest && newest.NotAfter > at)
            newest.SupersededAt = at;
        if (agent.RotationRequestedAt is null)
            return;
        var earlier = context.Certificates.Where(c => c.AgentNumber == number && c.NotAfter > at);
        if (earlier.Any(c => c.KeyId == next.KeyId))
            return;
        (agent.RotationRequestedAt, agent.RotationRequestedBy) = (null, null);
        earlier.ExecuteUpdate(set => set.SetProperty(c => c.WithdrawAt, at + RotationOverlap));
    }

    /// <summary>Suspends an agent and puts its certificates on hold. Returns what it left.</summary>
    public static LifeResult Suspend(ConsoleDbContext context, int agentNumber, LifeAct act)
    {
        var agent = Find(context, agentNumber);
        Step(context, agent, AgentStep.Suspend, act);
        var certificates = Living(context, agentNumber, act.At).Where(c => c.RevokedAt == null).ToList();
        foreach (var certificate in certificates)
            Withdraw(context, agent, certificate, CertificateStep.Hold, RevocationReason.CertificateHold, act);
        return new(agent, [.. certificates.Select(c => c.Serial)]);
    }

    /// <summary>Resumes a suspended agent: its certificates that are on hold and have not expired count again.</summary>
    public static LifeResult Resume(ConsoleDbContext context, int agentNumber, LifeAct act)
    {
        var agent = Find(context, agentNumber);
        Step(context, agent, AgentStep.Resume, act);
        var certificates = Living(context, agentNumber, act.At).Where(c => c.RevocationCode == RevocationReason.CertificateHold).ToList();
        foreach (var certificate in certificates)
        {
            var to = certificate.SupersededAt is null ? CertificateState.Valid : CertificateState.Superseded;
            context.StateTransitions.Add(act.Transition(agent, certificate.Serial, nameof(CertificateState.Held), to.ToString()));
            (certificate.RevokedAt, certificate.RevocationReason, certificate.RevokedBy, certificate.RevocationCode) = (null, null, null, null);
        }
        return new(agent, [.. certificates.Select(c => c.Serial)]);
    }

    /// <summary>Retires an agent for good: its certificates are revoked, its join tokens end.</summary>
    public static LifeResult Retire(ConsoleDbContext context, int agentNumber, LifeAct act)
    {
        var agent = Find(context, agentNumber);
        Step(context, agent, AgentStep.Retire, act);
        (agent.RotationRequestedAt, agent.RotationRequestedBy) = (null, null);
        return new(agent, RevokeAll(context, agent, RevocationReason.CessationOfOperation, act));
    }

    /// <summary>Revokes all that an agent holds and ends its join tokens: it must be invited again.</summary>
    public static LifeResult Revoke(ConsoleDbContext context, int agentNumber, RevocationReason reason, LifeAct act)
    {
        var agent = Find(context, agentNumber);
        Step(context, agent, AgentStep.Revoke, act);
        return new(agent, RevokeAll(context, agent, reason, act));
    }

    /// <summary>
    /// Revokes one certificate. When it was the newest its agent is revoked with it, and whatever else the agent holds: earlier ones would
    /// count again once it is invited anew.
    /// </summary>
    public static LifeResult RevokeCertificate(ConsoleDbContext context, string serial, RevocationReason reason, LifeAct act)
    {
        var certificate = context.Certificates.Include(c => c.Agent).FirstOrDefault(c => c.Serial == serial)
            ?? throw new LifeConflictException(new("certificate-unknown", "No certificate with this serial is on record."));
        var agent = certificate.Agent!;
        var isWhole = agent.CertificateSerial == serial && agent.State is not AgentState.Retired;
        if (isWhole)
            Step(context, agent, AgentStep.Revoke, act);
        Withdraw(context, agent, certificate, CertificateStep.Revoke, reason, act);
        return new(agent, isWhole ? [serial, .. RevokeRest(context, agent, serial, reason, act)] : [serial]);
    }

    /// <summary>A certificate that can no longer be revoked need not be withdrawn either.</summary>
    public static void ForgetWithdrawal(ConsoleDbContext context, string serial)
        => context.Certificates.Where(c => c.Serial == serial).ExecuteUpdate(set => set.SetProperty(c => c.WithdrawAt, (DateTimeOffset?)null));

    /// <summary>Asks the agent for a new key and certificate.</summary>
    public static LifeResult RequestRotation(ConsoleDbContext context, int agentNumber, LifeAct act)
    {
        var agent = Find(context, agentNumber);
        Step(context, agent, AgentStep.Rotate, act);
        RefuseIssuance(agent);
        (agent.RotationRequestedAt, agent.RotationRequestedBy) = (act.At, act.Actor);
        return new(agent, []);
    }

    /// <summary>Puts somebody in charge of an agent, or (null) nobody.</summary>
    public static LifeResult AssignOwner(ConsoleDbContext context, int agentNumber, string? owner)
    {
        var agent = Find(context, agentNumber);
        agent.Owner = owner;
        return new(agent, []);
    }

    /// <summary>Says who answers for which duty towards an agent; a duty without a holder is a gap.</summary>
    public static LifeResult SetResponsibilities(ConsoleDbContext context, int agentNumber, IReadOnlyDictionary<Duty, string?> holders)
    {
        var agent = Find(context, agentNumber);
        var rows = context.Responsibilities.Where(r => r.AgentNumber == agentNumber).ToDictionary(r => r.Duty);
        foreach (var (duty, holder) in holders)
        {
            var known = rows.GetValueOrDefault(duty);
            if (string.IsNullOrWhiteSpace(holder))
            {
                if (known is not null)
                    context.Responsibilities.Remove(known);
            }
            else if (known is null)
            {
                context.Responsibilities.Add(new Responsibility { AgentNumber = agentNumber, Duty = duty, Holder = holder });
            }
            else
            {
                known.Holder = holder;
            }
        }
        return new(agent, []);
    }

    private static List<string> RevokeAll(ConsoleDbContext context, Agent agent, RevocationReason reason, LifeAct act)
    {
        var serials = RevokeRest(context, agent, "", reason, act);
        EndTokens(context.JoinTokens.Where(t => t.AgentNumber == agent.Number), act.At);
        return serials;
    }

    // All that count or are on hold, but for the one that was revoked already.
    private static List<string> RevokeRest(ConsoleDbContext context, Agent agent, string serial, RevocationReason reason, LifeAct act)
    {
        var certificates = Living(context, agent.Number, act.At)
            .Where(c => c.Serial != serial && (c.RevokedAt == null || c.RevocationCode == RevocationReason.CertificateHold)).ToList();
        foreach (var certificate in certificates)
            Withdraw(context, agent, certificate, CertificateStep.Revoke, reason, act);
        return [.. certificates.Select(c => c.Serial)];
    }

    /// <summary>Ends unspent join tokens: whoever was revoked does not come back with an invitation from before.</summary>
    internal static void EndTokens(IQueryable<JoinToken> tokens, DateTimeOffset at)
        => tokens.Where(t => t.SpentAt == null && t.ExpiresAt > at).ExecuteUpdate(set => set.SetProperty(t => t.ExpiresAt, at));

    private static void Withdraw(ConsoleDbContext context, Agent agent, Certificate certificate, CertificateStep step, RevocationReason reason, LifeAct act)
    {
        var from = CertificateLifecycle.Of(certificate.NotAfter, certificate.RevokedAt, certificate.RevocationCode, certificate.SupersededAt, act.At);
        if (!CertificateLifecycle.TryStep(from, step, certificate.SupersededAt is not null, out var to, out var refusal))
            throw new LifeConflictException(refusal);
        context.StateTransitions.Add(act.Transition(agent, certificate.Serial, from.ToString(), to.ToString()));
        (certificate.RevokedAt, certificate.RevocationReason, certificate.RevokedBy, certificate.RevocationCode) = (act.At, act.Reason, act.Actor, reason);
        if (step == CertificateStep.Revoke)
            certificate.WithdrawAt = null;
    }

    private static IQueryable<Certificate> Living(ConsoleDbContext context, int agentNumber, DateTimeOffset at)
        => context.Certificates.Where(c => c.AgentNumber == agentNumber && c.NotAfter >= at);

    private static Agent Find(ConsoleDbContext context, int agentNumber)
        => context.Agents.Find(agentNumber) ?? throw new LifeConflictException(new("agent-unknown", "No such agent is on record."));
}

/// <summary>Who takes a step, when, why, and the leaf that records it.</summary>
public sealed record LifeAct(long Leaf, string Actor, DateTimeOffset At, string Reason)
{
    internal StateTransition Transition(Agent agent, string serial, string from, string to) => new()
    {
        Id = Leaf, Agent = agent, Serial = serial, From = from, To = to, At = At, Actor = Actor, Reason = Reason,
    };
}

/// <summary>The agent's row after a step, and the serials of the certificates that it changed.</summary>
public sealed record LifeResult(Agent Agent, IReadOnlyList<string> Serials);

/// <summary>A step was not taken, since the state that its subject is in forbids it.</summary>
public sealed class LifeConflictException(LifeRefusal refusal) : Exception(refusal.Detail)
{
    public LifeRefusal Refusal => refusal;
}
