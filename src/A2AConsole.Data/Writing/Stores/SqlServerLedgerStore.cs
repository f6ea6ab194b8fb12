using System.Data;
using System.Data.Common;
using System.Text.Json;
using A2AConsole.Data.Entities;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Writing.Stores;

/// <summary>The ledger in SQL Server: bulk copies for what is appended, one set-based statement a table for what is counted.</summary>
internal sealed class SqlServerLedgerStore(string connectionString) : RelationalLedgerStore
{
    private SqlConnection? _connection;
    private DbContextOptions<SqlServerConsoleDbContext>? _contextOptions;

    public override void FindIdempotency(IReadOnlyList<IdempotencyProbe> probes, long now)
    {
        using var command = Command(SqlServerLedgerStatements.FindIdempotency.Sql);
        AddRows(command, probes.Select((p, i) => new { Position = i, p.AgentNumber, p.Key }));
        command.Parameters.Add("@now", SqlDbType.BigInt).Value = now;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var probe = probes[reader.GetInt32(0)];
            probe.ContentDigest = (byte[])reader.GetValue(1);
            probe.LeafIndex = reader.GetInt64(2);
        }
    }

    public override void Dispose() => Disconnect();

    protected override void Connect()
    {
        Disconnect();
        _connection = new SqlConnection(connectionString);
        _connection.Open();
        _contextOptions = new DbContextOptionsBuilder<SqlServerConsoleDbContext>().UseSqlServer(_connection).Options;
    }

    protected override DbTransaction BeginTransaction() => _connection!.BeginTransaction(IsolationLevel.ReadCommitted);

    protected override ConsoleDbContext OpenContext() => new SqlServerConsoleDbContext(_contextOptions!);

    protected override void Write(CommitGroup group)
    {
        WriteHead(group);
        Copy("LedgerBlocks", group.Blocks,
            ("FirstLeaf", typeof(long), b => b.FirstLeaf), ("Count", typeof(int), b => b.Count), ("AgentNumber", typeof(int), b => b.AgentNumber),
            ("RecordedAt", typeof(long), b => b.RecordedAt), ("Content", typeof(int), b => (int)b.Content), ("Leaves", typeof(byte[]), b => b.Leaves.Span.ToArray()));
        Copy("EventPayloads", group.Blocks.Where(b => b.HasPayload).ToList(),
            ("FirstLeaf", typeof(long), b => b.FirstLeaf), ("RecordedAt", typeof(long), b => b.RecordedAt), ("ReplayUntil", typeof(long), b => b.ReplayUntil),
            ("ReplayKeys", typeof(byte[]), b => b.ReplayKeys.Span.ToArray()), ("BatchEnvelope", typeof(byte[]), b => b.BatchEnvelope.ToArray()),
            ("Events", typeof(byte[]), b => b.Events.Span.ToArray()));
        Copy("LedgerTiles", group.Tiles,
            ("Level", typeof(int), t => t.Level), ("Index", typeof(long), t => t.Index), ("Hashes", typeof(byte[]), t => t.Hashes.ToArray()));
        Copy("QuarantineItems", group.Quarantine,
            ("Id", typeof(long), q => q.Id), ("AgentNumber", typeof(int), q => q.AgentNumber), ("RecordedAt", typeof(long), q => q.RecordedAt.ToUnixTimeMilliseconds()),
            ("Code", typeof(string), q => q.Code), ("Detail", typeof(string), q => q.Detail), ("MessageId", typeof(string), q => q.MessageId),
            ("Type", typeof(string), q => q.Type), ("Digest", typeof(string), q => q.Digest), ("RemoteAddress", typeof(string), q => q.RemoteAddress),
            ("Count", typeof(long), q => q.Count), ("Size", typeof(long), q => q.Size), ("Bytes", typeof(byte[]), q => q.Bytes), ("Demo", typeof(string), q => q.Demo));
        WriteKeys(group.Idempotency);
        WriteCounters(group);
    }

    private void WriteHead(CommitGroup group)
    {
        using var command = Command(SqlServerLedgerStatements.Head.Sql);
        command.Parameters.Add("@size", SqlDbType.BigInt).Value = group.Size;
        command.Parameters.Add("@root", SqlDbType.VarBinary, 32).Value = group.Root;
        command.Parameters.Add("@edge", SqlDbType.VarBinary, -1).Value = group.Edge.ToArray();
        command.Parameters.Add("@checkpoint", SqlDbType.VarChar, 4000).Value = group.Checkpoint;
        command.Parameters.Add("@at", SqlDbType.BigInt).Value = group.At;
        command.Parameters.Add("@epoch", SqlDbType.BigInt).Value = group.WriterEpoch;
        if (command.ExecuteNonQuery() != 1)
            throw new WriterReplacedException();
    }

    private void WriteKeys(List<IdempotencyRow> keys)
    {
        Execute(SqlServerLedgerStatements.DropExpiredKeys.Sql, keys.Select(k => new { k.AgentNumber, k.Key }));
        Copy("IdempotencyKeys", keys,
            ("AgentNumber", typeof(int), k => k.AgentNumber), ("Key", typeof(string), k => k.Key), ("ContentDigest", typeof(byte[]), k => k.ContentDigest.ToArray()),
            ("LeafIndex", typeof(long), k => k.LeafIndex), ("ExpiresAt", typeof(long), k => k.ExpiresAt));
    }

    private void WriteCounters(CommitGroup group)
    {
        Execute(SqlServerLedgerStatements.Traffic.Sql, group.Traffic.Select(t => new { t.Key.Minute, t.Key.Code, Count = t.Value }));
        Execute(SqlServerLedgerStatements.Hours.Sql, group.Hours.Select(h => new { AgentNumber = h.Key.Agent, h.Key.Hour, h.Key.Code, Count = h.Value }));
        // A group over midnight has a counterparty on two days: one row of it each statement.
        foreach (var day in group.Peers.GroupBy(p => p.Key.Day))
        {
            Execute(SqlServerLedgerStatements.Peers.Sql, day.Select(p => new
            {
                AgentNumber = p.Key.Agent, p.Key.Peer, p.Key.Type, p.Value.Count, p.Value.FirstSeenAt, p.Value.LastSeenAt,
            }));
        }
        Execute(SqlServerLedgerStatements.Flows.Sql, group.Peers.Select(p => new { AgentNumber = p.Key.Agent, p.Key.Day, p.Key.Peer, p.Key.Type, p.Value.Count, p.Value.Bytes }));
        Execute(SqlServerLedgerStatements.Money.Sql, group.Money.Select(m => new { AgentNumber = m.Key.Flow.Agent, m.Key.Flow.Day, m.Key.Flow.Peer, m.Key.Flow.Type, m.Key.Currency, Amount = m.Value }));
        Execute(SqlServerLedgerStatements.Agents.Sql, group.Agents.Select(a => new { AgentNumber = a.Key, a.Value.LastSeenAt, a.Value.Admitted, a.Value.Refused }));
        Execute(SqlServerLedgerStatements.Minutes.Sql, group.Minutes.Select(m => new { Minute = m.Key, FirstLeaf = m.Value.First, LastLeaf = m.Value.Last }));
        var grown = group.Summaries.Select(s => new SummaryRow(s.AgentNumber, s.Minute, s.Count, s.Size, s.Codes, s.Demo, 0));
        var closed = group.ClosedSummaries.Select(s => new SummaryRow(s.Agent, s.Minute, 0, 0, "", null, 1));
        Execute(SqlServerLedgerStatements.Summaries.Sql, grown.Concat(closed));
    }

    private void Execute<T>(string sql, IEnumerable<T> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0)
            return;
        using var command = Command(sql);
        AddRows(command, list);
        command.ExecuteNonQuery();
    }

    private void Copy<T>(string table, IReadOnlyCollection<T> rows, params (string Name, Type Type, Func<T, object?> Value)[] columns)
    {
        if (rows.Count == 0)
            return;
        using var data = new DataTable();
        foreach (var (name, type, _) in columns)
            data.Columns.Add(name, type);
        foreach (var row in rows)
            data.Rows.Add([.. columns.Select(column => column.Value(row) ?? DBNull.Value)]);
        using var copy = new SqlBulkCopy(_connection!, SqlBulkCopyOptions.CheckConstraints, (SqlTransaction)Transaction!) { DestinationTableName = table };
        foreach (var (name, _, _) in columns)
            copy.ColumnMappings.Add(name, name);
        copy.WriteToServer(data);
    }

    private SqlCommand Command(string sql)
    {
        var command = _connection!.CreateCommand();
        command.Transaction = (SqlTransaction?)Transaction;
        command.CommandText = sql;
        return command;
    }

    private static void AddRows<T>(SqlCommand command, IEnumerable<T> rows)
        => command.Parameters.Add("@rows", SqlDbType.NVarChar, -1).Value = JsonSerializer.Serialize(rows);

    private void Disconnect()
    {
        Rollback();
        _connection?.Dispose();
        _connection = null;
    }

    private sealed record SummaryRow(int AgentNumber, int Minute, long Count, long Size, string Codes, string? Demo, int IsClosed);
}
