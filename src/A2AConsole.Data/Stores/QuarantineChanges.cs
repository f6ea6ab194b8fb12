using A2AConsole.Core.Ledger;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;

namespace A2AConsole.Data.Stores;

/// <summary>The changes of the quarantine, each made together with its leaf (<see cref="Ledger.ILedger.RecordAsync"/>).</summary>
public static class QuarantineChanges
{
    /// <summary>Puts into quarantine what was refused before it was an event.</summary>
    public static void Add(ConsoleDbContext context, QuarantineItem item) => context.QuarantineItems.Add(item);

    /// <summary>
    /// Puts a message there that policy refused: its decision's leaf names it, its bytes stay with its admission. <paramref name="size"/>: bytes of its data;
    /// <paramref name="isTask"/>: whether its sender is told that its task ended.
    /// </summary>
    public static void Deny(ConsoleDbContext context, long leaf, Decision decision, long size, bool isTask)
    {
        context.QuarantineItems.Add(new QuarantineItem
        {
            Id = leaf, AgentNumber = decision.AgentNumber, RecordedAt = decision.At, Code = decision.Code ?? "policy-denied", Detail = decision.Reason, MessageId = decision.MessageId, Type = decision.Type,
            Digest = decision.Digest, Count = 1, Size = size, Demo = decision.Demo,
        });
        context.QuarantineCases.Add(new QuarantineCase { Id = leaf, State = QuarantineState.Waiting, MessageLeaf = decision.MessageLeaf, IsTask = isTask });
    }

    /// <summary>
    /// Takes one step. The rule is asked again, of the row as it is now: throws <see cref="QuarantineRefusedException"/> when somebody was faster. What has
    /// <paramref name="happened"/> already is recorded whatever the state has become.
    /// </summary>
    public static void Step(ConsoleDbContext context, long item, QuarantineCaseFacts facts, QuarantineActor actor, QuarantineStep step, bool happened = false)
    {
        var row = context.QuarantineCases.Find(item);
        if (row is null)
            context.QuarantineCases.Add(row = new QuarantineCase { Id = item, State = QuarantineState.Waiting });
        if (!happened && QuarantineRules.Check(step.Move, facts with { State = row.State }, actor, step.At) is { } fault)
            throw new QuarantineRefusedException(fault);
        row.Steps.Add(step);
        switch (step.Move)
        {
            case QuarantineMove.Assigned:
                row.Assignee = step.To;
                break;
            case QuarantineMove.Unassigned:
                row.Assignee = null;
                break;
            case QuarantineMove.Escalated:
                row.State = QuarantineState.Escalated;
                break;
            case QuarantineMove.Released:
                (row.State, row.EndedAt) = (QuarantineState.Released, step.At);
                break;
            case QuarantineMove.Rejected:
                (row.State, row.EndedAt) = (QuarantineState.Rejected, step.At);
                break;
        }
    }

    /// <summary>Notes where it was admitted or decided on its release.</summary>
    public static void Released(ConsoleDbContext context, long item, long leaf)
        => (context.QuarantineCases.Find(item) ?? throw new InvalidOperationException("Nothing of that number was released.")).ReleasedLeaf = leaf;

    /// <summary>A sentence as it has room in a row.</summary>
    public static string Sentence(string text) => LedgerLeaf.Sentence(text);
}

/// <summary>Something about a quarantined item was not done; nothing was written.</summary>
public sealed class QuarantineRefusedException(QuarantineFault fault) : Exception(fault.Detail)
{
    /// <summary>A stable code.</summary>
    public string Code => fault.Code;
}
