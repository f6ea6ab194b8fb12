using System.Net;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Upkeep;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Web.Tests.Hosting;

public sealed class HealthTests
{
    [Fact]
    public async Task Whoever_watches_the_process_is_told_the_truth_without_signing_in_and_without_reasons()
    {
        await using var console = await RunningConsole.StartAsync();
        using var probe = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = console.Address };
        Assert.Equal((HttpStatusCode.OK, """{"status":"ok","ledger":"ok"}"""), await AskAsync(probe, "/healthz"));
        Assert.Equal((HttpStatusCode.OK, """{"status":"ok","ledger":"ok","authority":"ok","edge":"ok"}"""), await AskAsync(probe, "/readyz"));
        Assert.NotEqual(HttpStatusCode.OK, (await probe.PostAsync("/readyz", null)).StatusCode);

        // Another process takes the ledger: nothing can be recorded any more, and the next commit ends this writer for good.
        await console.Services.GetRequiredService<IUpkeep>().ApplyAsync(db => db.TreeHeads.ExecuteUpdate(set => set.SetProperty(h => h.WriterEpoch, h => h.WriterEpoch + 1)));
        await Eventually.TrueAsync(async () => (await AskAsync(probe, "/readyz")).Status == HttpStatusCode.ServiceUnavailable);
        Assert.Equal("""{"status":"unavailable","ledger":"unavailable","authority":"ok","edge":"ok"}""", (await AskAsync(probe, "/readyz")).Body);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => console.Services.GetRequiredService<ILedger>().RecordAsync(
            new LedgerLeaf { Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, At = DateTimeOffset.UtcNow, Actor = "system", Code = "test", Detail = "A leaf too late." }));
        await Eventually.TrueAsync(async () => (await AskAsync(probe, "/healthz")).Status == HttpStatusCode.ServiceUnavailable);
        Assert.Equal("""{"status":"unavailable","ledger":"unavailable"}""", (await AskAsync(probe, "/healthz")).Body);
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient probe, string path)
    {
        using var reply = await probe.GetAsync(path);
        return (reply.StatusCode, (await reply.Content.ReadAsStringAsync()).TrimEnd());
    }
}
