using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Reads held messages and decisions.</summary>
public sealed class HeldQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    private const int MostDecisions = 50;

    /// <summary>A held message with its agent and bytes, or null.</summary>
    public async Task<HeldMessage?> FindAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.HeldMessages.AsNoTracking().Include(h => h.Agent).FirstOrDefaultAsync(h => h.Id == id, cancellationToken);
    }

    /// <summary>The message that waits under a signed payload's digest (lower-case hex).</summary>
    public async Task<HeldMessage?> WaitingAsync(string digest, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.HeldMessages.AsNoTracking().Include(h => h.Agent).FirstOrDefaultAsync(h => h.Digest == digest && h.State == HeldState.Waiting, cancellationToken);
    }

    /// <summary>The message that a task was made for.</summary>
    public async Task<HeldMessage?> OfTaskAsync(string taskId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.HeldMessages.AsNoTracking().Include(h => h.Agent).FirstOrDefaultAsync(h => h.TaskId == taskId, cancellationToken);
    }

    /// <summary>Those in a state that ended by a moment, oldest first.</summary>
    public async Task<IReadOnlyList<long>> OverdueAsync(DateTimeOffset now, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.HeldMessages.AsNoTracking().Where(h => h.State == HeldState.Waiting && h.ExpiresAt <= now).OrderBy(h => h.ExpiresAt).Take(most).Select(h => h.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Under which keys its commitment is counted.</summary>
    public async Task<IReadOnlyList<SpendKey>> SpendKeysOfAsync(HeldMessage held, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Commitments.AsNoTracking().Where(c => c.Agent == held.Agent.SpiffeId && c.MessageId == held.MessageId).Select(c => new SpendKey(c.Agent, c.Action, c.Currency)).ToListAsync(cancellationToken);
    }

    /// <summary>Those in a state, oldest first.</summary>
    public async Task<IReadOnlyList<HeldMessage>> InAsync(HeldState state, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.HeldMessages.AsNoTracking().Include(h => h.Agent).Where(h => h.State == state).OrderBy(h => h.Id).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>A sender's messages to a receiver that it was given a task for and that the receiver did not answer, newest first.</summary>
    public async Task<IReadOnlyList<HeldMessage>> WithoutAnswerAsync(string sender, string receiver, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithoutAnswer(db, sender, receiver).Include(h => h.Agent).OrderByDescending(h => h.Id).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>Whether there is any.</summary>
    public async Task<bool> AnyWithoutAnswerAsync(string sender, string receiver, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithoutAnswer(db, sender, receiver).AnyAsync(cancellationToken);
    }

    private static IQueryable<HeldMessage> WithoutAnswer(ConsoleDbContext db, string sender, string receiver)
        => db.HeldMessages.AsNoTracking().Where(h => h.Agent.SpiffeId == sender && h.Receiver == receiver && h.TaskId != null && h.State != HeldState.Delivered);

    /// <summary>The newest decision about a message, by its admission leaf.</summary>
    public async Task<Decision?> DecisionOfAsync(long messageLeaf, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Decisions.AsNoTracking().Include(d => d.Agent).Where(d => d.MessageLeaf == messageLeaf).OrderByDescending(d => d.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>A decision by its own leaf.</summary>
    public async Task<Decision?> DecisionAsync(long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Decisions.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken);
    }

    /// <summary>
    /// The newest decision about each message with this id that an agent sent or receives, with where it stands when it was held. More than one only when several senders
    /// used the id and no digest tells them apart.
    /// </summary>
    public async Task<IReadOnlyList<DecisionFor>> DecisionsForAsync(string messageId, string agent, string? digest, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Decisions.AsNoTracking()
            .Where(d => d.MessageId == messageId && (d.Receiver == agent || d.Agent.SpiffeId == agent) && (digest == null || d.Digest == digest))
            .OrderByDescending(d => d.Id).Take(MostDecisions).Select(d => new { Row = d, Sender = d.Agent.SpiffeId }).ToListAsync(cancellationToken);
        var newest = rows.DistinctBy(r => r.Row.MessageLeaf).ToList();
        var leaves = newest.Select(r => r.Row.MessageLeaf).ToList();
        var held = await db.HeldMessages.AsNoTracking().Where(h => leaves.Contains(h.Id)).Select(h => new HeldFor(h.Id, h.State, h.ExpiresAt, h.Outcome)).ToListAsync(cancellationToken);
        return [.. newest.Select(r => new DecisionFor(r.Row, r.Sender, held.Find(h => h.Id == r.Row.MessageLeaf)))];
    }
}

/// <summary>A decision as its parties see it.</summary>
/// <param name="Row">The decision.</param>
/// <param name="Sender">The sender's SPIFFE ID.</param>
/// <param name="Held">Where the message stands, when it was held.</param>
public sealed record DecisionFor(Decision Row, string Sender, HeldFor? Held);

/// <summary>Where a held message stands.</summary>
public sealed record HeldFor(long Id, HeldState State, DateTimeOffset ExpiresAt, string? Outcome);
