using A2AConsole.Data.Entities;
using A2AConsole.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Writing.Stores;

/// <summary>The ledger in the embedded database: prepared statements on one connection, a row a block.</summary>
internal sealed class SqliteLedgerStore(string path) : ILedgerStore
{
    private readonly SqliteCheckpointer _checkpointer = new(path);
    private SqliteConnection? _connection;
    private SqliteTransaction? _transaction;
    private SqliteLedgerStatements? _statements;
    private DbContextOptions<SqliteConsoleDbContext>? _contextOptions;

    private SqliteConnection Connection => _connection ?? throw new InvalidOperationException("the store is not open");

    public LedgerState Claim(TreeHead first, long now)
    {
        Connect();
        Begin();
        using (var context = NewContext())
        {
            var head = context.TreeHeads.AsTracking().SingleOrDefault();
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

    public void FindIdempotency(IReadOnlyList<IdempotencyProbe> probes, long now)
    {
        var find = _statements!.FindIdempotency;
        foreach (var probe in probes)
        {
            find.Bind(probe.AgentNumber).Bind(probe.Key).Bind(now);
            if (find.Read())
            {
                probe.ContentDigest = find.Bytes(0);
                probe.LeafIndex = find.Long(1);
                find.Reset();
            }
        }
    }

    public void Begin() => _transaction ??= Connection.BeginTransaction(deferred: false);

    public void Apply(Action<ConsoleDbContext> change)
    {
        Begin();
        _transaction!.Save("change");
        try
        {
            using var context = NewContext();
            change(context);
            context.SaveChanges();
        }
        catch (Exception e)
        {
            _transaction.Rollback("change");
            throw new ChangeFailedException(e);
        }
        _transaction.Release("change");
    }

    public void Commit(CommitGroup group)
    {
        Begin();
        _statements!.Write(group);
        Commit();
        long bytes = 0;
        foreach (var block in group.Blocks)
            bytes += block.Leaves.Length + block.Events.Length;
        // A key's row comes with the pages that it lands on.
        _checkpointer.Note(bytes + 4096L * group.Idempotency.Count);
    }

    public void Commit()
    {
        _transaction?.Commit();
        _transaction?.Dispose();
        _transaction = null;
    }

    public void Rollback()
    {
        var transaction = _transaction;
        _transaction = null;
        transaction?.Dispose();
    }

    public void Dispose()
    {
        Disconnect();
        _checkpointer.Dispose();
    }

    private void Disconnect()
    {
        _statements?.Dispose();
        _transaction?.Dispose();
        _connection?.Dispose();
        (_statements, _transaction, _connection) = (null, null, null);
    }

    // Anew after a failure, too: a connection that saw an I/O error is not to be trusted with the next commit.
    private void Connect()
    {
        Disconnect();
        _connection = new SqliteConnection(SqliteFile.ConnectionString(path, SqliteOpenMode.ReadWrite, pooling: false));
        _connection.Open();
        SqlitePragmas.Apply(_connection);
        SqlitePragmas.ApplyForWriter(_connection);
        _contextOptions = new DbContextOptionsBuilder<SqliteConsoleDbContext>().UseSqlite(_connection).Options;
        _statements = new SqliteLedgerStatements(_connection);
    }

    private SqliteConsoleDbContext NewContext()
    {
        var context = new SqliteConsoleDbContext(_contextOptions!);
        context.Database.UseTransaction(_transaction);
        return context;
    }

    private LedgerState Load(long now)
    {
        using var context = NewContext();
        var head = context.TreeHeads.AsNoTracking().Single();
        var replay = context.EventPayloads.Where(p => p.ReplayUntil >= now)
            .Join(context.LedgerBlocks, p => p.FirstLeaf, b => b.FirstLeaf, (p, b) => new { b.AgentNumber, p.ReplayUntil, p.ReplayKeys })
            .AsEnumerable().Select(r => new ReplayRow(r.AgentNumber ?? 0, r.ReplayUntil, r.ReplayKeys)).ToList();
        var summaries = context.RefusalSummaries.AsNoTracking().Include(s => s.Agent).ToList();
        return new LedgerState(head, replay, summaries);
    }
}
