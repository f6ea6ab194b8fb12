using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;

namespace A2AConsole.Data.Tests.Queries;

public sealed class AlertQueriesTests : IAsyncLifetime
{
    private readonly QueryStore _store = new() { Count = 20 };
    private readonly List<Alert> _alerts = [];
    private AlertQueries _queries = null!;

    public async ValueTask InitializeAsync()
    {
        await _store.InitializeAsync();
        _queries = new AlertQueries(_store.Contexts);
        var start = _store.Time.GetUtcNow().AddDays(-1);
        var kinds = Enum.GetValues<AlertKind>();
        await using var db = await _store.Contexts.CreateDbContextAsync();
        db.Incidents.Add(new Incident { Id = 7, Title = "100%_of it", Severity = AlertSeverity.High, CreatedBy = "ana", CreatedAt = start });
        for (var i = 0; i < 300; i++)
        {
            var kind = kinds[i % kinds.Length];
            _alerts.Add(new Alert
            {
                Id = 1_000 + i * 3, Kind = kind, Group = AlertKinds.Group(kind), Severity = (AlertSeverity)(i % 4), State = (AlertState)(i % 5 % 4), Verdict = i % 5 % 4 == 3 ? (AlertVerdict)(i % 3) : null,
                AgentId = $"spiffe://acme.example/env/prod/role/r{i % 3}/agent/a{i % 11}", Role = $"r{i % 3}", Cause = i % 7 == 0 ? "pallet_42" : "", Sentence = $"a{i % 11} sent {i} messages: 100% more",
                FirstScore = 5, Score = 6, Rank = i % 6 == 0 ? null : i % 10 / 10d, Count = i, FirstSeenAt = start.AddMinutes(i), LastSeenAt = start.AddMinutes(i + 5), RaisedAt = start.AddMinutes(i + 1),
                Assignee = i % 2 == 0 ? "ana" : null, IncidentId = i % 5 % 4 == 2 ? 7 : null, Why = """{"sentence":"x","Actual":3,"series":[{"at":"2026-11-25T10:00:00Z","actual":1,"low":0,"high":2}]}""", Leaves = "1,2,x,9", Tags = "ASI06,AML.T0059", DetectionVersion = "1",
            });
        }
        db.Alerts.AddRange(_alerts);
        await db.SaveChangesAsync();
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Each_filter_in_each_order_pages_over_each_match_exactly_once_and_back()
    {
        var from = _alerts[50].LastSeenAt;
        var to = _alerts[250].FirstSeenAt;
        (AlertFilter Filter, Func<Alert, bool> Expected)[] cases =
        [
            (new(), _ => true),
            (new() { Work = AlertWork.New }, a => a.State == AlertState.New),
            (new() { Work = AlertWork.Open }, a => a.State is AlertState.Open or AlertState.InIncident),
            (new() { Work = AlertWork.Closed, Severity = AlertSeverity.High }, a => a.State == AlertState.Closed && a.Severity >= AlertSeverity.High),
            (new() { Group = AlertGroup.Volume }, a => a.Group == AlertGroup.Volume),
            (new() { Kind = AlertKind.Replay }, a => a.Kind == AlertKind.Replay),
            (new() { Agent = "spiffe://acme.example/env/prod/role/r1/agent/a1" }, a => a.AgentId.EndsWith("r1/agent/a1", StringComparison.Ordinal)),
            (new() { Agent = "role/r2" }, a => a.Role == "r2"),
            (new() { Assignee = "ana" }, a => a.Assignee == "ana"),
            (new() { Assignee = "" }, a => a.Assignee is null),
            (new() { Incident = 7 }, a => a.IncidentId == 7),
            (new() { From = from, To = to }, a => a.LastSeenAt >= from && a.FirstSeenAt < to),
            (new() { Text = "pallet_4" }, a => a.Cause == "pallet_42"),
            (new() { Text = "palletx4" }, _ => false),
            (new() { Text = "100% m" }, _ => true),
        ];
        foreach (var (filter, expected) in cases)
            foreach (var sort in Enum.GetValues<AlertSort>())
            {
                var wanted = _alerts.Where(expected).OrderByDescending(a => sort == AlertSort.Severity ? (int)a.Severity : sort == AlertSort.Rank ? a.Rank ?? -1 : 0).ThenByDescending(a => a.Id).Select(a => a.Id).ToList();
                var seen = new List<long>();
                var page = await _queries.PageAsync(filter, sort, null, null, 61);
                Assert.False(page.HasPrevious);
                seen.AddRange(page.Rows.Select(r => r.Id));
                while (page.HasNext)
                {
                    var first = page;
                    page = await _queries.PageAsync(filter, sort, page.Rows[^1].Id, null, 61);
                    Assert.True(page.HasPrevious);
                    Assert.Equal(first.Rows, (await _queries.PageAsync(filter, sort, null, page.Rows[0].Id, 61)).Rows);
                    seen.AddRange(page.Rows.Select(r => r.Id));
                }
                Assert.Equal(wanted, seen);
            }
    }

    [Fact]
    public async Task Counts_news_and_the_export_agree_with_the_list()
    {
        var counts = await _queries.CountsAsync(new AlertFilter { Work = AlertWork.New });
        Assert.Equal((_alerts.Count(a => a.State == AlertState.New), _alerts.Count(a => a.State is AlertState.Open or AlertState.InIncident), _alerts.Count(a => a.State == AlertState.Closed)), (counts.New, counts.Open, counts.Closed));
        Assert.Equal(300, counts.Of(AlertWork.All));
        Assert.Equal(_alerts[^1].Id, await _queries.NewestAsync(new AlertFilter()));
        Assert.Equal(-1, await _queries.NewestAsync(new AlertFilter { Text = "nothing like it" }));
        Assert.Equal(9, await _queries.CountNewerAsync(new AlertFilter(), _alerts[^10].Id, 100));
        Assert.Equal(4, await _queries.CountNewerAsync(new AlertFilter(), _alerts[^10].Id, 4));
        Assert.Equal(300, await _queries.ExportAsync(new AlertFilter()).CountAsync());
        Assert.Equal([_alerts[^1].Id, _alerts[^2].Id], (await _queries.FirstAsync(new AlertFilter(), 2)).Select(r => r.Id));
        var queues = await new QueueQueries(_store.Contexts).ReadAsync();
        Assert.Equal((counts.New, _alerts.Count(a => a.State == AlertState.New && a.Severity >= AlertSeverity.High), 1), (queues.Alerts, queues.Grave, queues.Incidents));
    }

    [Fact]
    public async Task An_alert_is_read_with_its_explanation_whatever_case_its_members_have()
    {
        var queries = new AlertDetailQueries(_store.Contexts);
        var detail = await queries.FindAsync(_alerts[3].Id);
        Assert.Equal(("x", 3d, 1), (detail!.Why.Sentence, detail.Why.Actual, detail.Why.Series.Count));
        Assert.Equal([1L, 2, 9], detail.Leaves);
        Assert.Equal(["ASI06", "AML.T0059"], detail.Tags);
        Assert.Null(await queries.FindAsync(1));
        await using var db = await _store.Contexts.CreateDbContextAsync();
        db.Alerts.Single(a => a.Id == _alerts[3].Id).Why = "{ not json";
        await db.SaveChangesAsync();
        Assert.Equal(_alerts[3].Sentence, (await queries.FindAsync(_alerts[3].Id))!.Why.Sentence);
        var like = await queries.LikeAsync(detail.Row, 5);
        Assert.All(like.Latest, a => Assert.Equal((detail.Row.Kind, detail.Row.Role), (a.Row.Kind, a.Row.Role)));
        var agent = _store.Agents.First(a => a.CertificateSerial is not null);
        var around = await queries.AroundAsync(agent.Number, _store.Time.GetUtcNow().AddYears(-1), _store.Time.GetUtcNow().AddYears(1));
        Assert.Contains(around, m => m is { Kind: MomentKind.Certificate, What: "issued" } && m.Key == agent.CertificateSerial);
        Assert.Empty(await queries.AroundAsync(agent.Number, _store.Time.GetUtcNow().AddYears(1), _store.Time.GetUtcNow().AddYears(2)));
        Assert.Equal(agent.CertificateSerial, (await queries.StandingAsync(agent.Number, _store.Time.GetUtcNow())).Certificate!.Serial);
        Assert.Equal(new StandingThen(null, null, null), await queries.StandingAsync(999, _store.Time.GetUtcNow()));
    }

    [Fact]
    public async Task An_incident_counts_its_alerts_and_agents_and_is_found_by_its_title_as_written()
    {
        var incidents = new IncidentQueries(_store.Contexts);
        var detail = await incidents.FindAsync(7);
        Assert.Equal((_alerts.Count(a => a.IncidentId == 7), _alerts.Where(a => a.IncidentId == 7).Select(a => a.AgentId).Distinct().Count()), (detail!.Row.Alerts, detail.Row.Agents));
        Assert.Equal(detail.Row.Alerts, detail.Alerts.Count);
        Assert.Single((await incidents.PageAsync(new IncidentFilter { Text = "100%_o" }, null, null, 10)).Rows);
        Assert.Empty((await incidents.PageAsync(new IncidentFilter { Text = "100%xo" }, null, null, 10)).Rows);
        Assert.Equal((1, 0), await incidents.CountsAsync(new IncidentFilter { Work = IncidentWork.Closed }));
        Assert.Null(await incidents.FindAsync(8));
    }

    [Fact]
    public async Task A_shift_ends_when_somebody_was_away_for_hours_not_for_a_meal()
    {
        var visits = new VisitStore(_store.Contexts, _store.Time);
        Assert.Null(await visits.SeenAsync("ana"));
        var left = _store.Time.GetUtcNow() + TimeSpan.FromHours(2);
        _store.Time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await visits.SeenAsync("ana"));
        _store.Time.Advance(TimeSpan.FromHours(14));
        Assert.Equal(left, await visits.SeenAsync("ana"));
        _store.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(left, await visits.SeenAsync("ana"));
        Assert.Null(await visits.SeenAsync("max"));
    }

