using System.Globalization;
using System.Text.RegularExpressions;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Reading;
using A2AConsole.Data.Stores;
using A2AConsole.Data.Writing.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace A2AConsole.Data.Tests.Schema;

public sealed class MigrationTests
{
    private static SqliteConsoleDbContext Sqlite() => new SqliteConsoleDbContext(new DbContextOptionsBuilder<SqliteConsoleDbContext>().UseSqlite("Data Source=:memory:").Options);

    private static SqlServerConsoleDbContext SqlServer() => new SqlServerConsoleDbContext(new DbContextOptionsBuilder<SqlServerConsoleDbContext>().UseSqlServer("Server=none").Options);

    [Fact]
    public void The_SQLite_migrations_make_the_model()
    {
        using var context = Sqlite();
        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Fact]
    public void The_SQL_Server_migrations_make_the_model()
    {
        using var context = SqlServer();
        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Fact]
    public void The_passkey_table_is_there_without_a_host_saying_so()
    {
        using var context = SqlServer();
        Assert.Contains("AspNetUserPasskeys", context.Database.GenerateCreateScript());
    }

    [Fact]
    public void The_dated_script_is_what_the_migrations_generate()
        => Assert.Equal(Normal(Generated()), Normal(File.ReadAllText(ScriptPath)));

