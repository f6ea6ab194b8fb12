using A2AConsole.Core.Admission;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Detection.Alerts;
using A2AConsole.Detection.Pipeline;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Detection.Tests.Pipeline;

/// <summary>The stream from the ledger to alerts, over a real store: restarts, verdicts, suppressions, the live path.</summary>
public sealed class DetectionServiceTests
{
    private const string Agent = "spiffe://acme.example/env/test/role/planner/agent/p";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_committed_raises_its_alert_with_a_leaf_and_once_only()
    {
        await using var site = await StartAsync();
        await RefuseAsync(site, "m1", "replayed");
        await CatchUpAsync(site);
        Assert.Empty(await AlertsAsync(site));
        await RefuseAsync(site, "m1", "replayed");
        await RefuseAsync(site, "m1", "replayed");
        await CatchUpAsync(site);
        var alert = Assert.Single(await AlertsAsync(site));
        Assert.Equal((AlertKind.Replay, Agent, AlertState.New, AlertGroup.Actions, "ASI07,AML.T0091"), (alert.Kind, alert.AgentId, alert.State, alert.Group, alert.Tags));
        Assert.Equal(3, alert.Leaves.Split(',').Length);
        Assert.StartsWith("One message of p came 2 times more", alert.Sentence, StringComparison.Ordinal);
        var leaf = LeafReader.Parse((await site.Reader.LeafAsync(alert.Id, Token))!);
        Assert.Equal((LeafKind.Alert, "alert-raised", "system", Agent), (leaf.Kind, leaf.Code, leaf.Actor, leaf.Subject));
        // Its own leaf is nothing to be seen.
        var size = site.Ledger.Head.Size;
        await CatchUpAsync(site);
        Assert.Equal(size, site.Ledger.Head.Size);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restarted_anywhere_it_neither_loses_nor_repeats(bool saved)
    {
        await using var site = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await RefuseAsync(site, "m1", "replayed");
            await CatchUpAsync(site);
            if (saved)
                await site.Get<DetectionService>().SaveNowAsync(Token);
            await site.RestartAsync();
            site.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        await RefuseAsync(site, "m2", "signature-invalid");
        await CatchUpAsync(site);
        await site.RestartAsync();
        await CatchUpAsync(site);
        var alerts = await AlertsAsync(site);
        Assert.Equal([AlertKind.Replay, AlertKind.Tampering], alerts.Select(a => a.Kind).Order().Reverse());
        await site.Get<DetectionService>().SaveNowAsync(Token);
        Assert.Equal(5, (await AlertsAsync(site)).Single(a => a.Kind == AlertKind.Replay).Count);
        Assert.Equal(2, (await site.LeavesAsync()).Count(l => l.Code == "alert-raised"));
    }

    [Fact]
    public async Task A_closed_alert_comes_back_as_a_new_one_and_a_suppression_counts_what_it_holds()
    {
        await using var site = await StartAsync();
        await RefuseAsync(site, "m1", "signature-invalid");
        await CatchUpAsync(site);
        var first = Assert.Single(await AlertsAsync(site));
        await site.Get<IAlertDesk>().CloseAsync([first.Id], AlertVerdict.TruePositive, "it was an attack", TriageSite.Ann, Token);
        site.Clock.Advance(TimeSpan.FromHours(7));
        await RefuseAsync(site, "m2", "signature-invalid");
        await CatchUpAsync(site);
        Assert.Equal([AlertState.Closed, AlertState.New], (await AlertsAsync(site)).Select(a => a.State).OrderByDescending(s => s));

        var now = site.Time.GetUtcNow();
        await site.Get<IAlertDesk>().SuppressAsync(new SuppressionRequest("their proxy is being mended", now, now.AddDays(2)) { Kind = AlertKind.Tampering, AgentId = Agent }, TriageSite.Ann, Token);
        site.Clock.Advance(TimeSpan.FromHours(7));
        await RefuseAsync(site, "m3", "signature-invalid");
        await CatchUpAsync(site);
        await site.Get<DetectionService>().SaveNowAsync(Token);
        Assert.Equal(2, (await AlertsAsync(site)).Count);
        Assert.Equal(1, (await site.QueryAsync(db => db.AlertSuppressions.SingleAsync())).Held);
    }

    [Fact]
    public async Task Live_it_is_told_soon_after_its_commit_without_being_asked()
    {
        await using var site = await TestSite.StartAsync(new() { WithoutEdge = true, RealTime = true, Services = services => services.AddDetection(_ => { }) });
        await RefuseAsync(site, "m1", "signature-invalid");
        var alert = await site.Ledger.FindAsync(async () => (await AlertsAsync(site)).FirstOrDefault());
        Assert.Equal(AlertKind.Tampering, alert.Kind);
    }

    private static Task<TestSite> StartAsync() => TestSite.StartAsync(new()
    {
        WithoutEdge = true,
        // Read when the test says so.
        Services = services => services.AddDetection(o => (o.Enabled, o.SaveEvery) = (false, TimeSpan.FromHours(1))),
    });

    private static Task CatchUpAsync(TestSite site)
    {
        site.Clock.Advance(TimeSpan.FromSeconds(3));
        return site.Get<DetectionService>().CatchUpAsync(Token);
    }

    private static Task RefuseAsync(TestSite site, string message, string code) => site.Ledger.RecordAsync(
        new LedgerLeaf { Kind = LeafKind.Event, Verdict = LeafVerdict.Refused, Code = code, At = site.Time.GetUtcNow(), Actor = Agent, MessageId = message, Type = "purchase.approved" });

    private static Task<List<Alert>> AlertsAsync(TestSite site) => site.QueryAsync(db => db.Alerts.AsNoTracking().OrderBy(a => a.Id).ToListAsync());
}
