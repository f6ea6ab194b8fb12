using Microsoft.Data.Sqlite;

namespace A2AConsole.Data.Sqlite;

/// <summary>
/// Copies the write-ahead log into the database beside the writer. Left to itself SQLite does it within a commit, which then takes
/// hundreds of milliseconds; so little is left for the writer's own checkpoint that it is not noticed, and it only has to find
/// the log fully copied to begin it anew.
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    private const long BytesBetween = 16L << 20;

    private readonly string _path;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(false);
    private long _written;
    private volatile bool _stopping;

    public SqliteCheckpointer(string path)
    {
        _path = path;
        _thread = new Thread(Run) { Name = "ledger checkpoint", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Tells how much was committed; called by the writer.</summary>
    public void Note(long bytes)
    {
        _written += bytes;
        if (_written < BytesBetween)
            return;
        _written = 0;
        _wake.Set();
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.WaitOne();
            if (_stopping)
                return;
            try
            {
                using var connection = new SqliteConnection(SqliteFile.ConnectionString(_path, SqliteOpenMode.ReadWrite, pooling: false));
                connection.Open();
                SqlitePragmas.Apply(connection);
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
                command.ExecuteNonQuery();
            }
            catch (SqliteException)
            {
                // Whatever is wrong with the file the writer's next commit finds and reports.
            }
        }
    }
}
