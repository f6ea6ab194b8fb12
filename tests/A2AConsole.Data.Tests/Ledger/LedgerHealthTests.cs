using A2AConsole.Data.Ledger;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Tests.Ledger;

public sealed class LedgerHealthTests
{
    [Fact]
    public async Task A_healthy_ledger_takes_the_write_that_changes_nothing()
    {
        await using var site = await LedgerSite.StartAsync();
        await site.AdmitAsync(site.Item("m-1"));
        var before = site.Ledger.Head;
        Assert.Null(await site.Writer.LookAsync());
        Assert.Null(site.Writer.Ended);
        Assert.Same(before, site.Ledger.Head);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_is_told_and_so_is_that_it_does_again()
    {
        await using var site = await LedgerSite.StartAsync();
        await site.AdmitAsync(site.Item("m-1"));
        await SwitchAsync(mayWrite: false);
        Assert.Contains("The store takes nothing", await site.Writer.LookAsync(), StringComparison.Ordinal);
        Assert.Null(site.Writer.Ended);
        await SwitchAsync(mayWrite: true);
        Assert.Null(await site.Writer.LookAsync());

        // The connection that writes may not: as on a file system that was remounted read-only.
        Task SwitchAsync(bool mayWrite) => site.Writer.UpkeepAsync(db => db.Database.ExecuteSqlRaw(mayWrite ? "PRAGMA query_only = OFF" : "PRAGMA query_only = ON"));
    }

    [Fact]
    public async Task A_ledger_that_another_process_took_is_told_at_once_and_its_writer_ends_with_the_next_commit()
    {
        await using var site = await LedgerSite.StartAsync();
        await site.AdmitAsync(site.Item("m-1"));
        await site.Writer.UpkeepAsync(db => db.TreeHeads.ExecuteUpdate(set => set.SetProperty(h => h.WriterEpoch, h => h.WriterEpoch + 1)));
        Assert.Contains("Another process has taken the ledger", await site.Writer.LookAsync(), StringComparison.Ordinal);
        Assert.Null(site.Writer.Ended);

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => site.AdmitAsync(site.Item("m-2")));
        await Eventually.TrueAsync(() => site.Writer.Ended is not null);
        Assert.Equal(site.Writer.Ended, await site.Writer.LookAsync());
    }
}
