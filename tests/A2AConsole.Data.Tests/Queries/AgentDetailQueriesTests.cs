using A2AConsole.Data.Queries;

namespace A2AConsole.Data.Tests.Queries;

public sealed class AgentDetailQueriesTests(QueryStore store) : IClassFixture<QueryStore>
{
    private readonly AgentDetailQueries _queries = new(store.Contexts, store.Time);

    [Fact]
    public async Task An_agent_is_found_by_its_number_and_by_its_identity()
    {
        var agent = store.Agents[41];
        Assert.Equal(agent.SpiffeId, (await _queries.FindAsync(agent.Number))?.SpiffeId);
        Assert.Equal(agent.Number, (await _queries.FindAsync(agent.SpiffeId))?.Number);
        Assert.Null(await _queries.FindAsync(999_999));
        Assert.Null(await _queries.FindAsync("spiffe://acme.example/env/none/role/none/agent/none"));
    }

    [Fact]
    public async Task Activity_has_every_hour_of_seven_days_whether_something_happened_or_not()
    {
        var busy = await _queries.ActivityAsync(store.Agents[0].Number);
        Assert.Equal(24 * 7, busy.Hours.Count);
        Assert.Equal(store.Time.GetUtcNow(), busy.Hours[^1].Start);
        Assert.All(busy.Hours.Zip(busy.Hours.Skip(1)), pair => Assert.Equal(TimeSpan.FromHours(1), pair.Second.Start - pair.First.Start));
        Assert.All(busy.Hours, h => Assert.True(h.Admitted > 0));
        Assert.Equal(busy.Refused, busy.Refusals.Sum(r => r.Count));
        Assert.True(busy.Refused > 0);

        var idle = await _queries.ActivityAsync(store.Agents[100].Number);
        Assert.Equal(24 * 7, idle.Hours.Count);
        Assert.Equal(0, idle.Admitted + idle.Refused);
    }

    [Fact]
    public async Task Counterparties_are_told_in_both_directions_and_busiest_first()
    {
        var agent = (await _queries.FindAsync(store.Agents[0].Number))!;
        var outgoing = await _queries.CounterpartiesAsync(agent, incoming: false, 100);
        Assert.Equal(12, outgoing.Count);
        Assert.Equal(outgoing.OrderByDescending(c => c.Count).Select(c => c.Peer), outgoing.Select(c => c.Peer));
        Assert.All(outgoing, c => Assert.Equal(store.Agents.Single(a => a.SpiffeId == c.Peer).Number, c.PeerNumber));
        var incoming = Assert.Single(await _queries.CounterpartiesAsync(agent, incoming: true, 100));
        Assert.Equal(store.Agents[5].SpiffeId, incoming.Peer);
        Assert.Equal(12, await _queries.CounterpartyCountAsync(agent.Number));
    }

    [Fact]
    public async Task Certificates_and_enrolment_tell_where_the_agent_stands()
    {
        var active = store.Agents.First(a => a.CertificateSerial is not null);
        Assert.Equal(active.CertificateSerial, Assert.Single(await _queries.CertificatesAsync(active.Number, 10)).Serial);
        Assert.Equal(active.EnrolledAt, (await _queries.EnrolmentAsync(active.Number))?.EnrolledAt);
        var invited = store.Agents.First(a => a.CertificateSerial is null);
        Assert.Empty(await _queries.CertificatesAsync(invited.Number, 10));
        Assert.Null((await _queries.EnrolmentAsync(invited.Number))?.EnrolledAt);
        Assert.Null(await _queries.EnrolmentAsync(999_999));
    }
}
