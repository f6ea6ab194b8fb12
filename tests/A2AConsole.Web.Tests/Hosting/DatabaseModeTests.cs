using A2AConsole.Web.Hosting;

namespace A2AConsole.Web.Tests.Hosting;

public sealed class DatabaseModeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("a2a-mode-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_database_that_was_restored_for_all_to_read_is_closed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite, everybody = owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var (database, other) = (Path.Combine(_directory, "a2aconsole.db"), Path.Combine(_directory, "appsettings.json"));
        foreach (var file in new[] { database, database + "-wal", other })
        {
            File.WriteAllText(file, "");
            File.SetUnixFileMode(file, everybody);
        }
        new ConsoleSettings(_directory, Demo: false, "test").Prepare();
        Assert.Equal((owner, owner), (File.GetUnixFileMode(database), File.GetUnixFileMode(database + "-wal")));
        // What is not ours to decide stays as it is.
        Assert.Equal(everybody, File.GetUnixFileMode(other));
    }
}
