using System.IO.Compression;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Queries;
using A2AConsole.Data;
using A2AConsole.Data.Ledger;
using A2AConsole.Detection;
using A2AConsole.Detection.Incidents;
using A2AConsole.Detection.Pipeline;
using A2AConsole.Testing;
using A2AConsole.Trust;
using A2AConsole.Web.Pages.Events;
using A2AConsole.Web.Pages.Incidents;
using A2AConsole.Web.Pages.Provenance;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Cli.Tests.Verify;

/// <summary>An incident's evidence pack of a whole site: checked offline with bundle and ledger key, and every file of it attacked.</summary>
public sealed class EvidencePackTests : IAsyncLifetime
{
    private readonly TempDirectory _files = new();
    private TestSite _site = null!;
    private byte[] _pack = [];
    private long _incident;

    public async ValueTask InitializeAsync()
    {
        _site = await TestSite.StartAsync(new() { Services = services => services.AddDetection(o => o.Enabled = false) });
        using var agent = await _site.EnrollAsync("p1");
        var sent = agent.Sign();
        Assert.Equal(200, (int)(await agent.PostAsync(sent)).Status);
        for (var i = 0; i < 3; i++)
            await agent.PostAsync(sent);
        _site.Clock.Advance(TimeSpan.FromSeconds(3));
        await _site.Get<DetectionService>().CatchUpAsync();
        var alert = await _site.QueryAsync(db => db.Alerts.SingleAsync(a => a.Kind == AlertKind.Replay));
        // The message that was used again belongs to it.
        await _site.QueryAsync(async db =>
        {
            var row = await db.Alerts.SingleAsync(a => a.Id == alert.Id);
            var first = (await _site.LeavesAsync()).Select((leaf, index) => (leaf, index)).First(l => l.leaf is { Kind: Core.Ledger.LeafKind.Event, Verdict: Core.Ledger.LeafVerdict.Admitted }).index;
            row.Leaves = $"{first},{row.Leaves}";
            row.Why = System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonSerializer.Deserialize<AlertExplanation>(row.Why, AlertRecords.Json)! with
            {
                Series = [new(_site.Time.GetUtcNow().AddMinutes(-5), 0, 0, 1), new(_site.Time.GetUtcNow(), 3, 0, 1)], Unit = "replays",
            }, AlertRecords.Json);
            return await db.SaveChangesAsync();
        });
        _incident = await _site.Get<IIncidentDesk>().CreateAsync("A release replayed", [alert.Id], "the same over and over", new TriageActor("analyst"));
        var contexts = _site.Get<IDbContextFactory<ConsoleDbContext>>();
        var packer = new EvidencePacker(new EvidencePackQueries(contexts), new BlastRadiusQueries(contexts), new EventDossierReader(_site.Ledger, _site.Reader, new EventQueries(contexts), _site.Domain),
            new ProvenanceReader(_site.Ledger, _site.Reader, new LineageQueries(contexts), new LineageThenQueries(contexts), _site.Domain), _site.Ledger, _site.Get<IRecordSigner>(), _site.Domain, _site.Time);
        // The lineage is read in the background, by the site's clock.
        await Eventually.TrueAsync(async () =>
        {
            _site.Clock.Advance(TimeSpan.FromSeconds(1));
            return await new LineageQueries(contexts).ReadUntilAsync() > 0 && await new LineageQueries(contexts).ReadUntilAsync() >= _site.Ledger.Head.Size;
        }, "the lineage is read");
        _pack = (await packer.PackAsync(_incident, new TriageActor("analyst")))!;
        Assert.Null(await packer.PackAsync(4711, new TriageActor("analyst")));
    }

    [Fact]
    public async Task It_passes_offline_with_only_bundle_and_ledger_key_and_its_making_is_a_leaf()
    {
        var run = await VerifyAsync(_pack);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains("(incident's evidence pack)", run.Output, StringComparison.Ordinal);
        Assert.Contains($"incident {_incident}, \"A release replayed\"", run.Output, StringComparison.Ordinal);
        var names = Names();
        foreach (var folder in new[] { "alerts/", "events/", "ledger/", "provenance/" })
            Assert.Contains(names, n => n.StartsWith(folder, StringComparison.Ordinal));
        Assert.Contains(names, n => n.StartsWith("alerts/", StringComparison.Ordinal) && n.EndsWith(".svg", StringComparison.Ordinal));
        Assert.Contains("incident.json", names);
        Assert.Contains("blast-radius.json", names);
        var radius = (await new BlastRadiusQueries(_site.Get<IDbContextFactory<ConsoleDbContext>>()).OfAsync(_incident))!;
        Assert.Equal(TestSite.Start.UtcDateTime.Date, radius.Since.UtcDateTime);
        Assert.Equal(1, Assert.Single(radius.Reached).Count);
        Assert.Empty(radius.Reachable);
        Assert.Equal(("incident-exported", "user:analyst"), ((await _site.LeavesAsync())[^1].Code, (await _site.LeavesAsync())[^1].Actor));
        Assert.Equal("incident-exported", (await _site.LeavesAsync())[^1].Code);
        Assert.Equal(TriageMove.Exported, (await _site.QueryAsync(db => db.IncidentSteps.OrderBy(s => s.Leaf).LastAsync())).Move);
    }

    [Fact]
    public async Task Each_file_that_is_changed_removed_or_added_is_found_out()
    {
        foreach (var name in Names())
        {
            var changed = await VerifyAsync(With(name, bytes => { bytes[bytes.Length / 2] ^= 1; return bytes; }));
            Assert.True(changed.Exit == 1, $"{name} was changed: {changed.Output}");
            var removed = await VerifyAsync(With(name, _ => null));
            Assert.True(removed.Exit == 1, $"{name} was removed: {removed.Output}");
        }
        var added = await VerifyAsync(With(null, _ => null));
        Assert.Equal(1, added.Exit);
        Assert.Contains("was added: the manifest does not name it", added.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_pack_and_another_domains_bundle_fail_in_words()
    {
        Assert.Equal(1, (await VerifyAsync(_pack[..^200])).Exit);
        Assert.Contains("it is no evidence pack", (await VerifyAsync(Zip([("readme", "hello"u8.ToArray())]))).Output, StringComparison.Ordinal);
        Assert.Contains("which no pack has", (await VerifyAsync(Zip([("../../etc/passwd", "hello"u8.ToArray())]))).Output, StringComparison.Ordinal);
        Assert.Contains("twice", (await VerifyAsync(Zip([("a", [1]), ("a", [2])]))).Output, StringComparison.Ordinal);
        await using var other = await TestSite.StartAsync(new() { WithoutEdge = true });
        var run = await CliRun.Of("verify", _files.Put("p.zip", _pack), "--bundle", _files.Put("other.pem", other.Domain.BundlePem), "--ledger-key", _site.Domain.LedgerSigner.VerifierKey);
        Assert.Equal(1, run.Exit);
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _files.Dispose();
    }

    private Task<CliRun> VerifyAsync(byte[] pack)
        => CliRun.Of("verify", _files.Put("incident.zip", pack), "--bundle", _files.Put("bundle.pem", _site.Domain.BundlePem), "--ledger-key", _site.Domain.LedgerSigner.VerifierKey);

    private List<string> Names()
    {
        using var archive = new ZipArchive(new MemoryStream(_pack), ZipArchiveMode.Read);
        return [.. archive.Entries.Select(e => e.FullName)];
    }

    // The pack with one file changed or left out; with one more when no name is given.
    private byte[] With(string? name, Func<byte[], byte[]?> change)
    {
        using var archive = new ZipArchive(new MemoryStream(_pack), ZipArchiveMode.Read);
        var files = new List<(string, byte[])>();
        foreach (var entry in archive.Entries)
        {
            using var bytes = new MemoryStream();
            using (var from = entry.Open())
                from.CopyTo(bytes);
            if (entry.FullName != name)
                files.Add((entry.FullName, bytes.ToArray()));
            else if (change(bytes.ToArray()) is { } changed)
                files.Add((entry.FullName, changed));
        }
        if (name is null)
            files.Add(("alerts/99.json", "{}"u8.ToArray()));
        return Zip(files);
    }

    private static byte[] Zip(IEnumerable<(string Name, byte[] Bytes)> files)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                using var to = archive.CreateEntry(name).Open();
                to.Write(bytes);
            }
        }
        return file.ToArray();
    }
}
