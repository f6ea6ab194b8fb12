using A2AConsole.Core.Admission;
using A2AConsole.Data.Ledger;

namespace A2AConsole.Data.Tests.Ledger;

public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk_refuses_without_acknowledging_and_recovers_when_there_is_room()
    {
        await using var site = await LedgerSite.StartAsync();
        var before = await site.AdmitAsync(site.Item("m-before"));
        // The connection that writes gets no page more: what a full disk is to SQLite (SQLITE_FULL).
        await site.Writer.UpkeepAsync(db => Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRaw(db.Database, "PRAGMA max_page_count = 1"));
        var big = site.Item("m-big", content: new string('x', 200_000));
        var failed = await Assert.ThrowsAsync<LedgerUnavailableException>(() => site.AdmitAsync(big));
        Assert.Contains("full", failed.InnerException!.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before.Head.Size, site.Ledger.Head.Size);

        // The failure made the writer connect anew, and with it the limit is gone: the same bytes are not a replay.
        var after = await site.AdmitAsync(big);
        Assert.Equal((ItemVerdict.Admitted, (long?)3), (after.Items[0].Verdict, after.Items[0].LeafIndex));
        Assert.Equal(RefusalCode.Replayed, (await site.AdmitAsync(site.Item("m-before"))).Items[0].Refusal);
        await site.VerifyAsync([before.Head]);
    }

    [Fact]
    public async Task A_full_queue_takes_nothing()
    {
        await using var site = await LedgerSite.StartAsync(configure: options => options.QueueEvents = 10);
        using var gate = new ManualResetEventSlim();
        var blocked = site.Writer.UpkeepAsync(_ => gate.Wait());
        var requests = Enumerable.Range(0, 8).Select(_ => site.Request(1, [.. Enumerable.Range(0, 4).Select(_ => site.Item())])).ToList();
        var taken = new List<Task<AdmissionResult>>();
        foreach (var request in requests)
            if (site.Ledger.TryAdmit(request, out var task))
                taken.Add(task);
        Assert.InRange(taken.Count, 2, 4);
        gate.Set();
        await blocked;
        await Task.WhenAll(taken);
        Assert.Equal(2 + 4 * taken.Count, site.Ledger.Head.Size);
        Assert.Equal(ItemVerdict.Admitted, (await site.AdmitAsync([.. requests[^1].Items])).Items[0].Verdict);
    }
}
