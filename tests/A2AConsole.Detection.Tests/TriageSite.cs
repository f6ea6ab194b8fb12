using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Detection.Alerts;
using A2AConsole.Detection.Incidents;
using A2AConsole.Testing;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Detection.Tests;

/// <summary>A store with two analysts and alerts, and the two desks on it.</summary>
internal sealed class TriageSite : IAsyncDisposable
{
    public static readonly TriageActor Ann = new("ann"), Ben = new("ben");

    private TriageSite(TestSite site) => Site = site;

    public TestSite Site { get; }

    public IAlertDesk Alerts => Site.Get<IAlertDesk>();

    public IIncidentDesk Incidents => Site.Get<IIncidentDesk>();

    public static async Task<TriageSite> StartAsync()
    {
        var site = await TestSite.StartAsync(new() { WithoutEdge = true, Services = services => services.AddTriage() });
        await site.QueryAsync(async db =>
        {
            foreach (var name in new[] { "ann", "ben" })
                db.Users.Add(new ConsoleUser { Id = name, UserName = name, NormalizedUserName = name.ToUpperInvariant(), DisplayName = name });
            return await db.SaveChangesAsync();
        });
        return new(site);
    }

    /// <summary>Raises an alert as detection does; its id.</summary>
    public async Task<long> RaiseAsync(AlertKind kind = AlertKind.FanOut, AlertSeverity severity = AlertSeverity.Medium, string cause = "") => (await Site.Ledger.RecordAsync(
        new LedgerLeaf { Kind = LeafKind.Alert, Verdict = LeafVerdict.Done, Code = TriageCodes.Raised, At = Site.Time.GetUtcNow(), Actor = "system" },
        (context, leaf) => context.Alerts.Add(new Alert
        {
            Id = leaf, Kind = kind, Group = AlertKinds.Group(kind), Severity = severity, AgentId = "spiffe://acme.example/env/test/role/planner/agent/p", Role = "planner", Cause = cause, Sentence = "It did.", Why = "{}", Leaves = "1", Tags = "",
            DetectionVersion = "1", RaisedAt = Site.Time.GetUtcNow(), FirstSeenAt = Site.Time.GetUtcNow(), LastSeenAt = Site.Time.GetUtcNow(), Count = 1,
        }))).LeafIndex;

    public Task<Alert> AlertAsync(long id) => Site.QueryAsync(db => db.Alerts.AsNoTracking().Include(a => a.Steps).SingleAsync(a => a.Id == id));

    public Task<Incident> IncidentAsync(long id) => Site.QueryAsync(db => db.Incidents.AsNoTracking().Include(i => i.Steps).Include(i => i.Tasks).Include(i => i.Alerts).AsSplitQuery().SingleAsync(i => i.Id == id));

    public Task<double> ShiftAsync(long alert) => Site.QueryAsync(async db =>
    {
        var row = await db.Alerts.SingleAsync(a => a.Id == alert);
        return await db.DetectionThresholds.Where(t => t.AgentId == row.AgentId && t.Kind == row.Kind && t.Cause == row.Cause).Select(t => t.Shift).SingleOrDefaultAsync();
    });

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
