using A2AConsole.Core.Alerts;
using A2AConsole.Core.Ledger;
using A2AConsole.Detection;
using A2AConsole.Detection.Pipeline;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Cli.Tests.Detect;

/// <summary><c>a2a detect replay</c> beside a running site: the same configuration changes nothing, another one does, and nothing is written.</summary>
public sealed class ReplayCommandTests
{
    private const string Agent = "spiffe://acme.example/env/test/role/planner/agent/p";

    [Fact]
    public async Task It_says_which_alerts_come_and_go_and_writes_nothing()
    {
        using var files = new TempDirectory();
        await using var site = await TestSite.StartAsync(new() { WithoutEdge = true, Services = services => services.AddDetection(o => o.Enabled = false) });
        foreach (var code in new[] { "replayed", "replayed", "signature-invalid" })
            await site.Ledger.RecordAsync(new LedgerLeaf { Kind = LeafKind.Event, Verdict = LeafVerdict.Refused, Code = code, At = site.Time.GetUtcNow(), Actor = Agent, MessageId = "m" });
        site.Clock.Advance(TimeSpan.FromSeconds(3));
        await site.Get<DetectionService>().CatchUpAsync();
        var (size, alerts) = (site.Ledger.Head.Size, await site.QueryAsync(db => db.Alerts.CountAsync()));
        Assert.Equal(2, alerts);

        string[] range = ["detect", "replay", "--data", site.Directory, "--from", "2026-06-01T00:00:00Z", "--to", "2026-06-02T00:00:00Z", "--json"];
        var same = await CliRun.Of(range);
        Assert.Equal((0, ""), (same.Exit, same.Error));
        Assert.Equal((0, 0, 2), (Count(same, "come"), Count(same, "go"), Count(same, "stay")));
        var deaf = await CliRun.Of([.. range, "--settings", files.Put("deaf.json", """{"A2AConsole":{"Detection":{"Threshold":11}}}""")]);
        Assert.Equal((0, 2, 0), (Count(deaf, "come"), Count(deaf, "go"), Count(deaf, "stay")));
        await site.QueryAsync(db => db.AlertSteps.ExecuteDeleteAsync());
        await site.QueryAsync(db => db.Alerts.Where(a => a.Kind == Core.Detection.AlertKind.Tampering).ExecuteDeleteAsync());
        Assert.Equal((1, 0, 1), (Count(await CliRun.Of(range), "come"), Count(await CliRun.Of(range), "go"), Count(await CliRun.Of(range), "stay")));
        Assert.Equal(size, site.Ledger.Head.Size);

        Assert.Contains("--settings", (await CliRun.Of([.. range, "--settings", files.Put("typo.json", """{"A2AConsole":{"Detection":{"Treshold":11}}}""")])).Error, StringComparison.Ordinal);
        Assert.Contains("there is no store", (await CliRun.Of("detect", "replay", "--data", files["nowhere"], "--from", "2026-06-01T00:00:00Z")).Error, StringComparison.Ordinal);
    }

    private static int Count(CliRun run, string list) => run.Json.GetProperty(list).GetArrayLength();
}