    [Fact]
    public void The_dated_script_parses()
    {
        foreach (var (sql, place) in new[] { (File.ReadAllText(ScriptPath), "script") }.Concat(Dynamic(File.ReadAllText(ScriptPath))))
        {
            new TSql160Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out var errors);
            Assert.True(errors.Count == 0, $"{place}: {string.Join("; ", errors.Select(e => $"{e.Line}: {e.Message}"))}");
        }
    }

    [Fact]
    public void The_schema_validates_with_every_statement_of_writer_and_reader_compiled_against_it()
    {
        using var context = SqlServer();
        SkipWithoutCultures();
        using var model = new TSqlModel(SqlServerVersion.Sql160, new TSqlModelOptions());
        foreach (var batch in Batches(context.Database.GenerateCreateScript()))
            model.AddObjects(batch);
        var number = 0;
        foreach (var (sql, parameters) in SqlServerLedgerStatements.All)
            model.AddObjects($"CREATE PROCEDURE Statement{number++} {parameters} AS BEGIN {sql} END");
        foreach (var query in Queries(context))
            model.AddObjects($"CREATE PROCEDURE Query{number++} AS BEGIN {query} END");
        foreach (var (parameters, sql) in Changes())
            model.AddObjects($"CREATE PROCEDURE Change{number++} {parameters} AS BEGIN {sql} END");
        var problems = model.Validate().Where(m => m.MessageType == Microsoft.SqlServer.Dac.DacMessageType.Error).Select(m => m.ToString()).ToList();
        Assert.Empty(problems);
    }

    [Fact]
    public void A_statement_over_a_column_that_is_not_there_would_be_found()
    {
        using var context = SqlServer();
        SkipWithoutCultures();
        using var model = new TSqlModel(SqlServerVersion.Sql160, new TSqlModelOptions());
        foreach (var batch in Batches(context.Database.GenerateCreateScript()))
            model.AddObjects(batch);
        model.AddObjects("CREATE PROCEDURE Wrong AS BEGIN UPDATE t SET t.Nowhere = 1 FROM TrafficMinutes t END");
        Assert.NotEmpty(model.Validate());
    }

    [Fact]
    public void What_the_validator_misses_is_not_in_the_schema()
    {
        using var context = SqlServer();
        var script = context.Database.GenerateCreateScript();
        Assert.DoesNotContain(Regex.Matches(script, @"n?var(?:char|binary)\((\d+)\)").Select(m => (m.Value, Length: int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))), c => c.Length > (c.Value[0] == 'n' ? 4000 : 8000));
        var model = context.GetService<IDesignTimeModel>().Model;
        // A passkey's data is one JSON column of its owner's table.
        var tables = model.GetEntityTypes().Where(e => !e.IsMappedToJson()).ToList();
        foreach (var entity in tables)
        {
            Assert.True(entity.GetProperties().Count(p => p.GetColumnType() is "rowversion" or "timestamp") <= 1, $"{entity.Name} has two row versions");
            foreach (var key in entity.GetIndexes().Select(i => i.Properties).Concat(entity.GetKeys().Select(k => k.Properties)))
            {
                Assert.DoesNotContain(key, p => p.GetColumnType().EndsWith("(max)", StringComparison.Ordinal));
                Assert.True(key.Sum(Bytes) <= 1700, $"{entity.Name}: a key of {key.Sum(Bytes)} bytes");
            }
            Assert.True(CascadePaths(entity), $"{entity.Name} is reached by two cascade paths");
        }
        foreach (var primary in tables.Select(e => e.FindPrimaryKey()!).Where(k => k.IsClustered() != false))
            Assert.True(primary.Properties.Sum(Bytes) <= 900, $"{primary.DeclaringEntityType.Name}: a clustered key of {primary.Properties.Sum(Bytes)} bytes");
    }

    // The validator knows collations by culture, so it needs ICU.
    private static void SkipWithoutCultures()
        => Assert.SkipWhen(AppContext.TryGetSwitch("System.Globalization.Invariant", out var invariant) && invariant, "the schema validator needs libicu, which is not installed");

    private static bool CascadePaths(IEntityType entity)
    {
        var reached = new List<string>();
        void Walk(IEntityType from)
        {
            foreach (var key in from.GetForeignKeys().Where(k => k.DeleteBehavior == DeleteBehavior.Cascade))
            {
                reached.Add(key.PrincipalEntityType.Name);
                Walk(key.PrincipalEntityType);
            }
        }
        Walk(entity);
        return reached.Distinct().Count() == reached.Count;
    }

    private static int Bytes(IProperty property)
    {
        var type = property.GetColumnType();
        var length = Regex.Match(type, @"\((\d+)\)");
        return !length.Success ? 8 : int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture) * (type.StartsWith('n') ? 2 : 1);
    }

    private static IEnumerable<string> Queries(ConsoleDbContext context)
    {
        yield return RelationalLedgerStore.ReplayRows(context, 1).ToQueryString();
        yield return LedgerBlocks.StartOf(context, 1).ToQueryString();
        yield return LedgerBlocks.Holding(context, 1).ToQueryString();
        yield return LedgerBlocks.Range(context, 1, 2).ToQueryString();
        var time = DateTimeOffset.UnixEpoch;
        yield return EventScan.Minutes(context, new Data.Ledger.EventFilter { From = time, To = time }).ToQueryString();
        yield return EventScan.Blocks(context, new Data.Ledger.EventFilter { From = time, To = time, Code = "stale" }, new ScanBounds(0, 1, 1)).ToQueryString();
        yield return EventScan.Blocks(context, new Data.Ledger.EventFilter { IncludeRecords = true }, new ScanBounds(0, 1, 1)).ToQueryString();
        yield return TrustChanges.BySerial(context, ["1", "2"]).ToQueryString();
        yield return InspectionQueries.Holding(context, [FindingKind.NoOwner]).ToQueryString();
        yield return InspectionQueries.Answered(context).ToQueryString();
        yield return InspectionQueries.Living(context, time).ToQueryString();
        yield return InspectionQueries.FormerHolders(context, time).ToQueryString();
        yield return InspectionQueries.Runtimes(context, 1).ToQueryString();
        foreach (var scope in Enum.GetValues<RevocationScope>())
        {
            var agents = context.AgentsWithin(scope, "x", time);
            yield return FlowQueries.Flows(context, agents, 1).ToQueryString();
            yield return FlowQueries.Money(context, agents, 1).ToQueryString();
        }
        yield return FlowQueries.MoneyOf(context, 1, [1, 2]).ToQueryString();
        yield return FlowQueries.LastSeen(context, [1, 2]).ToQueryString();
        var everything = new AlertFilter { Severity = AlertSeverity.High, Group = AlertGroup.Volume, Kind = AlertKind.VolumeBurst, Agent = "x", Assignee = "x", Incident = 1, From = time, To = time, Text = "x_y" };
        foreach (var sort in Enum.GetValues<AlertSort>())
            foreach (var backwards in (bool[])[false, true])
                yield return AlertQueries.Rows(AlertQueries.Ordered(AlertQueries.Beyond(AlertQueries.Filtered(context, everything), sort, backwards, 1, AlertSeverity.High, 0.5), sort, backwards)).ToQueryString();
        yield return IncidentQueries.Rows(IncidentQueries.Filtered(context, new IncidentFilter { Severity = AlertSeverity.High, Owner = "x", From = time, To = time, Text = "x_y" })).ToQueryString();
    }

    // Set-based changes, those in SQL of our own among them, as they would be sent to a server.
    private static List<(string Parameters, string Sql)> Changes()
    {
        var recorder = new StatementRecorder();
        using var context = new SqlServerConsoleDbContext(new DbContextOptionsBuilder<SqlServerConsoleDbContext>().UseSqlServer("Server=none").AddInterceptors(recorder).Options);
        var time = DateTimeOffset.UnixEpoch;
        var act = new Revocation { Id = 7, Scope = RevocationScope.Role, Target = "planner", Reason = RevocationReason.KeyCompromise, Actor = "user:admin", At = time, Note = "stolen" };
        Assert.Equal(1, RevocationChanges.Mark(context, act, [1, 2, 3], new LifeAct(8, "user:admin", time, "stolen")));
        RevocationChanges.Finish(context, 7, time);
        foreach (var scope in Enum.GetValues<RevocationScope>())
            RevocationChanges.Begin(context, new Revocation { Id = 100 + (int)scope, Scope = scope, Target = "planner", Reason = RevocationReason.KeyCompromise, Actor = "user:admin", At = time });
        RekeyChanges.Enlist(context, 1, time);
        RekeyChanges.Call(context, 1, [1, 2], "user:admin", time);
        RekeyChanges.Complete(context, 1, [1, 2], time);
        RekeyChanges.MarkStuck(context, 1, new Dictionary<int, string> { [1] = "silent" });
        RekeyChanges.CallAgain(context, 1);
        LifeChanges.ForgetWithdrawal(context, "1");
        return recorder.Statements;
    }

    [Fact]
    public void No_SQL_of_our_own_escapes_the_validator()
    {
        var stores = Path.Combine(Root(), "src");
        var files = Directory.EnumerateFiles(stores, "*.cs", SearchOption.AllDirectories)
            .Where(f => Regex.IsMatch(File.ReadAllText(f), @"\b(ExecuteSql(Raw|Interpolated)?|FromSql(Raw|Interpolated)?|SqlQuery(Raw)?)\b")).Select(Path.GetFileName);
        Assert.Equal(["RekeyChanges.cs", "RevocationChanges.cs"], files.Order(StringComparer.Ordinal));
        Assert.Equal(5, Changes().Count(c => c.Sql.Contains("INSERT INTO", StringComparison.Ordinal) || c.Sql.StartsWith("UPDATE Agents SET State", StringComparison.Ordinal) || c.Sql.StartsWith("UPDATE Certificates SET RevokedAt", StringComparison.Ordinal)));
    }

    private static string ScriptPath => Directory.GetFiles(Path.Combine(Root(), "db"), "*.sql").Order(StringComparer.Ordinal).Last();

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "A2AConsole.sln")))
            directory = Path.GetDirectoryName(directory)!;
        return directory;
    }

    private static string Generated()
    {
        using var context = SqlServer();
        return context.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);
    }

    private static string Normal(string sql) => sql.TrimStart('\uFEFF').ReplaceLineEndings("\n").Trim();

    private static IEnumerable<string> Batches(string script) => Regex.Split(script, @"^GO\s*$", RegexOptions.Multiline).Where(b => !string.IsNullOrWhiteSpace(b));

    /// <summary>The statements that the script runs as text, where its own parse does not reach.</summary>
    private static IEnumerable<(string, string)> Dynamic(string script)
        => Regex.Matches(script, @"EXEC\(N'((?:[^']|'')*)'\)").Select((m, i) => (m.Groups[1].Value.Replace("''", "'"), $"EXEC {i}"));
}
