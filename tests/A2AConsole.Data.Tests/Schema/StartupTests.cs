using A2AConsole.Data.Sqlite;
using A2AConsole.Data.Startup;
using Microsoft.Extensions.Logging.Abstractions;

namespace A2AConsole.Data.Tests.Schema;

public sealed class StartupTests
{
    [Fact]
    public async Task A_second_process_is_told_that_the_database_is_in_use()
    {
        await using var site = await LedgerSite.StartAsync();
        var refused = Assert.Throws<DataStartupException>(() => SqliteFile.Claim(Path.Combine(site.Directory, "test.db")));
        Assert.Contains("in use by another A2AConsole process", refused.Message);
    }

    [Fact]
    public async Task The_database_file_is_its_owner_s_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        await using var site = await LedgerSite.StartAsync();
        foreach (var file in Directory.GetFiles(site.Directory))
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_one_clear_sentence()
    {
        var file = Path.GetTempFileName();
        try
        {
            var options = new DataOptions { SqlitePath = Path.Combine(file, "below", "a.db") };
            using var startup = new DatabaseStartup(options, new ConsoleDbContextFactory(options, NullLoggerFactory.Instance));
            var refused = await Assert.ThrowsAsync<DataStartupException>(() => startup.StartingAsync(CancellationToken.None));
            Assert.Contains("--data", refused.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_one_clear_sentence()
    {
        var directory = Directory.CreateTempSubdirectory("a2a-data-");
        try
        {
            var options = new DataOptions { SqlitePath = Path.Combine(directory.FullName, "a.db") };
            await File.WriteAllTextAsync(options.SqlitePath, new string('x', 10_000));
            using var startup = new DatabaseStartup(options, new ConsoleDbContextFactory(options, NullLoggerFactory.Instance));
            var refused = await Assert.ThrowsAsync<DataStartupException>(() => startup.StartingAsync(CancellationToken.None));
            Assert.Contains("cannot be opened", refused.Message);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
