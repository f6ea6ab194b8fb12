using A2AConsole.Core.Approvals;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>
/// The changes of approvals, each made together with its leaf. The rules are asked again here, on the writer, where nobody else changes anything meanwhile; what stands against a change
/// comes back as <see cref="ApprovalRefusedException"/>, and then nothing is written.
/// </summary>
public static class ApprovalChanges
{
    private static readonly ApprovalState[] Open = [ApprovalState.Pending, ApprovalState.AskedBack];

    /// <summary>Adds a request.</summary>
    public static void Ask(ConsoleDbContext context, Approval approval) => context.Approvals.Add(approval);

    /// <summary>Adds what a person said, and what follows from it. Returns the request's new state.</summary>
    public static ApprovalState Vote(ConsoleDbContext context, long leaf, int id, ApprovalVote vote, ApprovalActor actor, DateTimeOffset now)
    {
        var approval = Find(context, id);
        var request = CaseOf(approval);
        Refuse(ApprovalRules.WhyNot(request, actor, now));
        if (ApprovalRules.OnBehalfOf(request, actor) != vote.OnBehalfOf)
            throw new ApprovalRefusedException(new("approval-delegation", "The delegation that it would rest on has changed; open the request again."));
        vote.Leaf = leaf;
        approval.Votes.Add(vote);
        switch (vote.Choice)
        {
            case ApprovalChoice.Refuse:
                (approval.State, approval.EndedAt, approval.Outcome) = (ApprovalState.Refused, now, $"Refused by {vote.Approver}: {vote.Reason}");
                break;
            case ApprovalChoice.AskBack:
                approval.State = ApprovalState.AskedBack;
                break;
            default:
                if (vote.Limit is { } limit)
                    approval.Limit = Math.Min(approval.Limit ?? limit, limit);
                // Somebody approved what another had a question about: the question is answered.
                approval.State = ApprovalRules.IsReached(CaseOf(approval)) ? ApprovalState.Approved : ApprovalState.Pending;
                break;
        }
        return approval.State;
    }

    /// <summary>Uses an approval up. Throws <see cref="ApprovalRefusedException"/> when it was used, has ended, or is for something else.</summary>
    public static void Use(ConsoleDbContext context, int id, string digest, string action, DateTimeOffset now)
    {
        var approval = Find(context, id);
        if (approval.State == ApprovalState.Used)
            throw new ApprovalRefusedException(new("approval-used", "The approval has been used already: it counts once."));
        if (approval.State != ApprovalState.Approved)
            throw new ApprovalRefusedException(new("approval-not-given", $"Nobody approved it: it is {approval.State}."));
        if (now >= approval.ExpiresAt)
            throw new ApprovalRefusedException(new("approval-expired", "The approval's time is over."));
        if (approval.Digest != digest)
            throw new ApprovalRefusedException(new("approval-digest", "The approval is for another message: the digests differ."));
        if (approval.Action != action)
            throw new ApprovalRefusedException(new("approval-action", $"The approval is for {approval.Action}, not for {action}."));
        (approval.State, approval.EndedAt, approval.Outcome) = (ApprovalState.Used, now, "Approved, and its message released.");
    }

    /// <summary>Ends what still waits for a message: it was withdrawn, or its time is over.</summary>
    public static void End(ConsoleDbContext context, long held, ApprovalState state, string outcome, DateTimeOffset now)
    {
        foreach (var approval in context.Approvals.Where(a => a.HeldMessageId == held).AsEnumerable().Where(a => a.State is ApprovalState.Pending or ApprovalState.AskedBack or ApprovalState.Approved))
            (approval.State, approval.EndedAt, approval.Outcome) = (state, now, outcome);
    }

    /// <summary>Notes that a request was escalated. Throws <see cref="ApprovalRefusedException"/> when it was already, or when somebody decided meanwhile: then it needs nobody's attention.</summary>
    public static void Escalate(ConsoleDbContext context, int id, DateTimeOffset now)
    {
        var approval = Find(context, id);
        if (approval.EscalatedAt is not null)
            throw new ApprovalRefusedException(new("approval-escalated", "It has been escalated already."));
        if (!Open.Contains(approval.State))
            throw new ApprovalRefusedException(new("approval-closed", "It has been decided, or it has ended."));
        approval.EscalatedAt = now;
    }

    /// <summary>Lets somebody decide in another's place.</summary>
    public static void Delegate(ConsoleDbContext context, ApprovalDelegation delegation)
    {
        if (!context.Users.Any(u => u.UserName == delegation.To))
            throw new ApprovalRefusedException(new("delegate-unknown", $"There is no user {delegation.To}."));
        context.ApprovalDelegations.Add(delegation);
    }

    /// <summary>Ends a delegation.</summary>
    public static void Undelegate(ConsoleDbContext context, int id, string by, DateTimeOffset now)
    {
        if (context.ApprovalDelegations.Find(id) is not { RevokedAt: null } delegation || delegation.From != by)
            throw new ApprovalRefusedException(new("delegation-unknown", "There is no such delegation of yours."));
        delegation.RevokedAt = now;
    }

    /// <summary>A request as the rules see it.</summary>
    public static ApprovalCase CaseOf(Approval approval) => new(Open.Contains(approval.State), approval.Owner, approval.ApproverRole.Split(' '), approval.Quorum, approval.Tier, approval.ExpiresAt, approval.Cost,
        // Who asked back has not decided yet: she may, once she has her answer.
        [.. approval.Votes.Where(v => v.Choice != ApprovalChoice.AskBack).Select(v => new ApprovalSaid(v.Approver, v.OnBehalfOf, v.Choice is ApprovalChoice.Approve or ApprovalChoice.ApproveLimited))]);

    private static Approval Find(ConsoleDbContext context, int id)
        => context.Approvals.Include(a => a.Votes).FirstOrDefault(a => a.Id == id) ?? throw new ApprovalRefusedException(new("approval-unknown", "There is no such request."));

    private static void Refuse(ApprovalRefusal? refusal)
    {
        if (refusal is not null)
            throw new ApprovalRefusedException(refusal);
    }
}

/// <summary>The rules do not allow it; nothing was written.</summary>
public sealed class ApprovalRefusedException(ApprovalRefusal refusal) : Exception(refusal.Detail)
{
    public ApprovalRefusal Refusal { get; } = refusal;
}
