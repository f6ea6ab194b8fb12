using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Tests.Queries;

public sealed class AgentQueriesTests(QueryStore store) : IClassFixture<QueryStore>
{
    private readonly AgentQueries _queries = new(store.Contexts, store.Time);

    public static TheoryData<AgentSort, bool> Orders
    {
        get
        {
            var orders = new TheoryData<AgentSort, bool>();
            foreach (var sort in Enum.GetValues<AgentSort>())
            {
                orders.Add(sort, false);
                orders.Add(sort, true);
            }
            return orders;
        }
    }

    [Theory, MemberData(nameof(Orders))]
    public async Task Paging_forth_and_back_shows_each_agent_exactly_once_and_in_order(AgentSort sort, bool descending)
    {
        var request = new AgentPageRequest { Sort = sort, Descending = descending, Take = 300 };
        await BothWaysAsync(request, store.Agents);
    }

    [Theory, MemberData(nameof(Orders))]
    public async Task Paging_within_a_filter_shows_each_match_exactly_once(AgentSort sort, bool descending)
    {
        var request = new AgentPageRequest
        {
            Sort = sort, Descending = descending, Take = 77, Filter = new AgentFilter { Environment = "production", Text = "CUSTOMS" },
        };
        await BothWaysAsync(request, [.. store.Agents.Where(a => a.Environment == "production" && a.SpiffeId.Contains("customs", StringComparison.Ordinal))]);
    }

    private async Task BothWaysAsync(AgentPageRequest request, IReadOnlyList<Agent> expected)
    {
        var numbers = Expected(expected, request.Sort, request.Descending);
        var seen = new List<int>();
        var page = await _queries.PageAsync(request);
        Assert.False(page.HasPrevious);
        seen.AddRange(page.Rows.Select(r => r.Number));
        while (page.HasNext)
        {
            page = await _queries.PageAsync(request with { After = AgentCursor.TryParse(AgentCursor.Of(page.Rows[^1], request.Sort).ToString()) });
            Assert.True(page.HasPrevious);
            seen.AddRange(page.Rows.Select(r => r.Number));
        }
        Assert.Equal(numbers, seen);

        var back = page.Rows.Select(r => r.Number).ToList();
        while (page.HasPrevious)
        {
            page = await _queries.PageAsync(request with { Before = AgentCursor.Of(page.Rows[0], request.Sort) });
            Assert.True(page.HasNext || page.Rows.Count == 0);
            back.InsertRange(0, page.Rows.Select(r => r.Number));
        }
        Assert.Equal(numbers, back);
    }

    private static List<int> Expected(IEnumerable<Agent> agents, AgentSort sort, bool descending)
    {
        var sign = descending ? -1 : 1;
        return [.. agents.Order(Comparer<Agent>.Create((x, y) =>
        {
            var (a, b) = (Key(x), Key(y));
            if (a is null || b is null)
                return a is null && b is null ? sign * x.Number.CompareTo(y.Number) : a is null ? 1 : -1;
            var order = a is string text ? string.CompareOrdinal(text, (string)b) : a.CompareTo(b);
            var tie = (sort == AgentSort.Refused ? 1 : sign) * x.Number.CompareTo(y.Number);
            return order != 0 ? sign * order : tie;
        })).Select(a => a.Number)];

        IComparable? Key(Agent a) => sort switch
        {
            AgentSort.Name => a.Name,
            AgentSort.LastSeen => a.LastSeenAt,
            AgentSort.Expiry => a.CertificateNotAfter,
            AgentSort.Refused => a.Refused,
            _ => throw new ArgumentOutOfRangeException(nameof(sort)),
        };
    }

    public static TheoryData<string> Filters => ["text", "environment", "role", "organisation", "state", "tier", "owner", "ownerless", "late", "due", "healthy", "expired", "revoked", "none", "several"];

