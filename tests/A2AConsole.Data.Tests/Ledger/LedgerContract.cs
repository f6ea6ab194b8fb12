using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Tests.Ledger;

/// <summary>What every provider's store must do, seen through the writer.</summary>
public abstract class LedgerContract
{
    protected abstract Task<LedgerSite> StartAsync(Action<DataOptions>? configure = null);

    [Fact]
    public async Task Admitted_events_are_leaves_in_order_and_come_back_byte_for_byte()
    {
        await using var site = await StartAsync();
        var items = Enumerable.Range(0, 5).Select(_ => site.Item()).ToArray();
        var result = await site.AdmitAsync(items);
        Assert.All(result.Items, item => Assert.Equal(ItemVerdict.Admitted, item.Verdict));
        Assert.Equal([2L, 3L, 4L, 5L, 6L], result.Items.Select(item => item.LeafIndex!.Value));
        Assert.Equal(7, result.Head.Size);
        for (var i = 0; i < items.Length; i++)
        {
            var stored = await site.Reader.EventAsync(2 + i);
            Assert.Equal(items[i].Bytes.ToArray(), stored!.Bytes.ToArray());
            var leaf = LeafReader.Parse(await site.Reader.LeafAsync(2 + i));
            Assert.Equal((LeafKind.Event, LeafVerdict.Admitted, items[i].Facts!.MessageId, LedgerSite.Alice), (leaf.Kind, leaf.Verdict, leaf.MessageId, leaf.Actor));
        }
        await site.VerifyAsync();
    }

    [Fact]
    public async Task A_refused_neighbour_fails_alone_and_lies_in_quarantine_with_its_bytes()
    {
        await using var site = await StartAsync();
        var bad = site.Item(refusal: RefusalCode.SignatureInvalid);
        var result = await site.AdmitAsync(site.Item(), bad, site.Item());
        Assert.Equal([ItemVerdict.Admitted, ItemVerdict.Refused, ItemVerdict.Admitted], result.Items.Select(i => i.Verdict));
        Assert.Equal([2L, 3L, 4L], result.Items.Select(i => i.LeafIndex!.Value));
        await using var db = site.Context();
        var kept = await db.QuarantineItems.SingleAsync();
        Assert.Equal((3L, "signature-invalid", bad.Facts!.MessageId), (kept.Id, kept.Code, kept.MessageId));
        Assert.Equal(bad.Bytes.ToArray(), kept.Bytes);
        Assert.Equal(bad.Bytes.ToArray(), (await site.Reader.EventAsync(3))!.Bytes.ToArray());
        await site.VerifyAsync();
    }

    [Fact]
    public async Task A_leaf_that_is_too_long_fails_its_caller_and_no_neighbour()
    {
        await using var site = await StartAsync();
        var leaf = new LedgerLeaf { Kind = LeafKind.Enrolment, Verdict = LeafVerdict.Refused, At = DateTimeOffset.UnixEpoch, Actor = "address:127.0.0.1", Detail = new string('A', 70_000) };
        var admitted = site.AdmitAsync(site.Item());
        await Assert.ThrowsAsync<ArgumentException>(() => site.Ledger.RecordAsync(leaf));
        await Assert.ThrowsAsync<ArgumentException>(() => site.Ledger.RecordKeyedAsync(leaf, (_, _) => { }));
        Assert.Equal(ItemVerdict.Admitted, (await admitted).Items[0].Verdict);
        Assert.Equal(3, (await site.Ledger.RecordAsync(leaf with { Detail = LedgerLeaf.Sentence(leaf.Detail!) })).LeafIndex);
        await site.VerifyAsync();
    }

