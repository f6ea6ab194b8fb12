using System.Data;
using System.Data.Common;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Writing.Stores;

/// <summary>What the stores have in common: one connection, one transaction, contexts inside it.</summary>
internal abstract class RelationalLedgerStore : ILedgerStore
{
    private const string Savepoint = "change_of_a_record";

    /// <summary>The open transaction, if any.</summary>
    protected DbTransaction? Transaction { get; private set; }

    public LedgerState Claim(TreeHead first, long now)
    {
        Connect();
        Begin();
        using (var context = NewContext())
        {
            var head = context.TreeHeads.SingleOrDefault();
            if (head is null)
                context.TreeHeads.Add(head = first);
            head.WriterEpoch++;
            context.SaveChanges();
        }
        Commit();
        return Load(now);
    }

    public LedgerState Reload(long epoch, long now)
    {
        Connect();
        var state = Load(now);
        return state.Head.WriterEpoch == epoch ? state : throw new WriterReplacedException();
    }

    public abstract void FindIdempotency(IReadOnlyList<IdempotencyProbe> probes, long now);

    public void Begin() => Transaction ??= BeginTransaction();

    public void Apply(Action<ConsoleDbContext> change)
    {
        Begin();
        Transaction!.Save(Savepoint);
        try
        {
            using var context = NewContext();
            change(context);
            Save(context);
        }
        catch (Exception e)
        {
            Transaction.Rollback(Savepoint);
            throw new ChangeFailedException(e);
        }
        Transaction.Release(Savepoint);
    }

    public virtual void Commit(CommitGroup group)
    {
        Begin();
        Write(group);
        Commit();
    }

    public void Commit()
    {
        Transaction?.Commit();
        Transaction?.Dispose();
        Transaction = null;
    }

    public void Rollback()
    {
        var transaction = Transaction;
        Transaction = null;
        transaction?.Dispose();
    }

    public abstract void Dispose();

    /// <summary>
    /// Connects, anew when it was connected: a connection that saw an I/O error is not to be trusted with the next commit.
    /// </summary>
    protected abstract void Connect();

    protected abstract DbTransaction BeginTransaction();

    /// <summary>A context on the writer's connection.</summary>
    protected abstract ConsoleDbContext OpenContext();

    /// <summary>Saves what a change made of the model, in the open transaction.</summary>
    protected virtual void Save(ConsoleDbContext context) => context.SaveChanges();

    /// <summary>Writes the group's rows in the open transaction.</summary>
    protected abstract void Write(CommitGroup group);

    private ConsoleDbContext NewContext()
    {
        var context = OpenContext();
        context.Database.UseTransaction(Transaction);
        return context;
    }

    private LedgerState Load(long now)
    {
        using var context = NewContext();
        var head = context.TreeHeads.AsNoTracking().Single();
        var replay = ReplayRows(context, now).ToList();
        var summaries = context.RefusalSummaries.AsNoTracking().Include(s => s.Agent).ToList();
        return new LedgerState(head, replay, summaries);
    }

    /// <summary>The replay keys that still count.</summary>
    internal static IQueryable<ReplayRow> ReplayRows(ConsoleDbContext context, long now)
        => context.EventPayloads.Where(p => p.ReplayUntil >= now)
            .Join(context.LedgerBlocks, p => p.FirstLeaf, b => b.FirstLeaf, (p, b) => new ReplayRow(b.AgentNumber ?? 0, p.ReplayUntil, p.ReplayKeys));
}
