using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Lineage;
using A2AConsole.Data.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Data.Tests.Lineage;

/// <summary>Real signed messages through the real writer: what the lineage makes of them, in whatever order they come.</summary>
public sealed class LineageBuilderTests : IAsyncLifetime
{
    private readonly SigningKey _key = SigningKey.Generate();
    private LedgerSite _site = null!;
    private int _next;

    public async ValueTask InitializeAsync() => _site = await LedgerSite.StartAsync(configure: options => options.PayloadLifetime = TimeSpan.FromMinutes(10));

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _key.Dispose();
    }

    private LineageQueries Queries => new(_site.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>());

    private LineageBuilder Builder => _site.Services.GetRequiredService<LineageBuilder>();

    private AdmissionItem Item(string type, string data, RefusalCode? refusal = null)
    {
        var payload = AgentEventWriter.Write(new AgentEvent
        {
            Id = $"m-{++_next}", Source = LedgerSite.Alice, Type = type, Time = _site.Time.GetUtcNow(), Expires = _site.Time.GetUtcNow().AddMinutes(5), Nonce = $"AAAAAAAAAAAAAAAA{_next:d6}",
            Audience = LedgerSite.Bob, Data = Encoding.UTF8.GetBytes(data),
        });
        Assert.True(AgentEventReader.TryRead(payload, out var read, out var fault), fault?.Detail);
        var envelope = DsseEnvelopeWriter.SignEvent(payload, _key);
        return new AdmissionItem { Bytes = envelope, Size = envelope.Length, Digest = read.Claims.Digest, Facts = read.Claims, Refusal = refusal };
    }

    private async Task<long> AdmitAsync(string type, string data) => (await _site.AdmitAsync(Item(type, data))).Items[0].LeafIndex!.Value;

    private static string Sha(string data) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)));

    private static string Signal(int n) => $$"""{"signalId":"s{{n}}","n":{{n}}}""";

    private static string Citing(string id, params string[] digests)
        => $$"""{"forecastId":"{{id}}","evidence":[{{string.Join(',', digests.Select((d, i) => $$"""{"ref":"e{{i}}","digest":"{{d}}"}"""))}}]}""";

    private async Task<List<(long From, long? To, LineageKind Kind)>> LinksAsync()
    {
        await Builder.CatchUpAsync(TestContext.Current.CancellationToken);
        await using var db = _site.Context();
        return [.. (await db.LineageLinks.OrderBy(l => l.From).ThenBy(l => l.Place).ToListAsync(TestContext.Current.CancellationToken)).Select(l => (l.From, l.To, l.Kind))];
    }

    [Fact]
    public async Task Messages_are_linked_by_the_digest_of_their_data_or_of_themselves()
    {
        var signal = await AdmitAsync("demand.signal", Signal(1));
        var other = await AdmitAsync("demand.signal", Signal(2));
        Assert.Contains("\"digest\":\"", Encoding.UTF8.GetString((await _site.Reader.LeafAsync(other))!), StringComparison.Ordinal);
        var digest = A2AConsole.Core.Ledger.LeafReader.Parse(await _site.Reader.LeafAsync(other)).Digest;
        var forecast = await AdmitAsync("forecast.published", Citing("f1", Sha(Signal(1)), "sha256:" + digest, "sha256:" + new string('a', 64)));
        Assert.Equal([(forecast, signal, LineageKind.Digest), (forecast, other, LineageKind.Digest), (forecast, null, LineageKind.Digest)], await LinksAsync());

        var found = Assert.Single(await Queries.FindAsync("m-3", 10));
        Assert.Equal((forecast, "forecast.published", LedgerSite.Alice, "forecast:f1"), (found.Leaf, found.Type, found.Agent, found.Document));
        Assert.Equal(other, Assert.Single(await Queries.FindAsync(digest!, 10)).Leaf);
        Assert.Equal(forecast, Assert.Single(await Queries.FindAsync("forecast:f1", 10)).Leaf);
        Assert.Equal(forecast, Assert.Single(await Queries.CitingAsync(new string('a', 64), 10)).Leaf);
        Assert.Equal(_site.Ledger.Head.Size, await Queries.ReadUntilAsync());
    }

    [Fact]
    public async Task A_digest_that_is_cited_before_its_message_comes_is_resolved_when_it_comes()
    {
        var forecast = await AdmitAsync("forecast.published", Citing("f1", Sha(Signal(1))));
        Assert.Equal([(forecast, null, LineageKind.Digest)], await LinksAsync());
        var signal = await AdmitAsync("demand.signal", Signal(1));
        Assert.Equal([(forecast, signal, LineageKind.Digest)], await LinksAsync());
    }

    [Fact]
    public async Task An_id_counts_only_for_what_came_before_and_only_when_it_is_one_documents()
    {
        const string release = """{"releaseId":"r1","approvalId":"a1"}""";
        var tooEarly = await AdmitAsync("shipment.release", release);
        var approval = await AdmitAsync("purchase.approved", """{"approvalId":"a1","proposalId":"p1"}""");
        var after = await AdmitAsync("shipment.release", release);
        await AdmitAsync("purchase.approved", """{"approvalId":"a1","proposalId":"p1"}""");
        var again = await AdmitAsync("shipment.release", release);
        await AdmitAsync("purchase.approved", """{"approvalId":"a1","proposalId":"p2"}""");
        var ambiguous = await AdmitAsync("shipment.release", release);
        var links = (await LinksAsync()).Where(l => l.From == tooEarly || l.From == after || l.From == again || l.From == ambiguous).Select(l => l.To);
        Assert.Equal([null, approval, approval, null], links);
    }

    [Fact]
    public async Task One_that_is_named_both_ways_is_linked_once_and_surely_also_when_it_comes_late()
    {
        const string proposal = """{"proposalId":"p1","basis":{"forecastId":"f0"}}""";
        string Approval(string id, string digest) => $$"""{"approvalId":"{{id}}","proposalId":"p1","proposalDigest":"{{digest}}"}""";
        var first = await AdmitAsync("replenishment.proposed", proposal);
        var approval = await AdmitAsync("purchase.approved", Approval("a1", Sha(proposal)));
        Assert.Equal([(approval, first, LineageKind.Digest)], (await LinksAsync()).Where(l => l.From == approval));
    }

    [Fact]
    public async Task What_was_refused_or_is_no_event_has_no_lineage()
    {
        await _site.AdmitAsync(Item("demand.signal", Signal(1), RefusalCode.SignatureInvalid));
        await _site.Ledger.RecordAsync(LedgerSite.Note("a note"));
        var forecast = await AdmitAsync("forecast.published", Citing("f1", Sha(Signal(1))));
        Assert.Equal([(forecast, null, LineageKind.Digest)], await LinksAsync());
        Assert.Empty(await Queries.FindAsync("signal:s1", 10));
    }

    [Fact]
    public async Task It_goes_on_after_a_restart_where_it_was_and_in_small_steps()
    {
        for (var i = 0; i < 250; i += 50)
            await _site.AdmitAsync([.. Enumerable.Range(i, 50).Select(n => Item("demand.signal", Signal(n)))]);
        Assert.Equal(_site.Ledger.Head.Size, await Builder.CatchUpAsync(TestContext.Current.CancellationToken));
        await _site.RestartAsync();
        Assert.Equal(0, await Builder.CatchUpAsync(TestContext.Current.CancellationToken));
        var forecast = await AdmitAsync("forecast.published", Citing("f1", Sha(Signal(7)), Sha(Signal(249))));
        Assert.Equal(1, await Builder.CatchUpAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, (await LinksAsync()).Count(l => l.From == forecast && l.To is not null));
    }

    [Fact]
    public async Task A_walk_reads_thousands_in_bounded_pages()
    {
        var signal = await AdmitAsync("demand.signal", Signal(1));
        const int Dependants = 1200;
        for (var i = 0; i < Dependants; i += 100)
            await _site.AdmitAsync([.. Enumerable.Range(i, 100).Select(n => Item("forecast.published", Citing($"f{n}", Sha(Signal(1)))))]);
        await Builder.CatchUpAsync(TestContext.Current.CancellationToken);
        var page = (await Queries.PagesAsync([new(signal, 8)], LineageDirection.Forward))[signal];
        Assert.Equal((8, Dependants), (page.Edges.Count, page.Total));
        Assert.Equal((0, Dependants), ((await Queries.PagesAsync([new(signal, 0)], LineageDirection.Forward))[signal] is var counted ? (counted.Edges.Count, counted.Total) : default));
        var reach = new LineageReach(signal);
        while (reach.Wanted.Count > 0)
            reach.Take(await Queries.DependantsAsync(reach.Wanted, reach.Room + 1));
        Assert.Equal(Dependants, reach.Found.Count);
        Assert.Equal(Dependants, (await Queries.NodesAsync(reach.Found)).Count);
    }

    [Fact]
    public async Task Money_stays_when_the_payload_is_gone()
    {
        var leaf = await AdmitAsync("purchase.approved", """{"approvalId":"a1","limit":{"amount":"18450.00","currency":"EUR"}}""");
        await Builder.CatchUpAsync(TestContext.Current.CancellationToken);
        _site.Time.Advance(_site.Options.PayloadLifetime + TimeSpan.FromMinutes(1));
        await _site.Retention.RunOnceAsync(TestContext.Current.CancellationToken);
        Assert.Null(await _site.Reader.EventAsync(leaf));
        Assert.Equal(new EventMoney(184_500_000, "EUR"), (await Queries.NodesAsync([leaf]))[leaf].Money);
    }
}