    [Fact]
    public async Task A_used_nonce_or_message_id_is_refused_for_that_agent_only()
    {
        await using var site = await StartAsync();
        await site.AdmitAsync(site.Item("m-a", "nonce-a"));
        var result = await site.AdmitAsync(site.Item("m-a", "nonce-b"), site.Item("m-b", "nonce-a"), site.Item("m-c", "nonce-c"), site.Item("m-c", "nonce-d"));
        Assert.Equal([RefusalCode.Replayed, RefusalCode.Replayed, null, RefusalCode.Replayed], result.Items.Select(i => i.Refusal));
        var other = await site.AdmitAsync(2, site.Item("m-a", "nonce-a"));
        Assert.Equal(ItemVerdict.Admitted, other.Items[0].Verdict);
    }

    [Fact]
    public async Task Replays_are_known_after_a_restart_until_they_have_expired()
    {
        await using var site = await StartAsync();
        await site.AdmitAsync(site.Item("m-a"));
        await site.RestartAsync();
        Assert.Equal(RefusalCode.Replayed, (await site.AdmitAsync(site.Item("m-a"))).Items[0].Refusal);
        site.Time.Advance(TimeSpan.FromMinutes(9));
        await site.AdmitAsync(site.Item());
        Assert.Equal(ItemVerdict.Admitted, (await site.AdmitAsync(site.Item("m-a"))).Items[0].Verdict);
    }

    [Fact]
    public async Task A_retry_under_its_idempotency_key_gets_the_earlier_leaf_and_other_content_is_refused()
    {
        await using var site = await StartAsync();
        var first = await site.AdmitAsync(site.Item(key: "order-7"), site.Item(key: "order-7"), site.Item(key: "Order-7"));
        Assert.Equal([ItemVerdict.Admitted, ItemVerdict.Repeated, ItemVerdict.Admitted], first.Items.Select(i => i.Verdict));
        await site.RestartAsync();
        var again = await site.AdmitAsync(site.Item(key: "order-7"), site.Item(key: "order-7", content: "more money"));
        Assert.Equal((ItemVerdict.Repeated, first.Items[0].LeafIndex), (again.Items[0].Verdict, again.Items[0].LeafIndex));
        Assert.Equal(RefusalCode.IdempotencyConflict, again.Items[1].Refusal);
        Assert.Equal(ItemVerdict.Admitted, (await site.AdmitAsync(2, site.Item(key: "order-7"))).Items[0].Verdict);
        site.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(ItemVerdict.Admitted, (await site.AdmitAsync(site.Item(key: "order-7", content: "more money"))).Items[0].Verdict);
    }

    [Fact]
    public async Task Replay_and_idempotency_are_decided_before_the_schema()
    {
        await using var site = await StartAsync();
        await site.AdmitAsync(site.Item("m-a", key: "k-1"));
        var result = await site.AdmitAsync(site.Item("m-a", schema: RefusalCode.SchemaViolation), site.Item(key: "k-1", schema: RefusalCode.SchemaViolation), site.Item(schema: RefusalCode.SchemaViolation));
        Assert.Equal([RefusalCode.Replayed, null, RefusalCode.SchemaViolation], result.Items.Select(i => i.Refusal));
        Assert.Equal(ItemVerdict.Repeated, result.Items[1].Verdict);
    }

    [Fact]
    public async Task A_refused_event_does_not_use_its_nonce_up()
    {
        await using var site = await StartAsync();
        await site.AdmitAsync(site.Item("m-a", schema: RefusalCode.SchemaViolation));
        Assert.Equal(ItemVerdict.Admitted, (await site.AdmitAsync(site.Item("m-a"))).Items[0].Verdict);
    }

