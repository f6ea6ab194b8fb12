using System.Globalization;
using System.Text;
using A2AConsole.Cli;

namespace A2AConsole.Cli.Tests.Detect;

public sealed class DetectCommandTests
{
    [Fact]
    public async Task A_small_fleet_is_simulated_and_reported()
    {
        var run = await CliRun.Of("detect", "simulate", "--agents", "60", "--days", "9", "--seed", "3", "--json");
        Assert.Equal(ExitCode.Ok, run.Exit);
        Assert.Equal(60, run.Json.GetProperty("agents").GetInt32());
        Assert.Equal(6, run.Json.GetProperty("byFamily").GetArrayLength());
        Assert.True(run.Json.GetProperty("falseAlertsPerDay").GetDouble() < 5);
        Assert.Contains("by family", (await CliRun.Of("detect", "simulate", "--agents", "6", "--days", "8")).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await CliRun.Of("detect", "simulate", "--days", "2")).Exit);
    }

    [Fact]
    public async Task The_benchmarks_files_get_result_files_where_its_scorer_looks_for_them()
    {
        using var directory = new TempDirectory();
        var (data, labels) = (Directory.CreateDirectory(directory["data/realThings"]), Directory.CreateDirectory(directory["labels"]));
        var lines = new StringBuilder("timestamp,value\n");
        for (var i = 0; i < 500; i++)
            lines.Append(CultureInfo.InvariantCulture, $"{new DateTime(2014, 1, 1).AddMinutes(5 * i):yyyy-MM-dd HH:mm:ss},{(i == 400 ? 99 : 20 + i % 7)}\n");
        File.WriteAllText(Path.Combine(data.FullName, "one.csv"), lines.ToString());
        File.WriteAllText(Path.Combine(labels.FullName, "combined_windows.json"), """{"realThings/one.csv":[["2014-01-02 09:00:00.000000","2014-01-02 10:00:00.000000"]]}""");
        var run = await CliRun.Of("detect", "nab", "--data", directory["data"], "--out", directory["results"], "--json");
        Assert.Equal(ExitCode.Ok, run.Exit);
        Assert.Equal(500, run.Json.GetProperty("rows").GetInt64());
        var written = File.ReadAllLines(Path.Combine(directory["results"], "a2aconsole", "realThings", "a2aconsole_one.csv"));
        Assert.Equal("timestamp,value,anomaly_score,label", written[0]);
        var rows = written.Skip(1).Select(l => l.Split(',')).ToList();
        Assert.Equal(400, rows.IndexOf(rows.MaxBy(r => double.Parse(r[2], CultureInfo.InvariantCulture))!));
        Assert.Equal("1", rows[400][3]);
        Assert.Equal(13, rows.Count(r => r[3] == "1"));
    }

    [Fact]
    public async Task Labelled_edges_are_judged()
    {
        using var directory = new TempDirectory();
        var lines = new StringBuilder();
        for (var minute = 0; minute < 300; minute++)
        {
            for (var i = 0; i < 8; i++)
                lines.Append(CultureInfo.InvariantCulture, $"s{i},t{i},{minute},-\n");
            for (var i = 0; minute == 250 && i < 200; i++)
                lines.Append(CultureInfo.InvariantCulture, $"bot,t1,{minute},neptune\n");
        }
        var run = await CliRun.Of("detect", "edges", "--data", directory.Put("edges.csv", lines.ToString()), "--json");
        Assert.Equal(ExitCode.Ok, run.Exit);
        Assert.InRange(run.Json.GetProperty("aucPerEdge").GetDouble(), 0.95, 1);
        Assert.Equal("neptune", run.Json.GetProperty("classes")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_cannot_be_read_is_said()
    {
        using var directory = new TempDirectory();
        Assert.Equal(ExitCode.Unreadable, (await CliRun.Of("detect", "nab", "--data", directory["none"], "--out", directory["results"])).Exit);
        Assert.Equal(ExitCode.Unreadable, (await CliRun.Of("detect", "edges", "--data", directory["none"])).Exit);
        var run = await CliRun.Of("detect", "edges", "--data", directory.Put("edges.csv", "a,b,c,-\na,b\n"));
        Assert.Equal(ExitCode.Unreadable, run.Exit);
        Assert.Contains("line 2", run.Error, StringComparison.Ordinal);
    }
}
