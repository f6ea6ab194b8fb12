using Microsoft.Data.Sqlite;

namespace A2AConsole.Data.Sqlite;

/// <summary>The database file: made private to its owner, and held by one process at a time.</summary>
internal sealed class SqliteFile : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private SqliteFile(FileStream held) => _lock = held;

    public static string ConnectionString(string path, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate, bool pooling = true)
        => new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = pooling, DefaultTimeout = 15 }.ToString();

    /// <summary>
    /// Makes the directory and the file when they are missing and takes the lock beside it, so that a second process stops here
    /// with a sentence and not later with a damaged tree. The system drops the lock when the process dies, however it dies.
    /// </summary>
    public static SqliteFile Claim(string path)
    {
        path = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(path)!;
        var lockPath = path + ".lock";
        FileStream held;
        try
        {
            if (!Directory.Exists(directory))
                MakeDirectory(directory);
            held = Open(lockPath, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DataStartupException($"The data directory {directory} cannot be written: give this user the right to, or choose another with --data.", e);
        }
        catch (IOException e) when (File.Exists(lockPath))
        {
            throw new DataStartupException($"{path} is in use by another A2AConsole process: stop that one, or choose another directory with --data.", e);
        }
        catch (IOException e)
        {
            throw new DataStartupException($"The data directory {directory} cannot be used ({e.Message}): choose another with --data.", e);
        }
        try
        {
            // Made here and not by SQLite, which would take the process's umask; its WAL takes the file's mode.
            using (Open(path, FileShare.ReadWrite | FileShare.Delete))
            {
            }
            return new SqliteFile(held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw new DataStartupException($"The database {path} cannot be opened for writing ({e.Message}): check its owner and rights.", e);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void MakeDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, Private | UnixFileMode.UserExecute);
    }

    private static FileStream Open(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private;
        return new FileStream(path, options);
    }
}