    [Fact]
    public async Task A_flood_of_refusals_is_kept_up_to_the_limit_and_then_counted_into_one_leaf()
    {
        await using var site = await StartAsync(options => options.QuarantinePerMinute = 3);
        var flood = Enumerable.Range(0, 10).Select(i => site.Item(refusal: i < 8 ? RefusalCode.Malformed : RefusalCode.Stale)).ToArray();
        var result = await site.AdmitAsync(flood);
        Assert.Equal(3, result.Items.Count(i => i.LeafIndex is not null));
        Assert.Equal(5, site.Ledger.Head.Size);
        await site.AdmitAsync(site.Item(refusal: RefusalCode.Stale));

        // The process dies within the minute: the count is on disk, the leaf comes with the next start's first chance.
        await site.RestartAsync();
        site.Time.Advance(TimeSpan.FromMinutes(1));
        var after = await site.AdmitAsync(site.Item());
        Assert.Equal(6, after.Items[0].LeafIndex);
        var summary = LeafReader.Parse(await site.Reader.LeafAsync(5));
        Assert.Equal((LeafKind.RefusalSummary, 8L, LedgerSite.Alice), (summary.Kind, summary.Count!.Value, summary.Actor));
        Assert.Contains("malformed 5, stale 3", summary.Detail);
        await using var db = site.Context();
        Assert.Equal(8, (await db.QuarantineItems.SingleAsync(q => q.Code == "summary")).Count);
        Assert.Empty(await db.RefusalSummaries.ToListAsync());
        Assert.Equal(8, await db.TrafficMinutes.Where(t => t.Code == "malformed").SumAsync(t => t.Count));
        await site.VerifyAsync();
    }

    [Fact]
    public async Task Counters_say_what_happened_by_minute_agent_and_counterparty()
    {
        await using var site = await StartAsync();
        await site.AdmitAsync(site.Item(), site.Item(), site.Item(audience: null), site.Item(refusal: RefusalCode.Stale));
        await site.AdmitAsync(site.Item());
        await using var db = site.Context();
        var alice = await db.Agents.SingleAsync(a => a.SpiffeId == LedgerSite.Alice);
        Assert.Equal((4L, 1L, site.Time.GetUtcNow()), (alice.Admitted, alice.Refused, alice.LastSeenAt!.Value));
        Assert.Equal([("admitted", 4L), ("stale", 1L)], (await db.TrafficMinutes.OrderBy(t => t.Code).ToListAsync()).Select(t => (t.Code, t.Count)));
        Assert.Equal(4, (await db.AgentHours.SingleAsync(h => h.AgentNumber == 1 && h.Code == "admitted")).Count);
        Assert.Equal([("", 1L), (LedgerSite.Bob, 3L)], (await db.Counterparties.OrderBy(c => c.Peer).ToListAsync()).Select(c => (c.Peer, c.Count)));
    }

    [Fact]
    public async Task Flows_are_counted_by_day_with_the_money_that_admitted_events_name()
    {
        await using var site = await StartAsync();
        static EventMoney Euro(decimal amount) => new((long)(amount * EventMoney.Unit), "EUR");
        var first = site.Item(money: Euro(10.5m), key: "k");
        await site.AdmitAsync(first, site.Item(money: Euro(-0.0001m)), site.Item(money: new(3, "USD")), site.Item(), site.Item(type: "route.quote", audience: null, money: Euro(1)));
        // Neither what was refused nor what was repeated is counted.
        await site.AdmitAsync(site.Item(refusal: RefusalCode.Stale, money: Euro(1000)), site.Item(schema: RefusalCode.SchemaViolation, money: Euro(1000)), first, site.Item(key: "k", money: Euro(10.5m)));
        await site.AdmitAsync(2, site.Item(audience: LedgerSite.Alice, money: new(EventMoney.Most, "EUR")), site.Item(audience: LedgerSite.Alice, money: new(EventMoney.Most, "EUR")));
        await site.AdmitAsync(2, site.Item(audience: LedgerSite.Alice, money: Euro(5)));
        var day = (int)(site.Time.GetUtcNow().ToUnixTimeSeconds() / 86_400);
        site.Time.Advance(TimeSpan.FromDays(1));
        await site.AdmitAsync(site.Item(money: Euro(2)));

        await using var db = site.Context();
        var flows = await db.FlowDays.AsNoTracking().OrderBy(f => f.AgentNumber).ThenBy(f => f.Day).ThenBy(f => f.Peer).ToListAsync();
        Assert.Equal([(1, day, "", "route.quote", 1L), (1, day, LedgerSite.Bob, "purchase.approved", 4L), (1, day + 1, LedgerSite.Bob, "purchase.approved", 1L), (2, day, LedgerSite.Alice, "purchase.approved", 3L)],
            flows.Select(f => (f.AgentNumber, f.Day, f.Peer, f.Type, f.Count)));
        Assert.All(flows, f => Assert.InRange(f.Bytes, f.Count * 20, f.Count * 60));
        var money = await db.FlowMoneyDays.AsNoTracking().OrderBy(f => f.AgentNumber).ThenBy(f => f.Day).ThenBy(f => f.Peer).ThenBy(f => f.Currency).ToListAsync();
        Assert.Equal([(1, day, "EUR", 10_000L), (1, day, "EUR", 104_999L), (1, day, "USD", 3L), (1, day + 1, "EUR", 20_000L), (2, day, "EUR", EventMoney.Most)],
            money.Select(f => (f.AgentNumber, f.Day, f.Currency, f.Amount)));
    }

