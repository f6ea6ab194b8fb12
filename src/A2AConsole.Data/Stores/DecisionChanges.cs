using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Stores;

/// <summary>The changes of decisions and of held messages, each made together with its leaf.</summary>
public static class DecisionChanges
{
    /// <summary>Writes a decision under its leaf, and what it commits.</summary>
    public static void Decide(ConsoleDbContext context, long leaf, Decision decision, Commitment? commitment)
    {
        decision.Id = leaf;
        context.Decisions.Add(decision);
        foreach (var policy in decision.Policies.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            context.DecisionPolicies.Add(new DecisionPolicy { Policy = policy, DecisionId = leaf, At = decision.At });
        if (commitment is not null)
            context.Commitments.Add(commitment);
    }

    /// <summary>A held message as it is now, or null.</summary>
    public static HeldMessage? Held(ConsoleDbContext context, long held) => context.HeldMessages.Find(held);

    /// <summary>An agent's row.</summary>
    public static Agent Agent(ConsoleDbContext context, int number) => context.Agents.Find(number) ?? throw new InvalidOperationException("The agent has no row.");

    /// <summary>Holds a message.</summary>
    public static void Hold(ConsoleDbContext context, HeldMessage held) => context.HeldMessages.Add(held);

    /// <summary>
    /// Steps a held message from one state to another. Throws <see cref="HeldMovedException"/> when it is in neither of <paramref name="from"/>: somebody
    /// was faster.
    /// </summary>
    public static HeldMessage Step(ConsoleDbContext context, long held, HeldState to, string? outcome, DateTimeOffset now, params ReadOnlySpan<HeldState> from)
    {
        var message = context.HeldMessages.Find(held) ?? throw new HeldMovedException("There is no such held message.");
        if (!from.Contains(message.State))
            throw new HeldMovedException($"The message does not wait any more: it is {message.State}.");
        (message.State, message.Outcome) = (to, outcome ?? message.Outcome);
        if (to is not (HeldState.Waiting or HeldState.Released or HeldState.Delivering))
            message.EndedAt = now;
        if (to is HeldState.Rejected or HeldState.Cancelled or HeldState.Expired)
            Uncommit(context, message.AgentNumber, message.MessageId);
        return message;
    }

    /// <summary>Notes that somebody is trying to deliver it.</summary>
    public static void Attempt(ConsoleDbContext context, long held, DateTimeOffset now)
        => Step(context, held, HeldState.Delivering, null, now, HeldState.Released).Attempts++;

    // What was not done is not counted.
    private static void Uncommit(ConsoleDbContext context, int agent, string messageId)
    {
        var name = context.Agents.Where(a => a.Number == agent).Select(a => a.SpiffeId).Single();
        context.Commitments.Where(c => c.Agent == name && c.MessageId == messageId).ExecuteDelete();
    }
}

/// <summary>A held message is no longer in the state that the caller took it for.</summary>
public sealed class HeldMovedException(string message) : Exception(message);
