using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Lists agents: pages by filter and order, counts, and what there is to filter by.</summary>
public sealed class AgentQueries(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    private const int ExportPage = 2_000;

    internal static readonly Expression<Func<Agent, AgentRow>> ToRow = a => new AgentRow(
        a.Number, a.SpiffeId, a.Environment, a.Role, a.Name, a.Organisation, a.Owner, a.State, a.Tier, a.CreatedAt, a.LastSeenAt,
        a.Admitted, a.Refused, a.CertificateSerial, a.CertificateNotBefore, a.CertificateNotAfter, a.IsDemo);

    /// <summary>One page of agents.</summary>
    public async Task<Page<AgentRow>> PageAsync(AgentPageRequest request, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var backwards = request.Before is not null;
        var cursor = request.Before ?? request.After;
        var agents = Sorted(Filtered(db, request.Filter), request, cursor, request.Descending ^ backwards, backwards);
        var rows = await agents.Select(ToRow).Take(request.Take + 1).ToListAsync(cancellationToken);
        var more = rows.Count > request.Take;
        if (more)
            rows.RemoveAt(request.Take);
        if (backwards)
            rows.Reverse();
        return backwards ? new(rows, more, rows.Count > 0) : new(rows, cursor is not null, more);
    }

    /// <summary>How many agents pass the filter.</summary>
    public async Task<int> CountAsync(AgentFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Filtered(db, filter).CountAsync(cancellationToken);
    }

    /// <summary>Agents by their number, e.g. to refresh the rows on the screen; the order is not defined.</summary>
    public async Task<IReadOnlyList<AgentRow>> ByNumberAsync(IReadOnlyCollection<int> numbers, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Agents.AsNoTracking().Where(a => numbers.Contains(a.Number)).Select(ToRow).ToListAsync(cancellationToken);
    }

    /// <summary>What the filters offer, counted over all agents by walking one narrow index.</summary>
    public async Task<AgentFacets> FacetsAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var groups = await db.Agents
            .GroupBy(a => new { a.Environment, a.Role, a.State, a.Tier, a.Organisation })
            .Select(g => new { g.Key.Environment, g.Key.Role, g.Key.State, g.Key.Tier, g.Key.Organisation, Count = g.Count() })
            .ToListAsync(cancellationToken);
        var ownerless = await db.Agents.CountAsync(a => a.Owner == null, cancellationToken);
        return new AgentFacets(
            groups.Sum(g => g.Count), ownerless,
            groups.GroupBy(g => g.State).ToDictionary(g => g.Key, g => g.Sum(x => x.Count)),
            groups.GroupBy(g => g.Tier).ToDictionary(g => g.Key, g => g.Sum(x => x.Count)),
            Facets(groups.GroupBy(g => g.Environment, g => g.Count)),
            Facets(groups.GroupBy(g => g.Role, g => g.Count)),
            Facets(groups.GroupBy(g => g.Organisation, g => g.Count)));

        static List<Facet> Facets(IEnumerable<IGrouping<string, int>> groups)
            => [.. groups.Select(g => new Facet(g.Key, g.Sum())).OrderBy(f => f.Value, StringComparer.Ordinal)];
    }

    /// <summary>Owners whose user name starts with <paramref name="prefix"/>, in alphabetical order.</summary>
    public async Task<IReadOnlyList<string>> OwnersAsync(string prefix, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var owners = db.Agents.Where(a => a.Owner != null).Select(a => a.Owner!);
        if (prefix.Length > 0)
            owners = owners.Where(o => string.Compare(o, prefix) >= 0 && string.Compare(o, prefix + '\uffff') < 0);
        return await owners.Distinct().OrderBy(o => o).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Every agent that passes the filter, in order, page by page: no transaction stays open while a slow reader takes its time.
    /// </summary>
    public async IAsyncEnumerable<AgentRow> ExportAsync(AgentPageRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        request = request with { Before = null, After = null, Take = ExportPage };
        while (true)
        {
            var page = await PageAsync(request, cancellationToken);
            foreach (var row in page.Rows)
                yield return row;
            if (!page.HasNext)
                yield break;
            request = request with { After = AgentCursor.Of(page.Rows[^1], request.Sort) };
        }
    }

    /// <summary>
    /// The filter, written so that SQLite scans the table: it takes any index that fits, and fetching 70,000 of 100,000 rows in an
    /// index's order takes 90 ms where the scan takes 20. Adding the empty text and naming the other states are what keeps it from
    /// that. Only a named owner is worth an index.
    /// </summary>
    private IQueryable<Agent> Filtered(ConsoleDbContext db, AgentFilter filter)
    {
        var agents = db.Agents.AsNoTracking();
        if (filter.Text?.Trim() is { Length: > 0 } text)
        {
            text = text.ToLowerInvariant();
            agents = agents.Where(a => a.SpiffeId.Contains(text));
        }
        if (filter.Environment is { } environment)
            agents = agents.Where(a => a.Environment + "" == environment);
        if (filter.Role is { } role)
            agents = agents.Where(a => a.Role == role);
        if (filter.Organisation is { } organisation)
            agents = agents.Where(a => a.Organisation == organisation);
        if (filter.Tier is { } tier)
            agents = agents.Where(a => a.Tier == tier);
        if (filter.State is { } state)
            foreach (var other in Enum.GetValues<AgentState>().Where(s => s != state))
                agents = agents.Where(a => a.State != other);
        if (filter.Life is { } life)
            agents = agents.InZone(life, time.GetUtcNow(), indexed: false);
        if (filter.WithoutOwner)
            agents = agents.Where(a => (a.Owner ?? "") == "");
        else if (filter.Owner is { } owner)
            agents = agents.Where(a => a.Owner == owner);
        return agents;
    }

    private static IQueryable<Agent> Sorted(IQueryable<Agent> agents, AgentPageRequest request, AgentCursor? cursor, bool descending, bool backwards)
        => request.Sort switch
        {
            AgentSort.Name when request.Filter.IsEmpty => ByNameIndexed(agents, cursor, descending),
            AgentSort.Name => ByNameScanned(agents, cursor, descending),
            AgentSort.LastSeen => ByTime(agents, a => a.LastSeenAt, cursor, descending, backwards),
            AgentSort.Expiry => ByTime(agents, a => a.CertificateNotAfter, cursor, descending, backwards),
            AgentSort.Refused => ByRefused(agents, cursor, descending, backwards),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.Sort, null),
        };

    private static IOrderedQueryable<Agent> ByNameIndexed(IQueryable<Agent> agents, AgentCursor? cursor, bool descending)
    {
        if (cursor is { Number: var number })
        {
            var name = cursor.Value ?? "";
            // The outer comparison is what lets the index find the place; the inner one takes out the ties already shown.
            agents = descending
                ? agents.Where(a => string.Compare(a.Name, name) <= 0 && (string.Compare(a.Name, name) < 0 || a.Number < number))
                : agents.Where(a => string.Compare(a.Name, name) >= 0 && (string.Compare(a.Name, name) > 0 || a.Number > number));
        }
        return descending
            ? agents.OrderByDescending(a => a.Name).ThenByDescending(a => a.Number)
            : agents.OrderBy(a => a.Name).ThenBy(a => a.Number);
    }

    /// <summary>
    /// By name among few: walking the name index would fetch each row to test it, in random order (100 ms at 100,000 agents).
    /// Adding the empty text keeps SQLite from that; a plain scan with a small sorter takes 15 ms.
    /// </summary>
    private static IOrderedQueryable<Agent> ByNameScanned(IQueryable<Agent> agents, AgentCursor? cursor, bool descending)
    {
        if (cursor is { Number: var number })
        {
            var name = cursor.Value ?? "";
            agents = descending
                ? agents.Where(a => string.Compare(a.Name + "", name) < 0 || (a.Name + "" == name && a.Number < number))
                : agents.Where(a => string.Compare(a.Name + "", name) > 0 || (a.Name + "" == name && a.Number > number));
        }
        return descending
            ? agents.OrderByDescending(a => a.Name + "").ThenByDescending(a => a.Number)
            : agents.OrderBy(a => a.Name + "").ThenBy(a => a.Number);
    }

    /// <summary>
    /// By refusals, most of which are zero: ties go by number in the table's own order, else each row of a scan would push another
    /// out of the sorter (60 ms instead of 15).
    /// </summary>
    private static IOrderedQueryable<Agent> ByRefused(IQueryable<Agent> agents, AgentCursor? cursor, bool descending, bool backwards)
    {
        if (cursor is { Number: var number, Count: var count })
            agents = (descending, backwards) switch
            {
                (false, false) => agents.Where(a => a.Refused > count || (a.Refused == count && a.Number > number)),
                (true, false) => agents.Where(a => a.Refused < count || (a.Refused == count && a.Number > number)),
                (false, true) => agents.Where(a => a.Refused > count || (a.Refused == count && a.Number < number)),
                (true, true) => agents.Where(a => a.Refused < count || (a.Refused == count && a.Number < number)),
            };
        var placed = descending ? agents.OrderByDescending(a => a.Refused) : agents.OrderBy(a => a.Refused);
        return backwards ? placed.ThenByDescending(a => a.Number) : placed.ThenBy(a => a.Number);
    }

    /// <summary>
    /// By a time that may be missing. There is deliberately no index on when an agent was last seen: it would be rewritten with
    /// every commit of the edge, and a scan of 100,000 agents with a small sorter takes 15 ms.
    /// </summary>
    private static IOrderedQueryable<Agent> ByTime(
        IQueryable<Agent> agents, Expression<Func<Agent, DateTimeOffset?>> column, AgentCursor? cursor, bool descending, bool backwards)
    {
        if (cursor is not null)
            agents = agents.Where(Beyond(column, cursor, descending, backwards));
        var missing = Expression.Lambda<Func<Agent, bool>>(
            Expression.Equal(column.Body, Expression.Constant(null, typeof(DateTimeOffset?))), column.Parameters);
        var placed = backwards ? agents.OrderByDescending(missing) : agents.OrderBy(missing);
        return descending
            ? placed.ThenByDescending(column).ThenByDescending(a => a.Number)
            : placed.ThenBy(column).ThenBy(a => a.Number);
    }

    private static Expression<Func<Agent, bool>> Beyond(
        Expression<Func<Agent, DateTimeOffset?>> column, AgentCursor cursor, bool descending, bool backwards)
    {
        var number = cursor.Number;
        Expression<Func<DateTimeOffset?, int, bool>> beyond = (cursor.Time, descending, backwards) switch
        {
            (null, false, false) => (x, n) => x == null && n > number,
            (null, true, false) => (x, n) => x == null && n < number,
            (null, false, true) => (x, n) => x != null || n > number,
            (null, true, true) => (x, n) => x != null || n < number,
            ({ } t, false, false) => (x, n) => x > t || (x == t && n > number) || x == null,
            ({ } t, true, false) => (x, n) => x < t || (x == t && n < number) || x == null,
            ({ } t, false, true) => (x, n) => x > t || (x == t && n > number),
            ({ } t, true, true) => (x, n) => x < t || (x == t && n < number),
        };
        var agent = column.Parameters[0];
        var body = new Replace(beyond.Parameters[0], column.Body).Visit(beyond.Body);
        body = new Replace(beyond.Parameters[1], Expression.Property(agent, nameof(Agent.Number))).Visit(body);
        return Expression.Lambda<Func<Agent, bool>>(body, agent);
    }

    private sealed class Replace(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