    [Fact]
    public async Task A_record_and_its_change_are_one_transaction()
    {
        await using var site = await StartAsync();
        var receipt = await site.Ledger.RecordAsync(LedgerSite.Note("anchor"), (db, index) => db.TrustAnchors.Add(Anchor($"leaf {index}")));
        var failed = site.Ledger.RecordAsync(LedgerSite.Note("never"), (db, _) =>
        {
            db.TrustAnchors.Add(Anchor("never"));
            db.SaveChanges();
            throw new InvalidDataException("changed my mind");
        });
        var duplicate = site.Ledger.RecordAsync(LedgerSite.Note("duplicate"), (db, index) => db.TrustAnchors.Add(Anchor($"leaf {receipt.LeafIndex}")));
        var last = await site.Ledger.RecordAsync(LedgerSite.Note("after"));
        await Assert.ThrowsAsync<InvalidDataException>(() => failed);
        await Assert.ThrowsAsync<DbUpdateException>(() => duplicate);
        Assert.Equal((2L, 3L), (receipt.LeafIndex, last.LeafIndex));
        await using var db = site.Context();
        Assert.Equal("leaf 2", (await db.TrustAnchors.SingleAsync()).Fingerprint);
        await site.VerifyAsync();
    }

    [Fact]
    public async Task A_change_sees_what_earlier_changes_of_its_group_wrote()
    {
        await using var site = await StartAsync();
        var tasks = Enumerable.Range(0, 20).Select(_ => site.Ledger.RecordAsync(LedgerSite.Note("count"), (db, _) => db.Agents.First(a => a.Number == 1).Admitted++)).ToList();
        await Task.WhenAll(tasks);
        await using var db = site.Context();
        Assert.Equal(20, (await db.Agents.SingleAsync(a => a.Number == 1)).Admitted);
    }

    [Fact]
    public async Task Keyed_records_are_saved_together_see_each_others_rows_and_name_their_own_leaves()
    {
        await using var site = await StartAsync();
        var tasks = Enumerable.Range(0, 300).Select(i => site.Ledger.RecordKeyedAsync(LedgerSite.Note($"keyed {i}"), (db, index) =>
        {
            db.Agents.First(a => a.Number == 1).Admitted++;
            db.TrustAnchors.Add(Anchor($"leaf {index}"));
        })).ToList();
        var receipts = await Task.WhenAll(tasks);
        await using var db = site.Context();
        Assert.Equal(300, (await db.Agents.SingleAsync(a => a.Number == 1)).Admitted);
        var anchors = await db.TrustAnchors.Select(a => a.Fingerprint).ToListAsync();
        Assert.Equal(receipts.Select(r => $"leaf {r.LeafIndex}").Order(), anchors.Order());
        for (var i = 0; i < receipts.Length; i++)
            Assert.Equal($"keyed {i}", LeafReader.Parse(await site.Reader.LeafAsync(receipts[i].LeafIndex)).Detail);
        await site.VerifyAsync();
    }

