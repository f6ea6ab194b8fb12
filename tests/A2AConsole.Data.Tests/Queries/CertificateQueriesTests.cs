using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Data.Tests.Queries;

public sealed class CertificateQueriesTests(QueryStore store) : IClassFixture<QueryStore>
{
    private readonly CertificateQueries _queries = new(store.Contexts, store.Time);

    private CertificateZone ZoneOf(Agent a) => CertificateLife.Zone(a.State, a.CertificateNotBefore, a.CertificateNotAfter, store.Time.GetUtcNow());

    public static TheoryData<string?, CertificateZone?> Views => new()
    {
        { null, null }, { "owner07@acme.example", null }, { null, CertificateZone.Late }, { null, CertificateZone.Expired },
        { "owner07@acme.example", CertificateZone.Healthy }, { null, CertificateZone.Revoked },
    };

    [Theory, MemberData(nameof(Views))]
    public async Task Paging_forth_and_back_shows_each_certificate_exactly_once_missed_renewals_first(string? owner, CertificateZone? zone)
    {
        var expected = store.Agents.Where(a => a.CertificateSerial is not null && (owner is null || a.Owner == owner) && (zone is null || ZoneOf(a) == zone))
            .Select(a => a.Number).ToHashSet();
        var request = new CertificatePageRequest { Filter = new CertificateFilter { Owner = owner, Zone = zone }, Take = 61 };
        var page = await _queries.PageAsync(request);
        var seen = page.Rows.ToList();
        while (page.HasNext)
        {
            page = await _queries.PageAsync(request with { After = CertificateCursor.TryParse(page.CursorOf(page.Rows[^1]).ToString()) });
            seen.AddRange(page.Rows);
        }
        Assert.Equal(expected.Count, seen.Count);
        Assert.Equal(expected, seen.Select(m => m.Agent.Number).ToHashSet());
        var ranks = seen.Select(m => CertificateQueries.ZoneOrder.ToList().IndexOf(m.Zone)).ToList();
        Assert.Equal(ranks.Order(), ranks);
        Assert.All(seen, m => Assert.Equal(ZoneOf(store.Agents[m.Agent.Number - 1]), m.Zone));

        var back = page.Rows.ToList();
        while (page.HasPrevious)
        {
            page = await _queries.PageAsync(request with { Before = page.CursorOf(page.Rows[0]) });
            back.InsertRange(0, page.Rows);
        }
        Assert.Equal(seen.Select(m => m.Agent.Number), back.Select(m => m.Agent.Number));
    }

    [Fact]
    public async Task The_timeline_counts_every_newest_certificate_where_it_is_in_its_life()
    {
        var timeline = await _queries.TimelineAsync();
        var expected = store.Agents.Where(a => a.CertificateSerial is not null).GroupBy(ZoneOf).ToDictionary(g => g.Key, g => g.Count());
        foreach (var (zone, count) in timeline.Zones)
            Assert.Equal(expected.GetValueOrDefault(zone), count);
        Assert.Equal(expected.Values.Sum(), timeline.Total);
        Assert.Equal(timeline.Zones[CertificateZone.Healthy] + timeline.Zones[CertificateZone.Due] + timeline.Zones[CertificateZone.Late],
            timeline.Buckets.Sum(b => b.Count));
        Assert.All(timeline.Buckets, b => Assert.InRange(b.FromPermille, 0, 999));

        var mine = await _queries.TimelineAsync("owner07@acme.example");
        Assert.Equal(store.Agents.Count(a => a.CertificateSerial is not null && a.Owner == "owner07@acme.example"), mine.Total);
    }

    [Fact]
    public async Task A_certificate_is_found_by_the_beginning_of_its_serial_and_by_its_agent()
    {
        var agent = store.Agents.First(a => a.CertificateSerial is not null);
        var bySerial = await _queries.PageAsync(new CertificatePageRequest { Filter = new CertificateFilter { Text = agent.CertificateSerial![..20] } });
        Assert.Equal(agent.Number, Assert.Single(bySerial.Rows).Agent.Number);
        var byName = await _queries.PageAsync(new CertificatePageRequest { Filter = new CertificateFilter { Text = agent.SpiffeId } });
        Assert.Equal(agent.Number, byName.Rows[0].Agent.Number);
    }

    [Fact]
    public async Task What_revoking_does_is_told_in_numbers_beforehand()
    {
        var agent = store.Agents[0];
        Assert.Equal(AgentState.Active, agent.State);
        var impact = await _queries.ImpactAsync(agent.CertificateSerial!);
        Assert.NotNull(impact);
        Assert.True(impact.IsNewest);
        Assert.Equal(agent.CertificateNotAfter > store.Time.GetUtcNow(), impact.IsLive);
        Assert.Equal(12, impact.Counterparties);
        Assert.InRange(impact.Messages24h, 24 * 10, 24 * 82);
        Assert.Equal(0, impact.OtherLive);
        Assert.Null(await _queries.ImpactAsync("00"));
    }

    [Theory, InlineData(0, CertificateZone.Healthy), InlineData(39, CertificateZone.Healthy), InlineData(41, CertificateZone.Due),
        InlineData(47, CertificateZone.Due), InlineData(48, CertificateZone.Late), InlineData(59, CertificateZone.Late), InlineData(60, CertificateZone.Expired)]
    public void The_zone_follows_from_the_share_of_the_life_that_is_used(int minutes, CertificateZone zone)
    {
        var from = DateTimeOffset.UnixEpoch;
        Assert.Equal(zone, CertificateLife.Zone(AgentState.Active, from, from.AddHours(1), from.AddMinutes(minutes)));
        Assert.Equal(CertificateZone.Revoked, CertificateLife.Zone(AgentState.Revoked, from, from.AddHours(1), from.AddMinutes(minutes)));
        Assert.Equal(CertificateZone.None, CertificateLife.Zone(AgentState.Active, null, null, from.AddMinutes(minutes)));
    }

    [Theory, InlineData(null), InlineData("1.2.3"), InlineData("1.nozone.3.4"), InlineData("1.99.3.4"), InlineData("x.late.3.4"), InlineData("9223372036854775807.late.3.4")]
    public void What_is_not_a_cursor_is_no_cursor(string? text) => Assert.Null(CertificateCursor.TryParse(text));
}
