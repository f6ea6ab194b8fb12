using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Testing;
using A2AConsole.Web.Access;
using Bunit;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Web.Tests.Alerts;

/// <summary>A site with one agent and five alerts, each raised by a leaf of its own as detection does.</summary>
public abstract class AlertSite : SitePages
{
    protected const string Ana = "ana@acme.example", Bea = "bea@acme.example", Manager = "max@acme.example";

    protected string AgentId { get; private set; } = "";
    protected int AgentNumber { get; private set; }
    /// <summary>In the order of their making; the third is critical, the others go from low to high.</summary>
    protected List<long> Ids { get; } = [];

    protected override async Task SeedAsync()
    {
        await AddPeopleAsync((Ana, Roles.Analyst), (Bea, Roles.Analyst), (Manager, Roles.Manager));
        AgentNumber = await AddAgentAsync("forecast", "olga@acme.example");
        AgentId = Site.Identity("forecast");
        foreach (var (kind, severity) in new[] { (AlertKind.VolumeBurst, AlertSeverity.Low), (AlertKind.FanOut, AlertSeverity.Medium), (AlertKind.Replay, AlertSeverity.Critical), (AlertKind.VolumeBurst, AlertSeverity.High), (AlertKind.MoneyBurst, AlertSeverity.High) })
            Ids.Add(await RaiseAsync(kind, severity));
    }

    /// <summary>Raises an alert with its leaf and first step; its id.</summary>
    protected async Task<long> RaiseAsync(AlertKind kind, AlertSeverity severity)
    {
        var at = Site.Time.GetUtcNow();
        var why = $$"""{"sentence":"forecast sent 412 messages; usual is 40 to 70","actual":412,"low":40,"high":70,"unit":"messages in 5 minutes","basis":"same hour of the week, 6 weeks","onceInDays":4000,"features":[{"name":"to new counterparties","share":0.7,"actual":"7","usual":"0"}],"series":[{"at":"{{at.AddMinutes(-10):O}}","actual":50,"low":40,"high":70},{"at":"{{at.AddMinutes(-5):O}}","actual":61,"low":40,"high":70},{"at":"{{at:O}}","actual":412,"low":40,"high":70}]}""";
        return (await Site.Get<ILedger>().RecordAsync(new LedgerLeaf { Kind = LeafKind.Alert, Verdict = LeafVerdict.Done, Code = TriageCodes.Raised, At = at, Actor = "system", Subject = AgentId }, (context, leaf) =>
        {
            context.Alerts.Add(new Alert
            {
                Id = leaf, Kind = kind, Group = AlertKinds.Group(kind), Severity = severity, State = AlertState.New, AgentId = AgentId, AgentNumber = AgentNumber, Role = "planning", Cause = "", Sentence = $"forecast: {kind}, 412 messages; usual is 40 to 70",
                FirstScore = 7, Score = 9, Count = 412, FirstSeenAt = at.AddMinutes(-5), LastSeenAt = at, RaisedAt = at, Money = 184_500_000, Currency = "EUR", Why = why, Leaves = "0", Tags = "ASI06,AML.T0059", DetectionVersion = "test",
            });
            context.AlertSteps.Add(new AlertStep { AlertId = leaf, Move = TriageMove.Raised, By = "system", At = at, Leaf = leaf });
        })).LeafIndex;
    }

    /// <summary>Looks until it holds, while the live feed's pauses pass.</summary>
    protected Task LivelyAsync(Func<bool> holds) => Eventually.TrueAsync(() =>
    {
        Site.Clock.Advance(TimeSpan.FromSeconds(1));
        return Task.FromResult(holds());
    }, "the page followed");

    protected Task<Alert> AlertAsync(long id) => Site.QueryAsync(db => db.Alerts.AsNoTracking().SingleAsync(a => a.Id == id));

    protected static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> page, string word, string within = "") where T : Microsoft.AspNetCore.Components.IComponent
        => page.FindAll(within + " button").First(b => b.TextContent.Trim().StartsWith(word, StringComparison.Ordinal));
}
