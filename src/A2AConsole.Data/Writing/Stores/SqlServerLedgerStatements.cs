using A2AConsole.Core.Schemas;

namespace A2AConsole.Data.Writing.Stores;

/// <summary>
/// The writer's statements on SQL Server: one for each table and group, whatever the number of rows, which come as JSON. Each
/// names its parameters' types, so that a test can have the schema's compiler check it.
/// </summary>
internal static class SqlServerLedgerStatements
{
    private const string Json = "@rows nvarchar(max)";
    private const string Binary = " COLLATE " + SqlServerConsoleDbContext.IdentifierCollation;

    public static (string Sql, string Parameters) Head { get; } = (
        "UPDATE TreeHeads SET Size = @size, Root = @root, Edge = @edge, [Checkpoint] = @checkpoint, At = @at WHERE Id = 1 AND WriterEpoch = @epoch",
        "@size bigint, @root varbinary(32), @edge varbinary(max), @checkpoint varchar(4000), @at bigint, @epoch bigint");

    public static (string Sql, string Parameters) FindIdempotency { get; } = ($"""
        SELECT j.Position, k.ContentDigest, k.LeafIndex
        FROM OPENJSON(@rows) WITH (Position int, AgentNumber int, [Key] varchar(64)) j
        JOIN IdempotencyKeys k ON k.AgentNumber = j.AgentNumber AND k.[Key] = j.[Key]{Binary}
        WHERE k.ExpiresAt > @now
        """, Json + ", @now bigint");

    public static (string Sql, string Parameters) DropExpiredKeys { get; } = ($"""
        DELETE k FROM IdempotencyKeys k
        JOIN OPENJSON(@rows) WITH (AgentNumber int, [Key] varchar(64)) j ON k.AgentNumber = j.AgentNumber AND k.[Key] = j.[Key]{Binary}
        """, Json);

    public static (string Sql, string Parameters) Traffic { get; } = ($"""
        UPDATE t SET [Count] = t.[Count] + j.[Count] FROM TrafficMinutes t
        JOIN OPENJSON(@rows) WITH ([Minute] int, Code varchar(64), [Count] bigint) j ON t.[Minute] = j.[Minute] AND t.Code = j.Code{Binary};
        INSERT INTO TrafficMinutes ([Minute], Code, [Count]) SELECT j.[Minute], j.Code, j.[Count]
        FROM OPENJSON(@rows) WITH ([Minute] int, Code varchar(64), [Count] bigint) j
        WHERE NOT EXISTS (SELECT 1 FROM TrafficMinutes t WHERE t.[Minute] = j.[Minute] AND t.Code = j.Code{Binary});
        """, Json);

    public static (string Sql, string Parameters) Hours { get; } = ($"""
        UPDATE t SET [Count] = t.[Count] + j.[Count] FROM AgentHours t
        JOIN OPENJSON(@rows) WITH (AgentNumber int, [Hour] int, Code varchar(64), [Count] bigint) j
        ON t.AgentNumber = j.AgentNumber AND t.[Hour] = j.[Hour] AND t.Code = j.Code{Binary};
        INSERT INTO AgentHours (AgentNumber, [Hour], Code, [Count]) SELECT j.AgentNumber, j.[Hour], j.Code, j.[Count]
        FROM OPENJSON(@rows) WITH (AgentNumber int, [Hour] int, Code varchar(64), [Count] bigint) j
        WHERE NOT EXISTS (SELECT 1 FROM AgentHours t WHERE t.AgentNumber = j.AgentNumber AND t.[Hour] = j.[Hour] AND t.Code = j.Code{Binary});
        """, Json);

    public static (string Sql, string Parameters) Peers { get; } = ($"""
        UPDATE t SET [Count] = t.[Count] + j.[Count],
            FirstSeenAt = IIF(j.FirstSeenAt < t.FirstSeenAt, j.FirstSeenAt, t.FirstSeenAt),
            LastSeenAt = IIF(j.LastSeenAt > t.LastSeenAt, j.LastSeenAt, t.LastSeenAt)
        FROM Counterparties t
        JOIN OPENJSON(@rows) WITH (AgentNumber int, Peer varchar(255), [Type] varchar(128), [Count] bigint, FirstSeenAt bigint, LastSeenAt bigint) j
        ON t.AgentNumber = j.AgentNumber AND t.Peer = j.Peer{Binary} AND t.[Type] = j.[Type]{Binary};
        INSERT INTO Counterparties (AgentNumber, Peer, [Type], [Count], FirstSeenAt, LastSeenAt)
        SELECT j.AgentNumber, j.Peer, j.[Type], j.[Count], j.FirstSeenAt, j.LastSeenAt
        FROM OPENJSON(@rows) WITH (AgentNumber int, Peer varchar(255), [Type] varchar(128), [Count] bigint, FirstSeenAt bigint, LastSeenAt bigint) j
        WHERE NOT EXISTS (SELECT 1 FROM Counterparties t WHERE t.AgentNumber = j.AgentNumber AND t.Peer = j.Peer{Binary} AND t.[Type] = j.[Type]{Binary});
        """, Json);