    [Theory, MemberData(nameof(Filters))]
    public async Task Each_filter_lets_through_what_it_says(string which)
    {
        var now = store.Time.GetUtcNow();
        CertificateZone Zone(Agent a) => CertificateLife.Zone(a.State, a.CertificateNotBefore, a.CertificateNotAfter, now);
        var (filter, expected) = which switch
        {
            "text" => (new AgentFilter { Text = " Agent/CARRIER-0 " }, (Func<Agent, bool>)(a => a.SpiffeId.Contains("agent/carrier-0", StringComparison.Ordinal))),
            "environment" => (new AgentFilter { Environment = "staging" }, a => a.Environment == "staging"),
            "role" => (new AgentFilter { Role = "payments" }, a => a.Role == "payments"),
            "organisation" => (new AgentFilter { Organisation = "NordShip" }, a => a.Organisation == "NordShip"),
            "state" => (new AgentFilter { State = AgentState.Invited }, a => a.State == AgentState.Invited),
            "tier" => (new AgentFilter { Tier = RiskTier.Critical }, a => a.Tier == RiskTier.Critical),
            "owner" => (new AgentFilter { Owner = "owner07@acme.example" }, a => a.Owner == "owner07@acme.example"),
            "ownerless" => (new AgentFilter { WithoutOwner = true, Owner = "owner07@acme.example" }, a => a.Owner is null),
            "late" => (new AgentFilter { Life = CertificateZone.Late }, a => Zone(a) == CertificateZone.Late),
            "due" => (new AgentFilter { Life = CertificateZone.Due }, a => Zone(a) == CertificateZone.Due),
            "healthy" => (new AgentFilter { Life = CertificateZone.Healthy }, a => Zone(a) == CertificateZone.Healthy),
            "expired" => (new AgentFilter { Life = CertificateZone.Expired }, a => Zone(a) == CertificateZone.Expired),
            "revoked" => (new AgentFilter { Life = CertificateZone.Revoked }, a => Zone(a) == CertificateZone.Revoked),
            "none" => (new AgentFilter { Life = CertificateZone.None }, a => Zone(a) == CertificateZone.None),
            _ => (new AgentFilter { Environment = "production", Role = "customs", State = AgentState.Active, Tier = RiskTier.High },
                a => a is { Environment: "production", Role: "customs", State: AgentState.Active, Tier: RiskTier.High }),
        };
        var numbers = store.Agents.Where(expected).Select(a => a.Number).ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Count, await _queries.CountAsync(filter));
        var page = await _queries.PageAsync(new AgentPageRequest { Filter = filter, Take = 10_000 });
        Assert.Equal(numbers, page.Rows.Select(r => r.Number).Order());
    }

    [Fact]
    public async Task A_wildcard_in_the_search_text_is_just_a_character()
        => Assert.Equal(0, await _queries.CountAsync(new AgentFilter { Text = "pro%tion" }));

    [Fact]
    public async Task The_facets_count_every_agent()
    {
        var facets = await _queries.FacetsAsync();
        Assert.Equal(5_000, facets.Total);
        Assert.Equal(5_000, facets.States.Values.Sum());
        Assert.Equal(5_000, facets.Environments.Sum(f => f.Count));
        Assert.Equal(store.Agents.Count(a => a.Owner is null), facets.WithoutOwner);
        Assert.Equal(store.Agents.Count(a => a.Role == "carrier"), facets.Roles.Single(f => f.Value == "carrier").Count);
        Assert.Equal(store.Agents.Count(a => a.Tier == RiskTier.Low), facets.Tiers[RiskTier.Low]);
    }

    [Fact]
    public async Task Owners_are_found_by_the_beginning_of_their_name()
    {
        Assert.Equal(["owner10@acme.example", "owner11@acme.example", "owner12@acme.example"], await _queries.OwnersAsync("owner1", 3));
        Assert.Equal(20, (await _queries.OwnersAsync("", 100)).Count);
        Assert.Empty(await _queries.OwnersAsync("nobody", 10));
    }

    [Fact]
    public async Task An_export_has_all_that_is_filtered_and_nothing_else()
    {
        var request = new AgentPageRequest { Sort = AgentSort.Refused, Descending = true, Take = 10, After = new AgentCursor("3", 9) };
        var numbers = await _queries.ExportAsync(request).Select(r => r.Number).ToListAsync();
        Assert.Equal(Expected(store.Agents, AgentSort.Refused, true), numbers);
    }

    [Theory, InlineData(null), InlineData(""), InlineData("."), InlineData("x.y"), InlineData("99999999999.a"), InlineData("-1.a")]
    public void What_is_not_a_cursor_is_no_cursor(string? text) => Assert.Null(AgentCursor.TryParse(text));

    [Theory, InlineData("5."), InlineData("5.notticks"), InlineData("5.99999999999999999999"), InlineData("5.9223372036854775807")]
    public async Task A_cursor_that_somebody_made_up_gives_a_page_and_no_error(string text)
    {
        foreach (var sort in Enum.GetValues<AgentSort>())
            Assert.NotNull(await _queries.PageAsync(new AgentPageRequest { Sort = sort, After = AgentCursor.TryParse(text) }));
    }

    [Fact]
    public async Task The_first_page_by_name_and_the_facets_need_no_scan_of_the_table()
    {
        await using var db = await store.Contexts.CreateDbContextAsync();
        Assert.Contains("USING INDEX", await PlanAsync(db, db.Agents.OrderBy(a => a.Name).ThenBy(a => a.Number).Take(50)), StringComparison.Ordinal);
        var facets = db.Agents.GroupBy(a => new { a.Environment, a.Role, a.State, a.Tier, a.Organisation }).Select(g => new { g.Key.Role, Count = g.Count() });
        Assert.Contains("COVERING INDEX", await PlanAsync(db, facets), StringComparison.Ordinal);
    }

    private static async Task<string> PlanAsync<T>(ConsoleDbContext db, IQueryable<T> query)
    {
        // ToQueryString puts the parameters in front as ".param set" lines of the shell.
        var sql = string.Join('\n', query.ToQueryString().Split('\n').Where(l => !l.StartsWith(".param", StringComparison.Ordinal)));
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // The text is EF's own.
        command.CommandText = "EXPLAIN QUERY PLAN " + sql.Replace("@p", "50", StringComparison.Ordinal);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
            plan.Add(reader.GetString(3));
        return string.Join('\n', plan);
    }
}
