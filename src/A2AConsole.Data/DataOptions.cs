namespace A2AConsole.Data;

/// <summary>Which database keeps everything.</summary>
public enum DataProvider
{
    /// <summary>Embedded, one file: the default.</summary>
    Sqlite,
    SqlServer,
}

/// <summary>Where things are kept, how much may wait, and for how long it stays. Configuration section <c>A2AConsole:Data</c>.</summary>
public sealed class DataOptions
{
    public DataProvider Provider { get; set; }

    /// <summary>The SQLite file; its directory is made when it is missing.</summary>
    public string SqlitePath { get; set; } = "a2aconsole.db";

    /// <summary>SQL Server's connection string.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Events that may wait for the writer; past it <see cref="Ledger.ILedger.TryAdmit"/> says no.</summary>
    public int QueueEvents { get; set; } = 10_000;

    /// <summary>Bytes that may wait for the writer.</summary>
    public long QueueBytes { get; set; } = 64L << 20;

    /// <summary>Events committed together at most: bounds how long the first of a group waits for the last.</summary>
    public int GroupEvents { get; set; } = 4_000;

    /// <summary>Refusals an agent (or address) and minute that are kept one by one; more are counted into one summary.</summary>
    public int QuarantinePerMinute { get; set; } = 60;

    /// <summary>How long an idempotency key gives the earlier receipt.</summary>
    public TimeSpan IdempotencyLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long payloads stay; their leaves stay for ever.</summary>
    public TimeSpan PayloadLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long the bytes of refused events stay.</summary>
    public TimeSpan QuarantineLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long per-minute and per-hour counters stay.</summary>
    public TimeSpan CounterLifetime { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How long it is kept who said how much to whom on which day, and the money named in it.</summary>
    public TimeSpan FlowLifetime { get; set; } = TimeSpan.FromDays(92);

    /// <summary>How often retention looks for what has expired.</summary>
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(10);
}
