using System.Data.Common;
using A2AConsole.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Writing.Stores;

/// <summary>The ledger in the embedded database: prepared statements on one connection, a row a block.</summary>
internal sealed class SqliteLedgerStore(string path) : RelationalLedgerStore
{
    // An idempotency key's row comes with a page of its own when keys are not in order.
    private const long BytesPerKey = 4096;

    private readonly SqliteCheckpointer _checkpointer = new(path);
    private SqliteConnection? _connection;
    private SqliteLedgerStatements? _statements;
    private SqliteRows? _rows;
    private DbContextOptions<SqliteConsoleDbContext>? _contextOptions;

    public override void FindIdempotency(IReadOnlyList<IdempotencyProbe> probes, long now)
    {
        var find = _statements!.FindIdempotency;
        foreach (var probe in probes)
        {
            find.Bind(probe.AgentNumber).Bind(probe.Key).Bind(now);
            if (!find.Read())
                continue;
            probe.ContentDigest = find.Bytes(0);
            probe.LeafIndex = find.Long(1);
            find.Reset();
        }
    }

    public override void Commit(CommitGroup group)
    {
        base.Commit(group);
        var bytes = BytesPerKey * group.Idempotency.Count;
        foreach (var block in group.Blocks)
            bytes += block.Leaves.Length + block.Events.Length;
        _checkpointer.Note(bytes);
    }

    public override void Dispose()
    {
        Disconnect();
        _checkpointer.Dispose();
    }

    protected override void Connect()
    {
        Rollback();
        _statements?.Dispose();
        _rows?.Dispose();
        (_statements, _rows) = (null, null);
        // The old connection is closed only after the new one has read: were it the last one, what a failed commit left in the
        // write-ahead log would be taken for committed when the file is opened again.
        using var old = _connection;
        _connection = new SqliteConnection(SqliteFile.ConnectionString(path, SqliteOpenMode.ReadWrite, pooling: false));
        _connection.Open();
        SqlitePragmas.Apply(_connection);
        SqlitePragmas.ApplyForWriter(_connection);
        _contextOptions = new DbContextOptionsBuilder<SqliteConsoleDbContext>().UseSqlite(_connection).Options;
        _statements = new SqliteLedgerStatements(_connection);
        _rows = new SqliteRows(_connection);
    }

    // Immediate: the write lock is taken here, where waiting for it is expected, and never in the middle.
    protected override DbTransaction BeginTransaction() => _connection!.BeginTransaction(deferred: false);

    protected override ConsoleDbContext OpenContext() => new SqliteConsoleDbContext(_contextOptions!);

    protected override void Save(ConsoleDbContext context)
    {
        var changes = context.ChangeTracker;
        changes.DetectChanges();
        changes.AutoDetectChangesEnabled = false;
        if (!_rows!.TrySave(context))
            context.SaveChanges();
    }

    protected override void Write(CommitGroup group) => _statements!.Write(group);

    private void Disconnect()
    {
        Rollback();
        _statements?.Dispose();
        _rows?.Dispose();
        _connection?.Dispose();
        (_statements, _rows, _connection) = (null, null, null);
    }
}