    [Fact]
    public async Task Views_are_their_makers_to_change_and_everybodys_to_see_when_shared()
    {
        var views = new SavedViewStore(_store.Contexts, _store.Time);
        Assert.Null(await views.SaveAsync("alerts", "ana", " Night ", "severity=high", false));
        Assert.Null(await views.SaveAsync("alerts", "ana", "Night", "severity=critical", false));
        Assert.Null(await views.SaveAsync("alerts", "ana", "Day", "", false));
        Assert.Empty(await views.OfAsync("alerts", "max"));
        Assert.Equal(["Day", "Night"], (await views.OfAsync("alerts", "ana")).Select(v => v.Name));
        var night = (await views.OfAsync("alerts", "ana")).Single(v => v.Name == "Night");
        Assert.Equal("severity=critical", night.Query);
        Assert.Equal("There is no such view of yours any more.", await views.ChangeAsync(night.Id, "max", "Mine now", true));
        Assert.False(await views.RemoveAsync(night.Id, "max"));
        Assert.Equal("You have another view of this name here.", await views.ChangeAsync(night.Id, "ana", "Day", true));
        Assert.Null(await views.ChangeAsync(night.Id, "ana", "Nights", true));
        Assert.Equal("Nights", Assert.Single(await views.OfAsync("alerts", "max")).Name);
        Assert.Contains("needs a name", await views.SaveAsync("alerts", "ana", " ", "", false), StringComparison.Ordinal);
        Assert.True(await views.RemoveAsync(night.Id, "ana"));
    }
}
