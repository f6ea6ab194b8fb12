using A2AConsole.Core.Admission;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Data.Tests.Reading;

public sealed class EventListTests
{
    [Fact]
    public async Task Pages_go_from_the_newest_down_without_gap_or_double()
    {
        await using var site = await LedgerSite.StartAsync();
        for (var i = 0; i < 6; i++)
            await site.AdmitAsync([.. Enumerable.Range(0, 7).Select(_ => site.Item())]);
        var seen = new List<long>();
        long? before = null;
        do
        {
            var page = await site.Reader.EventsAsync(new EventFilter(), before, 5);
            seen.AddRange(page.Rows.Select(row => row.Index));
            before = page.Next;
        }
        while (before is not null);
        Assert.Equal(Enumerable.Range(2, 42).Select(i => (long)i).Reverse(), seen);
    }

    [Fact]
    public async Task Each_filter_keeps_what_it_names()
    {
        await using var site = await LedgerSite.StartAsync();
        await site.AdmitAsync(1, site.Item("m-one", type: "invoice.payment.requested"), site.Item("m-two", audience: null), site.Item("m-three", refusal: RefusalCode.Stale));
        site.Time.Advance(TimeSpan.FromHours(2));
        await site.AdmitAsync(2, site.Item("m-four"));
        var late = site.Time.GetUtcNow();

        Assert.Equal([5L, 4, 3, 2], await ListAsync(site, new EventFilter()));
        Assert.Equal([5L, 4, 3, 2, 1, 0], await ListAsync(site, new EventFilter { IncludeRecords = true }));
        Assert.Equal([2L], await ListAsync(site, new EventFilter { Type = "invoice.payment.requested" }));
        Assert.Equal([4L, 3, 2], await ListAsync(site, new EventFilter { Agent = LedgerSite.Alice }));
        Assert.Equal([5L, 4, 2], await ListAsync(site, new EventFilter { Audience = LedgerSite.Bob }));
        Assert.Equal([4L], await ListAsync(site, new EventFilter { Verdict = LeafVerdict.Refused }));
        Assert.Equal([4L], await ListAsync(site, new EventFilter { Code = "stale" }));
        Assert.Empty(await ListAsync(site, new EventFilter { Code = "replayed" }));
        Assert.Equal([5L, 3, 2], await ListAsync(site, new EventFilter { Verdict = LeafVerdict.Admitted }));
        Assert.Equal([3L], await ListAsync(site, new EventFilter { Text = "two" }));
        Assert.Equal([5L], await ListAsync(site, new EventFilter { From = late }));
        Assert.Equal([4L, 3, 2], await ListAsync(site, new EventFilter { To = late }));
        Assert.Empty(await ListAsync(site, new EventFilter { From = late.AddHours(1) }));
        Assert.Empty(await ListAsync(site, new EventFilter { Agent = "spiffe://acme.example/env/test/role/buyer/agent/nobody" }));
    }

    [Fact]
    public async Task Newer_events_are_counted_up_to_a_bound()
    {
        await using var site = await LedgerSite.StartAsync();
        await site.AdmitAsync(site.Item(), site.Item(), site.Item(type: "shipment.release"));
        await site.AdmitAsync(site.Item(), site.Item());
        Assert.Equal(5, await site.Reader.CountNewerAsync(new EventFilter(), 0, 100));
        Assert.Equal(4, await site.Reader.CountNewerAsync(new EventFilter(), 3, 100));
        Assert.Equal(1, await site.Reader.CountNewerAsync(new EventFilter { Type = "shipment.release" }, 2, 100));
        Assert.Equal(2, await site.Reader.CountNewerAsync(new EventFilter(), 0, 2));
        Assert.Equal(0, await site.Reader.CountNewerAsync(new EventFilter(), 7, 100));
    }

    [Fact]
    public async Task An_event_is_found_by_message_id_and_by_digest_in_segments_and_in_the_tail()
    {
        await using var site = await LedgerSite.StartAsync(configure: options => options.QueueEvents = 100_000);
        var first = site.Item("m-first");
        await site.AdmitAsync(first);
        var rest = Enumerable.Range(0, 67).Select(_ => site.AdmitAsync([.. Enumerable.Range(0, 1000).Select(_ => site.Item())])).ToList();
        await Task.WhenAll(rest);
        var last = site.Item("m-last", refusal: RefusalCode.Stale);
        await site.AdmitAsync(last);
        await site.Lookups.BuildAsync(CancellationToken.None);
        await using var db = site.Context();
        Assert.Equal(64, db.LookupBuckets.Count());
        foreach (var (item, leaf) in new[] { (first, 2L), (last, site.Ledger.Head.Size - 1) })
        {
            Assert.Equal([leaf], await site.Reader.FindAsync(item.Facts!.MessageId));
            Assert.Equal([leaf], await site.Reader.FindAsync(Convert.ToHexStringLower(item.Digest.Span)));
        }
        Assert.Empty(await site.Reader.FindAsync("m-firs"));
        Assert.Empty(await site.Reader.FindAsync(new string('0', 64)));
    }

    [Fact]
    public async Task An_event_of_a_whole_batch_gets_its_path_back_also_when_a_neighbour_was_refused()
    {
        await using var site = await LedgerSite.StartAsync();
        foreach (var refused in new int?[] { null, 2 })
        {
            var items = Enumerable.Range(0, 5).Select(i => site.Item(refusal: i == refused ? RefusalCode.Stale : null)).ToArray();
            var batch = LeafHashes.Of([.. items.Select(item => item.Bytes)]);
            var plain = site.Request(1, items);
            var request = new AdmissionRequest
            {
                AgentNumber = 1, AgentId = plain.AgentId, CertificateSerial = "0a", ReceivedAt = plain.ReceivedAt, Items = items,
                BatchEnvelope = "{\"payloadType\":\"batch\"}"u8.ToArray(), BatchRoot = Convert.ToHexStringLower(batch.Root()),
            };
            Assert.True(site.Ledger.TryAdmit(request, out var task));
            var result = await task;
            for (var i = 0; i < items.Length; i++)
            {
                var stored = (await site.Reader.EventAsync(result.Items[i].LeafIndex!.Value))!;
                Assert.Equal(items[i].Bytes.ToArray(), stored.Bytes.ToArray());
                if (i == refused)
                    continue;
                Assert.Equal(i, stored.BatchIndex);
                Assert.True(MerkleProofs.VerifyInclusion(MerkleHash.Leaf(stored.Bytes.Span), i, 5, stored.BatchPath.Span, batch.Root()));
            }
        }
    }

    private static async Task<IEnumerable<long>> ListAsync(LedgerSite site, EventFilter filter)
        => (await site.Reader.EventsAsync(filter, null, 100)).Rows.Select(row => row.Index);
}
