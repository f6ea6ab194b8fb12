using A2AConsole.Detection.Nab;

namespace A2AConsole.Detection.Tests.Nab;

public sealed class NabTests
{
    [Fact]
    public void Files_are_read_and_results_written_in_the_benchmarks_format()
    {
        var rows = NabFile.Read(new StringReader("timestamp,value\n2014-07-01 00:00:00,10844\n2014-07-01 00:30:00,8127.50\n")).ToList();
        Assert.Equal(8127.5, rows[1].Value);
        Assert.Equal(TimeSpan.FromMinutes(30), rows[1].Time - rows[0].Time);
        var windows = NabWindows.Parse("""{"a/b.csv":[["2014-07-01 00:15:00.000000","2014-07-01 00:45:00.000000"]]}""");
        var writer = new StringWriter();
        NabFile.Write(writer, rows, [0.25, 0.5], windows.Of("a/b.csv"));
        Assert.Equal("timestamp,value,anomaly_score,label\n2014-07-01 00:00:00,10844,0.25,0\n2014-07-01 00:30:00,8127.50,0.5,1\n", writer.ToString());
        Assert.Empty(windows.Of("other"));
    }

    [Theory]
    [InlineData("2014-07-01 00:00:00")]
    [InlineData("yesterday,4")]
    [InlineData("2014-07-01 00:00:00,many")]
    public void A_line_of_another_format_is_named(string line)
        => Assert.Contains("line 2", Assert.Throws<FormatException>(() => NabFile.Read(new StringReader("timestamp,value\n" + line)).ToList()).Message, StringComparison.Ordinal);

    [Fact]
    public void Windows_that_are_none_are_refused() => Assert.Throws<FormatException>(() => NabWindows.Parse("""{"a":[["x"]]}"""));

    [Fact]
    public void Scores_keep_the_order_of_surprise_below_one()
        => Assert.True(NabFile.Score(0) == 0 && NabFile.Score(3) < NabFile.Score(4) && NabFile.Score(300) < 1);

    [Fact]
    public void A_spike_gets_the_highest_score_of_its_file()
    {
        var start = new DateTimeOffset(2014, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var rows = Enumerable.Range(0, 1500).Select(i => new NabRow("", start.AddMinutes(5 * i), i == 1200 ? 90 : 20 + Math.Sin(i / 9.0) + i % 7, "")).ToList();
        var scores = NabRun.Scores(rows);
        Assert.Equal(1200, scores.ToList().IndexOf(scores.Max()));
    }
}
