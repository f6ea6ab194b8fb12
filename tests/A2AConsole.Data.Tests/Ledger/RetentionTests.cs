using A2AConsole.Core.Admission;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Tests.Ledger;

public sealed class RetentionTests
{
    [Fact]
    public async Task Payloads_and_keys_go_when_their_time_is_over_and_leaves_and_proofs_stay()
    {
        await using var site = await LedgerSite.StartAsync(configure: options =>
        {
            options.PayloadLifetime = TimeSpan.FromDays(2);
            options.QuarantineLifetime = TimeSpan.FromDays(1);
            options.CounterLifetime = TimeSpan.FromDays(3);
            options.RetentionInterval = TimeSpan.FromDays(1000);
        });
        for (var i = 0; i < 120; i++)
            await site.AdmitAsync(site.Item(key: $"k-{i}"), site.Item(refusal: i < 5 ? RefusalCode.Stale : null));
        site.Time.Advance(TimeSpan.FromDays(2.5));
        var young = await site.AdmitAsync(site.Item(key: "young"));
        await site.Retention.RunOnceAsync(CancellationToken.None);
        await using (var db = site.Context())
        {
            Assert.Equal(young.Items[0].LeafIndex, (await db.EventPayloads.SingleAsync()).FirstLeaf);
            Assert.Equal("young", (await db.IdempotencyKeys.SingleAsync()).Key);
            Assert.Equal(5, await db.QuarantineItems.CountAsync(q => q.Bytes == null));
            Assert.NotEmpty(await db.TrafficMinutes.Where(t => t.Code == "stale").ToListAsync());
        }
        Assert.Null(await site.Reader.EventAsync(2));
        Assert.NotNull(await site.Reader.LeafAsync(2));
        await site.VerifyAsync();
        site.Time.Advance(TimeSpan.FromDays(2));
        await site.Retention.RunOnceAsync(CancellationToken.None);
        await using (var db = site.Context())
            Assert.Empty(await db.TrafficMinutes.Where(t => t.Code == "stale").ToListAsync());
    }

    [Fact]
    public async Task Flows_go_by_the_day_when_their_time_is_over_however_many_they_are()
    {
        await using var site = await LedgerSite.StartAsync(configure: options =>
        {
            options.FlowLifetime = TimeSpan.FromDays(31);
            options.RetentionInterval = TimeSpan.FromDays(1000);
        });
        for (var i = 0; i < 12; i++)
            await site.AdmitAsync([.. Enumerable.Range(0, 50).Select(k => site.Item(type: $"t.{i}.{k}", money: new(1, "EUR")))]);
        site.Time.Advance(TimeSpan.FromDays(30));
        await site.AdmitAsync(site.Item(money: new(1, "EUR")));
        await site.Retention.RunOnceAsync(CancellationToken.None);
        await using (var db = site.Context())
            Assert.Equal((601, 601), (await db.FlowDays.CountAsync(), await db.FlowMoneyDays.CountAsync()));
        site.Time.Advance(TimeSpan.FromDays(2));
        await site.Retention.RunOnceAsync(CancellationToken.None);
        await using (var db = site.Context())
            Assert.Equal((1, 1), (await db.FlowDays.CountAsync(), await db.FlowMoneyDays.CountAsync()));
    }
}