    [Fact]
    public async Task Keyed_records_that_fail_leave_neither_leaf_nor_row_and_their_neighbours_unharmed()
    {
        await using var site = await StartAsync();
        var tasks = Enumerable.Range(0, 100).Select(i => site.Ledger.RecordKeyedAsync(LedgerSite.Note($"keyed {i}"), (db, index) =>
        {
            db.Agents.First(a => a.Number == 1).Admitted++;
            if (i % 17 == 3)
                throw new InvalidDataException("changed my mind");
            // Every eleventh collides with the one before it.
            db.TrustAnchors.Add(Anchor($"name {(i % 11 == 5 ? i - 1 : i)}"));
        })).ToList();
        var other = site.Ledger.RecordAsync(LedgerSite.Note("after"), (db, _) => db.Agents.First(a => a.Number == 2).Admitted++);
        await Task.WhenAll(tasks.Select(t => t.ContinueWith(_ => { }, TaskScheduler.Default)).Append(other));
        var failed = Enumerable.Range(0, 100).Where(i => tasks[i].IsFaulted).ToList();
        // One whose earlier namesake failed by itself has nobody to collide with.
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 17 == 3 || (i % 11 == 5 && (i - 1) % 17 != 3)), failed);
        await using var db = site.Context();
        Assert.Equal(100 - failed.Count, (await db.Agents.SingleAsync(a => a.Number == 1)).Admitted);
        Assert.Equal(100 - failed.Count, await db.TrustAnchors.CountAsync());
        Assert.Equal(2 + 100 - failed.Count + 1, site.Ledger.Head.Size);
        Assert.Equal("after", LeafReader.Parse(await site.Reader.LeafAsync((await other).LeafIndex)).Detail);
        await site.VerifyAsync();
    }

    [Fact]
    public async Task A_second_writer_makes_the_first_one_stop()
    {
        await using var site = await StartAsync();
        await using (var db = site.Context())
            await db.TreeHeads.ExecuteUpdateAsync(set => set.SetProperty(h => h.WriterEpoch, h => h.WriterEpoch + 1));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => site.AdmitAsync(site.Item()));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => site.Ledger.RecordAsync(LedgerSite.Note("late")));
        await site.RestartAsync();
        Assert.Equal(ItemVerdict.Admitted, (await site.AdmitAsync(site.Item())).Items[0].Verdict);
    }

    [Fact]
    public async Task Tiles_of_a_grown_tree_are_stored_and_prove()
    {
        await using var site = await StartAsync();
        var earlier = new List<LedgerHead> { site.Ledger.Head };
        for (var i = 0; i < 9; i++)
            earlier.Add((await site.AdmitAsync([.. Enumerable.Range(0, 70).Select(_ => site.Item())])).Head);
        await site.RestartAsync();
        await site.AdmitAsync(site.Item());
        await site.VerifyAsync(earlier);
        Assert.Equal(8192, (await site.Reader.TileAsync(0, 1, 256))!.Length);
        Assert.Null(await site.Reader.TileAsync(0, 2, 256));
    }

    private static TrustAnchor Anchor(string fingerprint) => new() { Fingerprint = fingerprint, Purpose = "root", KeyId = new string('a', 64), Der = [1, 2, 3] };
}

public sealed class SqliteLedgerTests : LedgerContract
{
    protected override Task<LedgerSite> StartAsync(Action<DataOptions>? configure = null) => LedgerSite.StartAsync(DataProvider.Sqlite, configure);
}

public sealed class SqlServerLedgerTests : LedgerContract
{
    protected override Task<LedgerSite> StartAsync(Action<DataOptions>? configure = null)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(LedgerSite.SqlServerVariable) is null or "", $"no SQL Server: name one in {LedgerSite.SqlServerVariable} (a connection string whose login may create databases)");
        return LedgerSite.StartAsync(DataProvider.SqlServer, configure);
    }
}
