using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace A2AConsole.Data.Sqlite;

/// <summary>Sets each connection up as the writer's is: durable commits, and no checkpoint in the middle of a small change.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    /// <summary>
    /// Pages of 8 KB: a request's blobs are tens of kilobytes, so larger pages mean fewer frames; 16 KB wastes more of the
    /// last page than it saves. Holds only for a new file and only before WAL is on.
    /// </summary>
    public const string NewFile = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;";

    public const string EachConnection =
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 20000; PRAGMA busy_timeout = 15000; PRAGMA foreign_keys = ON;";

    /// <summary>The one writer keeps the upper levels of its trees in memory (64 MB). The query makes it open the log now.</summary>
    private const string Writer = "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; SELECT count(*) FROM sqlite_schema;";

    public static SqlitePragmas Instance { get; } = new();

    public static void Apply(SqliteConnection connection) => Run(connection, EachConnection);

    public static void ApplyForWriter(SqliteConnection connection) => Run(connection, Writer);

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        => Apply((SqliteConnection)connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply((SqliteConnection)connection);
        return Task.CompletedTask;
    }

    private static void Run(SqliteConnection connection, string pragmas)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragmas;
        command.ExecuteNonQuery();
    }
}
