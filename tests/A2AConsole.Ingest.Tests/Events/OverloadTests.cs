using System.Net;
using System.Threading.Channels;
using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Ledger;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Ingest.Tests.Events;

public class OverloadTests
{
    private static readonly LedgerLeaf Note = new()
    {
        Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = TestSite.Start, Actor = "user:test", Detail = "Holds the writer.",
    };

    [Fact]
    public async Task A_full_queue_says_429_and_the_same_bytes_are_admitted_later()
    {
        await using var site = await TestSite.StartAsync(new() { Data = o => o.QueueEvents = 4, Services = Watch });
        var queue = (WatchedQueue)site.Ledger;
        var agent = await site.EnrollAsync("forecaster");
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var holding = site.Ledger.RecordAsync(Note, (_, _) =>
        {
            held.Set();
            release.Wait(TimeSpan.FromSeconds(30));
        });
        held.Wait(TimeSpan.FromSeconds(30));

        var waiting = new List<Task<EdgeReply>>();
        EdgeReply? turnedAway = null;
        var envelope = agent.Sign();
        // Each takes a place until one finds none: how many there are is the store's business.
        while (turnedAway is null)
        {
            var sent = agent.PostAsync(envelope);
            if (!await queue.NextAsync())
            {
                turnedAway = await sent;
                break;
            }
            waiting.Add(sent);
            Assert.InRange(waiting.Count, 0, 20);
            envelope = agent.Sign();
        }
        Assert.Equal((HttpStatusCode.TooManyRequests, "urn:a2aconsole:overloaded"), (turnedAway.Status, turnedAway.Json.GetProperty("type").GetString()));
        Assert.Equal(TimeSpan.FromSeconds(1), turnedAway.RetryAfter);

        release.Set();
        await holding;
        Assert.All(await Task.WhenAll(waiting), r => Assert.Equal(HttpStatusCode.OK, r.Status));
        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsync(envelope)).Status);
    }

    [Fact]
    public async Task More_bytes_than_the_edge_holds_are_turned_away_before_they_are_read()
    {
        await using var site = await TestSite.StartAsync(new() { Ingest = o => o.MaxBytesInFlight = 1024 * 1024 });
        var agent = await site.EnrollAsync("forecaster");
        using var start = new SemaphoreSlim(0);
        using var slow = new HeldContent(900_000, start);
        var first = agent.PostAsync(slow, "application/json");
        await slow.Began;
        using var second = agent.Connect();
        var reply = await agent.PostAsync(new byte[400_000], over: second);
        Assert.Equal(HttpStatusCode.TooManyRequests, reply.Status);
        start.Release();
        Assert.Equal(["refused:too-large"], (await first).Verdicts);
        Assert.Equal(HttpStatusCode.OK, (await agent.SendAsync()).Status);
    }

    [Fact]
    public async Task A_body_of_unstated_length_takes_room_as_it_grows()
    {
        await using var site = await TestSite.StartAsync(new() { Ingest = o => o.MaxBytesInFlight = 1024 * 1024 });
        var agent = await site.EnrollAsync("forecaster");
        using var start = new SemaphoreSlim(0);
        using var slow = new HeldContent(900_000, start);
        var first = agent.PostAsync(slow, "application/json");
        await slow.Began;
        using var second = agent.Connect();
        using var unstated = new UnstatedContent(400_000);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await agent.PostAsync(unstated, "application/json", second)).Status);
        start.Release();
        Assert.Equal(["refused:too-large"], (await first).Verdicts);
        // What was taken is given back: there is room for it now, and for it again.
        for (var i = 0; i < 3; i++)
        {
            using var again = new UnstatedContent(400_000);
            Assert.Equal(["refused:too-large"], (await agent.PostAsync(again, "application/json", second)).Verdicts);
        }
    }

    [Fact]
    public async Task An_agent_over_its_rate_is_refused_and_others_are_not()
    {
        await using var site = await TestSite.StartAsync(new() { Ingest = o => (o.EventsPerSecond, o.EventBurst) = (10, 20) });
        var agent = await site.EnrollAsync("eager");
        var other = await site.EnrollAsync("calm");
        var reply = await agent.PostAsync(Envelopes.Array(Enumerable.Range(0, 25).Select(_ => agent.Sign())));
        Assert.Equal(20, reply.Verdicts.Count(v => v == "admitted"));
        Assert.Equal(5, reply.Verdicts.Count(v => v == "refused:" + Refusal.Of(RefusalCode.RateLimited).Text));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await agent.SendAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync()).Status);
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await agent.SendAsync()).Status);
    }

    [Fact]
    public async Task A_flood_of_refused_events_becomes_one_summary()
    {
        await using var site = await TestSite.StartAsync(new() { Data = o => o.QuarantinePerMinute = 10 });
        var agent = await site.EnrollAsync("broken");
        var before = site.Ledger.Head.Size;
        for (var i = 0; i < 5; i++)
        {
            var reply = await agent.PostAsync(Envelopes.Array(Enumerable.Range(0, 100).Select(_ => agent.Sign(agent.Event() with { Type = "weather.report" }))));
            Assert.All(reply.Verdicts, v => Assert.Equal("refused:unknown-type", v));
        }
        Assert.InRange(site.Ledger.Head.Size - before, 10, 12);

        site.Clock.Advance(TimeSpan.FromSeconds(70));
        await agent.SendAsync();
        var summary = await site.LeafAsync(l => l.Kind == LeafKind.RefusalSummary);
        Assert.Equal((490L, agent.SpiffeId), (summary.Count, summary.Actor));
        var rows = await site.QueryAsync(db => db.QuarantineItems.AsNoTracking().ToListAsync());
        Assert.Equal(490, rows.Single(r => r.Code == "summary").Count);
        Assert.Equal(10, rows.Count(r => r.Code == "unknown-type"));
    }

    [Fact]
    public async Task A_store_that_fails_says_503_and_takes_events_again_when_it_is_well()
    {
        await using var site = await TestSite.StartAsync();
        var agent = await site.EnrollAsync("forecaster");
        var envelope = agent.Sign();
        Assert.Equal(HttpStatusCode.OK, (await agent.SendAsync()).Status);
        // The commit fails in its middle: everything before this table is written by then.
        await BreakAsync("ALTER TABLE TrafficMinutes RENAME TO Gone");
        var refused = await agent.PostAsync(envelope);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "urn:a2aconsole:store-unavailable"), (refused.Status, refused.Json.GetProperty("type").GetString()));
        Assert.NotNull(refused.RetryAfter);
        await BreakAsync("ALTER TABLE Gone RENAME TO TrafficMinutes");
        EdgeReply? later = null;
        await Eventually.TrueAsync(async () => (later = await agent.PostAsync(envelope)).Status == HttpStatusCode.OK);
        Assert.Equal("admitted", later!.Json.GetProperty("verdict").GetString());

        async Task BreakAsync(string sql)
        {
            await using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(site.Directory, "a2aconsole.db")};Pooling=False");
            await other.OpenAsync();
            await using var command = other.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static void Watch(IServiceCollection services)
    {
        var inner = services.Last(d => d.ServiceType == typeof(ILedger));
        services.AddSingleton<ILedger>(s => new WatchedQueue((ILedger)inner.ImplementationFactory!(s)));
    }

    /// <summary>The site's ledger, telling of each request whether it got a place in the queue.</summary>
    private sealed class WatchedQueue(ILedger inner) : ILedger
    {
        private readonly Channel<bool> _asked = Channel.CreateUnbounded<bool>();

        public LedgerHead Head => inner.Head;

        public event Action<LedgerHead>? Committed
        {
            add => inner.Committed += value;
            remove => inner.Committed -= value;
        }

        public Task<bool> NextAsync() => _asked.Reader.ReadAsync().AsTask().WaitAsync(Eventually.Patience);

        public bool TryAdmit(AdmissionRequest request, out Task<AdmissionResult> result)
        {
            var taken = inner.TryAdmit(request, out result);
            _asked.Writer.TryWrite(taken);
            return taken;
        }

        public Task<LedgerReceipt> RecordAsync(LedgerLeaf leaf, Action<ConsoleDbContext, long>? change = null, CancellationToken cancellationToken = default)
            => inner.RecordAsync(leaf, change, cancellationToken);
    }

    /// <summary>A body that sends one byte, waits, then sends the rest.</summary>
    /// <summary>An array of one overlong item, sent in pieces without saying how many.</summary>
    private sealed class UnstatedContent(int length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("[\""u8.ToArray());
            var piece = new byte[10_000];
            Array.Fill(piece, (byte)'a');
            for (var sent = 0; sent < length; sent += piece.Length)
                await stream.WriteAsync(piece);
            await stream.WriteAsync("\"]"u8.ToArray());
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = 0;
            return false;
        }
    }

    private sealed class HeldContent(int length, SemaphoreSlim start) : HttpContent
    {
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Began => _began.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("["u8.ToArray());
            await stream.FlushAsync();
            _began.SetResult();
            await start.WaitAsync();
            await stream.WriteAsync(new byte[length - 1]);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
