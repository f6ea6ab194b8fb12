using System.Text.Json.Nodes;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Alerts.Ocsf;
using A2AConsole.Core.Notices;
using A2AConsole.Data;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Detection.Export;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Detection.Tests.Export;

/// <summary>The export to a directory and over real sockets.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private const string Key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly string _directory = Directory.CreateTempSubdirectory("a2aconsole-export-").FullName;
    private readonly List<(string Path, IHeaderDictionary Headers, byte[] Body)> _posted = [];
    private Func<byte[], int> _answer = _ => 200;
    private WebApplication _receiver = null!;
    private TriageSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            context.Response.StatusCode = _answer(body.ToArray());
            if (context.Response.StatusCode < 300)
                _posted.Add((context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary()), body.ToArray()));
        });
        await _receiver.StartAsync();
        _site = await TriageSite.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await _receiver.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private ExportOptions Options(Action<ExportOptions>? more = null)
    {
        var options = new ExportOptions { FromBeginning = true, DeadLetters = Path.Combine(_directory, "dead"), Directory = Path.Combine(_directory, "files") };
        options.Http.Url = options.Otlp.Url = _receiver.Urls.First();
        options.Http.Url += "/siem";
        more?.Invoke(options);
        return options;
    }

    // One a run, as after a start: what is kept is in the store only.
    private Exporter Exporter(ExportOptions options)
    {
        var contexts = _site.Site.Get<IDbContextFactory<ConsoleDbContext>>();
        return new(_site.Site.Ledger, _site.Site.Get<ILedgerReader>(), new AlertFeed(contexts), new ExportCursors(contexts), new OcsfEvents(() => "acme.example/ledger", "1.0.0", null), options, _site.Site.Time);
    }

    private IEnumerable<JsonObject> Sent() => _posted.SelectMany(p => JsonNode.Parse(p.Body)!.AsArray()).Select(n => n!.AsObject());

    private static string Uid(JsonObject json) => (string)json["metadata"]!["uid"]!;

    [Fact]
    public async Task Alerts_and_incidents_reach_a_file_once_and_in_the_ledgers_order()
    {
        var first = await _site.RaiseAsync();
        var second = await _site.RaiseAsync(severity: AlertSeverity.Critical, cause: "other");
        await _site.Alerts.CloseAsync([first], AlertVerdict.Benign, "A test of the partner's.", TriageSite.Ann);
        var incident = await _site.Incidents.CreateAsync("Two things", [second], null, TriageSite.Ben);
        var (options, exporter) = (Options(), Exporter(Options()));
        Assert.True(await exporter.CatchUpAsync(new FileSink(options.Directory!)));
        Assert.True(await Exporter(options).CatchUpAsync(new FileSink(options.Directory!)));

        var lines = (await File.ReadAllLinesAsync(Assert.Single(Directory.GetFiles(options.Directory!)))).Select(l => JsonNode.Parse(l)!.AsObject()).ToList();
        Assert.Equal(lines.Select(l => (long)l["metadata"]!["sequence"]!).Order(), lines.Select(l => (long)l["metadata"]!["sequence"]!));
        Assert.Equal(["Create", "Create", "Close"], lines.Where(l => (int)l["class_uid"]! == 2004).Take(3).Select(l => (string)l["activity_name"]!));
        Assert.Contains(lines, l => (int)l["class_uid"]! == 2005 && Uid(l) == $"acme.example/ledger/{incident}" && (string?)l["message"] == "Two things");
        Assert.DoesNotContain(lines, l => (int)l["class_uid"]! == 6003);
    }

    [Fact]
    public async Task What_a_receiver_could_not_take_it_gets_later_and_nothing_is_lost()
    {
        var ids = new List<long>();
        for (var i = 0; i < 7; i++)
            ids.Add(await _site.RaiseAsync(cause: $"cause {i}"));
        var options = Options(o => o.AtOnce = 3);
        using var client = new HttpClient();
        var asked = 0;
        _answer = _ => ++asked == 1 ? 200 : 503;
        Assert.False(await Exporter(options).CatchUpAsync(new HttpSink(options, client, _site.Site.Time)));
        var waiting = Assert.Single(await new ExportCursors(_site.Site.Get<IDbContextFactory<ConsoleDbContext>>()).ListAsync());
        Assert.NotNull(waiting.FailingSince);
        Assert.Contains("503", waiting.Outcome, StringComparison.Ordinal);

        _answer = _ => 200;
        ids.Add(await _site.RaiseAsync(cause: "meanwhile"));
        Assert.True(await Exporter(options).CatchUpAsync(new HttpSink(options, client, _site.Site.Time)));
        Assert.Equal(ids.Select(i => $"acme.example/ledger/{i}"), Sent().Where(e => (int)e["activity_id"]! == 1).Select(Uid).Distinct());
        Assert.Null((await new ExportCursors(_site.Site.Get<IDbContextFactory<ConsoleDbContext>>()).ListAsync())[0].FailingSince);
    }

    [Fact]
    public async Task What_a_receiver_never_takes_holds_nobody_up_and_lies_with_the_dead_letters()
    {
        for (var i = 0; i < 5; i++)
            await _site.RaiseAsync(severity: i == 2 ? AlertSeverity.Critical : AlertSeverity.Low, cause: $"cause {i}");
        var options = Options();
        using var client = new HttpClient();
        _answer = body => body.AsSpan().IndexOf("\"severity\":\"Critical\""u8) >= 0 ? 422 : 200;
        Assert.True(await Exporter(options).CatchUpAsync(new HttpSink(options, client, _site.Site.Time)));
        Assert.Equal(4, Sent().Count(e => (int)e["class_uid"]! == 2004));
        var dead = JsonNode.Parse(Assert.Single(await File.ReadAllLinesAsync(Path.Combine(options.DeadLetters, "http.jsonl"))))!;
        Assert.Equal("Critical", (string?)dead["event"]!["severity"]);
        Assert.Contains("422", (string?)dead["why"], StringComparison.Ordinal);
        Assert.Equal(1, (await new ExportCursors(_site.Site.Get<IDbContextFactory<ConsoleDbContext>>()).ListAsync())[0].Dead);
    }

    [Fact]
    public async Task Requests_are_signed_and_bring_the_receivers_own_key()
    {
        await _site.RaiseAsync();
        var options = Options(o =>
        {
            o.Http.SecretFile = Path.Combine(_directory, "secret");
            o.Http.AuthorizationFile = Path.Combine(_directory, "authorization");
        });
        await File.WriteAllTextAsync(options.Http.SecretFile!, Key + "\n");
        await File.WriteAllTextAsync(options.Http.AuthorizationFile!, "Splunk 11111111-2222\n");
        using var client = new HttpClient();
        Assert.True(await Exporter(options).CatchUpAsync(new HttpSink(options, client, _site.Site.Time)));
        var (_, headers, body) = Assert.Single(_posted);
        Assert.Equal("Splunk 11111111-2222", headers.Authorization);
        Assert.Null(WebhookSignature.Check(WebhookSignature.ReadKey(Key)!, headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, body, _site.Site.Time.GetUtcNow()));
    }

    [Fact]
    public async Task A_collector_gets_log_records_with_the_event_as_their_body()
    {
        var id = await _site.RaiseAsync(severity: AlertSeverity.High);
        var options = Options();
        using var client = new HttpClient();
        Assert.True(await Exporter(options).CatchUpAsync(new OtlpSink(options, client)));
        var (path, _, body) = Assert.Single(_posted);
        Assert.Equal("/v1/logs", path);
        var record = JsonNode.Parse(body)!["resourceLogs"]![0]!["scopeLogs"]![0]!["logRecords"]![0]!;
        Assert.Equal((17, "High"), ((int)record["severityNumber"]!, (string?)record["severityText"]));
        Assert.Equal($"acme.example/ledger/{id}", Uid(JsonNode.Parse((string)record["body"]!["stringValue"]!)!.AsObject()));
    }

    [Fact]
    public async Task A_new_destination_begins_with_what_comes()
    {
        await _site.RaiseAsync();
        var options = Options(o => o.FromBeginning = false);
        var sink = new FileSink(options.Directory!);
        Assert.True(await Exporter(options).CatchUpAsync(sink));
        Assert.False(Directory.Exists(options.Directory));
        var next = await _site.RaiseAsync(cause: "next");
        Assert.True(await Exporter(options).CatchUpAsync(sink));
        Assert.Contains($"acme.example/ledger/{next}\"", Assert.Single(await File.ReadAllLinesAsync(Assert.Single(Directory.GetFiles(options.Directory!)))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://siem.example/in")]
    [InlineData("ftp://siem.example")]
    [InlineData("nonsense")]
    public void A_destination_that_others_could_read_is_refused(string url)
    {
        var options = new ExportOptions();
        options.Http.Url = url;
        Assert.Contains("right is an https address", options.Fault(), StringComparison.Ordinal);
    }
}
