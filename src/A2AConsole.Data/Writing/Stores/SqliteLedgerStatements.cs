using A2AConsole.Core.Schemas;
using A2AConsole.Data.Sqlite;
using Microsoft.Data.Sqlite;

namespace A2AConsole.Data.Writing.Stores;

/// <summary>The writer's statements, prepared once a connection.</summary>
internal sealed class SqliteLedgerStatements : IDisposable
{
    private readonly List<SqliteStatement> _all = [];
    private readonly SqliteStatement _block;
    private readonly SqliteStatement _payload;
    private readonly SqliteStatement _quarantine;
    private readonly SqliteStatement _idempotency;
    private readonly SqliteStatement _tile;
    private readonly SqliteStatement _traffic;
    private readonly SqliteStatement _hour;
    private readonly SqliteStatement _peer;
    private readonly SqliteStatement _flow;
    private readonly SqliteStatement _money;
    private readonly SqliteStatement _agent;
    private readonly SqliteStatement _minute;
    private readonly SqliteStatement _summary;
    private readonly SqliteStatement _closeSummary;
    private readonly SqliteStatement _head;
    private readonly SqliteStatement _changes;

    public SqliteLedgerStatements(SqliteConnection connection)
    {
        SqliteStatement Prepare(string sql)
        {
            var statement = new SqliteStatement(connection, sql);
            _all.Add(statement);
            return statement;
        }

        FindIdempotency = Prepare("SELECT ContentDigest, LeafIndex FROM IdempotencyKeys WHERE AgentNumber = ? AND Key = ? AND ExpiresAt > ?");
        _block = Prepare("INSERT INTO LedgerBlocks (FirstLeaf, Count, AgentNumber, RecordedAt, Content, Leaves) VALUES (?, ?, ?, ?, ?, ?)");
        _payload = Prepare("INSERT INTO EventPayloads (FirstLeaf, RecordedAt, ReplayUntil, ReplayKeys, BatchEnvelope, Events) VALUES (?, ?, ?, ?, ?, ?)");
        _quarantine = Prepare("""
            INSERT INTO QuarantineItems (Id, AgentNumber, RecordedAt, Code, Detail, MessageId, Type, Digest, RemoteAddress, Count, Size, Bytes, Demo)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        // A key may be there and expired: the new use takes its place.
        _idempotency = Prepare("INSERT OR REPLACE INTO IdempotencyKeys (AgentNumber, Key, ContentDigest, LeafIndex, ExpiresAt) VALUES (?, ?, ?, ?, ?)");
        _tile = Prepare("""INSERT INTO LedgerTiles (Level, "Index", Hashes) VALUES (?, ?, ?)""");
        _traffic = Prepare("INSERT INTO TrafficMinutes (Minute, Code, Count) VALUES (?, ?, ?) ON CONFLICT (Minute, Code) DO UPDATE SET Count = Count + excluded.Count");
        _hour = Prepare("INSERT INTO AgentHours (AgentNumber, Hour, Code, Count) VALUES (?, ?, ?, ?) ON CONFLICT (AgentNumber, Hour, Code) DO UPDATE SET Count = Count + excluded.Count");
        _peer = Prepare("""
            INSERT INTO Counterparties (AgentNumber, Peer, Type, Count, FirstSeenAt, LastSeenAt) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (AgentNumber, Peer, Type) DO UPDATE SET Count = Count + excluded.Count,
            FirstSeenAt = min(FirstSeenAt, excluded.FirstSeenAt), LastSeenAt = max(LastSeenAt, excluded.LastSeenAt)
            """);
        _flow = Prepare("""
            INSERT INTO FlowDays (AgentNumber, Day, Peer, Type, Count, Bytes) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (AgentNumber, Day, Peer, Type) DO UPDATE SET Count = Count + excluded.Count, Bytes = Bytes + excluded.Bytes
            """);
        _money = Prepare($"""
            INSERT INTO FlowMoneyDays (AgentNumber, Day, Peer, Type, Currency, Amount) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (AgentNumber, Day, Peer, Type, Currency) DO UPDATE SET Amount = max({-EventMoney.Most}, min({EventMoney.Most}, Amount + excluded.Amount))
            """);
        _agent = Prepare("UPDATE Agents SET LastSeenAt = max(coalesce(LastSeenAt, 0), ?), Admitted = Admitted + ?, Refused = Refused + ? WHERE Number = ?");
        _minute = Prepare("""
            INSERT INTO LedgerMinutes (Minute, FirstLeaf, LastLeaf) VALUES (?, ?, ?)
            ON CONFLICT (Minute) DO UPDATE SET FirstLeaf = min(FirstLeaf, excluded.FirstLeaf), LastLeaf = max(LastLeaf, excluded.LastLeaf)
            """);
        _summary = Prepare("""
            INSERT INTO RefusalSummaries (AgentNumber, Minute, Count, Size, Codes, Demo) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (AgentNumber, Minute) DO UPDATE SET Count = excluded.Count, Size = excluded.Size, Codes = excluded.Codes, Demo = excluded.Demo
            """);
        _closeSummary = Prepare("DELETE FROM RefusalSummaries WHERE AgentNumber = ? AND Minute = ?");
        _head = Prepare("UPDATE TreeHeads SET Size = ?, Root = ?, Edge = ?, Checkpoint = ?, At = ? WHERE Id = 1 AND WriterEpoch = ?");
        _changes = Prepare("SELECT changes()");
    }

    public SqliteStatement FindIdempotency { get; }

    /// <summary>Writes a group within the open transaction.</summary>
    public void Write(CommitGroup group)
    {
        _head.Bind(group.Size).Bind(group.Root).Bind(group.Edge.Span).Bind(group.Checkpoint).Bind(group.At).Bind(group.WriterEpoch).Execute();
        if (Changes() != 1)
            throw new WriterReplacedException();
        foreach (var block in group.Blocks)
        {
            _block.Bind(block.FirstLeaf).Bind(block.Count).Bind(block.AgentNumber).Bind(block.RecordedAt).Bind((long)block.Content).Bind(block.Leaves.Span).Execute();
            if (block.HasPayload)
            {
                _payload.Bind(block.FirstLeaf).Bind(block.RecordedAt).Bind(block.ReplayUntil)
                    .Bind(block.ReplayKeys.Span).Bind(block.BatchEnvelope.Span).Bind(block.Events.Span).Execute();
            }
        }
        foreach (var tile in group.Tiles)
            _tile.Bind(tile.Level).Bind(tile.Index).Bind(tile.Hashes.Span).Execute();
        // In the key's order, so that keys which lie together are written together.
        group.Idempotency.Sort(static (a, b) => a.AgentNumber != b.AgentNumber ? a.AgentNumber.CompareTo(b.AgentNumber) : string.CompareOrdinal(a.Key, b.Key));
        foreach (var key in group.Idempotency)
            _idempotency.Bind(key.AgentNumber).Bind(key.Key).Bind(key.ContentDigest.Span).Bind(key.LeafIndex).Bind(key.ExpiresAt).Execute();
        WriteRefusals(group);
        WriteCounters(group);
    }

    public void Dispose()
    {
        foreach (var statement in _all)
            statement.Dispose();
    }

    private void WriteRefusals(CommitGroup group)
    {
        foreach (var item in group.Quarantine)
        {
            _quarantine.Bind(item.Id).Bind(item.AgentNumber).Bind(item.RecordedAt.ToUnixTimeMilliseconds()).Bind(item.Code).Bind(item.Detail)
                .Bind(item.MessageId).Bind(item.Type).Bind(item.Digest).Bind(item.RemoteAddress).Bind(item.Count).Bind(item.Size);
            if (item.Bytes is null)
                _quarantine.Bind((string?)null);
            else
                _quarantine.Bind(item.Bytes);
            _quarantine.Bind(item.Demo).Execute();
        }
        foreach (var summary in group.Summaries)
            _summary.Bind(summary.AgentNumber).Bind(summary.Minute).Bind(summary.Count).Bind(summary.Size).Bind(summary.Codes).Bind(summary.Demo).Execute();
        foreach (var (agent, minute) in group.ClosedSummaries)
            _closeSummary.Bind(agent).Bind(minute).Execute();
    }

    private void WriteCounters(CommitGroup group)
    {
        foreach (var ((minute, code), count) in group.Traffic)
            _traffic.Bind(minute).Bind(code).Bind(count).Execute();
        foreach (var ((agent, hour, code), count) in group.Hours)
            _hour.Bind(agent).Bind(hour).Bind(code).Bind(count).Execute();
        foreach (var ((agent, day, peer, type), tally) in group.Peers)
        {
            _peer.Bind(agent).Bind(peer).Bind(type).Bind(tally.Count).Bind(tally.FirstSeenAt).Bind(tally.LastSeenAt).Execute();
            _flow.Bind(agent).Bind(day).Bind(peer).Bind(type).Bind(tally.Count).Bind(tally.Bytes).Execute();
        }
        foreach (var ((flow, currency), amount) in group.Money)
            _money.Bind(flow.Agent).Bind(flow.Day).Bind(flow.Peer).Bind(flow.Type).Bind(currency).Bind(amount).Execute();
        foreach (var (agent, tally) in group.Agents)
            _agent.Bind(tally.LastSeenAt).Bind(tally.Admitted).Bind(tally.Refused).Bind(agent).Execute();
        foreach (var (minute, (first, last)) in group.Minutes)
            _minute.Bind(minute).Bind(first).Bind(last).Execute();
    }

    private long Changes()
    {
        _changes.Read();
        var count = _changes.Long(0);
        _changes.Reset();
        return count;
    }
}