    public static (string Sql, string Parameters) Flows { get; } = ($"""
        UPDATE t SET [Count] = t.[Count] + j.[Count], Bytes = t.Bytes + j.Bytes FROM FlowDays t
        JOIN OPENJSON(@rows) WITH (AgentNumber int, [Day] int, Peer varchar(255), [Type] varchar(128), [Count] bigint, Bytes bigint) j
        ON t.AgentNumber = j.AgentNumber AND t.[Day] = j.[Day] AND t.Peer = j.Peer{Binary} AND t.[Type] = j.[Type]{Binary};
        INSERT INTO FlowDays (AgentNumber, [Day], Peer, [Type], [Count], Bytes) SELECT j.AgentNumber, j.[Day], j.Peer, j.[Type], j.[Count], j.Bytes
        FROM OPENJSON(@rows) WITH (AgentNumber int, [Day] int, Peer varchar(255), [Type] varchar(128), [Count] bigint, Bytes bigint) j
        WHERE NOT EXISTS (SELECT 1 FROM FlowDays t WHERE t.AgentNumber = j.AgentNumber AND t.[Day] = j.[Day] AND t.Peer = j.Peer{Binary} AND t.[Type] = j.[Type]{Binary});
        """, Json);

    public static (string Sql, string Parameters) Money { get; } = ($"""
        UPDATE t SET Amount = CASE WHEN t.Amount + j.Amount > {EventMoney.Most} THEN {EventMoney.Most}
            WHEN t.Amount + j.Amount < {-EventMoney.Most} THEN {-EventMoney.Most} ELSE t.Amount + j.Amount END
        FROM FlowMoneyDays t
        JOIN OPENJSON(@rows) WITH (AgentNumber int, [Day] int, Peer varchar(255), [Type] varchar(128), Currency varchar(3), Amount bigint) j
        ON t.AgentNumber = j.AgentNumber AND t.[Day] = j.[Day] AND t.Peer = j.Peer{Binary} AND t.[Type] = j.[Type]{Binary} AND t.Currency = j.Currency{Binary};
        INSERT INTO FlowMoneyDays (AgentNumber, [Day], Peer, [Type], Currency, Amount) SELECT j.AgentNumber, j.[Day], j.Peer, j.[Type], j.Currency, j.Amount
        FROM OPENJSON(@rows) WITH (AgentNumber int, [Day] int, Peer varchar(255), [Type] varchar(128), Currency varchar(3), Amount bigint) j
        WHERE NOT EXISTS (SELECT 1 FROM FlowMoneyDays t
            WHERE t.AgentNumber = j.AgentNumber AND t.[Day] = j.[Day] AND t.Peer = j.Peer{Binary} AND t.[Type] = j.[Type]{Binary} AND t.Currency = j.Currency{Binary});
        """, Json);

    public static (string Sql, string Parameters) Agents { get; } = ("""
        UPDATE a SET LastSeenAt = IIF(a.LastSeenAt > j.LastSeenAt, a.LastSeenAt, j.LastSeenAt),
            Admitted = a.Admitted + j.Admitted, Refused = a.Refused + j.Refused
        FROM Agents a JOIN OPENJSON(@rows) WITH (AgentNumber int, LastSeenAt bigint, Admitted bigint, Refused bigint) j ON a.Number = j.AgentNumber
        """, Json);

    public static (string Sql, string Parameters) Minutes { get; } = ("""
        UPDATE t SET FirstLeaf = IIF(j.FirstLeaf < t.FirstLeaf, j.FirstLeaf, t.FirstLeaf), LastLeaf = IIF(j.LastLeaf > t.LastLeaf, j.LastLeaf, t.LastLeaf)
        FROM LedgerMinutes t JOIN OPENJSON(@rows) WITH ([Minute] int, FirstLeaf bigint, LastLeaf bigint) j ON t.[Minute] = j.[Minute];
        INSERT INTO LedgerMinutes ([Minute], FirstLeaf, LastLeaf) SELECT j.[Minute], j.FirstLeaf, j.LastLeaf
        FROM OPENJSON(@rows) WITH ([Minute] int, FirstLeaf bigint, LastLeaf bigint) j
        WHERE NOT EXISTS (SELECT 1 FROM LedgerMinutes t WHERE t.[Minute] = j.[Minute]);
        """, Json);

    public static (string Sql, string Parameters) Summaries { get; } = ("""
        DELETE t FROM RefusalSummaries t
        JOIN OPENJSON(@rows) WITH (AgentNumber int, [Minute] int) j ON t.AgentNumber = j.AgentNumber AND t.[Minute] = j.[Minute];
        INSERT INTO RefusalSummaries (AgentNumber, [Minute], [Count], Size, Codes, Demo)
        SELECT j.AgentNumber, j.[Minute], j.[Count], j.Size, j.Codes, j.Demo
        FROM OPENJSON(@rows) WITH (AgentNumber int, [Minute] int, [Count] bigint, Size bigint, Codes varchar(500), Demo nvarchar(40), IsClosed bit) j
        WHERE j.IsClosed = 0;
        """, Json);

    /// <summary>Every statement: what the tests check against the schema.</summary>
    public static IReadOnlyList<(string Sql, string Parameters)> All { get; } =
        [Head, FindIdempotency, DropExpiredKeys, Traffic, Hours, Peers, Flows, Money, Agents, Minutes, Summaries];
}
