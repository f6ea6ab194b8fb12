using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace A2AConsole.Data.Queries;

/// <summary>Events of one code in one step of the range.</summary>
/// <param name="Start">The step's first minute, in minutes since the Unix epoch.</param>
/// <param name="Code"><c>admitted</c>, or a refusal's text.</param>
/// <param name="Count">How many.</param>
public sealed record TrafficStep(int Start, string Code, long Count);

/// <summary>Traffic of a range, in steps of <paramref name="StepMinutes"/>; steps without events are left out.</summary>
public sealed record Traffic(int FirstMinute, int LastMinute, int StepMinutes, IReadOnlyList<TrafficStep> Steps);

/// <summary>What is usual for one step of a range: between <paramref name="Low"/> and <paramref name="High"/> events were admitted at the same time of the days, or weeks, before.</summary>
/// <param name="Start">The step's first minute, in minutes since the Unix epoch.</param>
/// <param name="Low">From…</param>
/// <param name="High">…to.</param>
public sealed record UsualStep(int Start, long Low, long High);

/// <summary>What happened since a moment.</summary>
/// <param name="Since">The moment, UTC.</param>
/// <param name="Admitted">Events admitted.</param>
/// <param name="Refused">Events refused.</param>
/// <param name="Records">How many records of each kind, newest scanned first.</param>
/// <param name="Notable">The newest records that a person should see: refusals by the authority or the edge, revocations, administration.</param>
/// <param name="IsComplete">False when there were more records than were looked at: the numbers are lower bounds.</param>
public sealed record Changes(
    DateTimeOffset Since, long Admitted, long Refused, IReadOnlyList<RecordCount> Records, IReadOnlyList<RecordLeaf> Notable, bool IsComplete);

/// <summary>Records of one kind and verdict.</summary>
public sealed record RecordCount(LeafKind Kind, LeafVerdict Verdict, int Count);

/// <summary>A leaf that is not an event, and its index.</summary>
public sealed record RecordLeaf(long Index, LedgerLeaf Leaf);

/// <summary>The Overview's numbers: from counters, never from the events themselves.</summary>
public sealed class OverviewQueries(IDbContextFactory<ConsoleDbContext> contexts, RecordQueries records)
{
    /// <summary>The code under which admitted events are counted.</summary>
    public const string Admitted = "admitted";

    private const int MostBlocks = 1000;
    private const int MinutesADay = 1440;
    private const int FewestPeriods = 3;
    private const int FewestWithoutExtremes = 5;
    private const int MostNotable = 6;

    /// <summary>Events a step and code between two moments.</summary>
    public async Task<Traffic> TrafficAsync(DateTimeOffset from, DateTimeOffset to, int stepMinutes, CancellationToken cancellationToken = default)
    {
        var first = Minute(from) / stepMinutes * stepMinutes;
        var last = Minute(to);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var steps = await db.TrafficMinutes.AsNoTracking()
            .Where(t => t.Minute >= first && t.Minute <= last)
            .GroupBy(t => new { Step = t.Minute / stepMinutes, t.Code })
            .Select(g => new { g.Key.Step, g.Key.Code, Count = g.Sum(t => t.Count) })
            .ToListAsync(cancellationToken);
        return new Traffic(first, last, stepMinutes, [.. steps.Select(s => new TrafficStep(s.Step * stepMinutes, s.Code, s.Count))]);
    }

    /// <summary>
    /// What was admitted at the same times of the seven days before (of the four weeks before, for more than a day), without the extremes where there are enough; nothing where fewer
    /// than three of them are on record, since that is no usage, and nothing for more than a week.
    /// </summary>
    public async Task<IReadOnlyList<UsualStep>> UsualAsync(DateTimeOffset from, DateTimeOffset to, int stepMinutes, CancellationToken cancellationToken = default)
    {
        var (period, most) = to - from <= TimeSpan.FromHours(30) ? (MinutesADay, 7) : (7 * MinutesADay, 4);
        if (to - from > TimeSpan.FromDays(8))
            return [];
        var first = Minute(from) / stepMinutes * stepMinutes;
        var last = Minute(to);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.TrafficMinutes.MinAsync(t => (int?)t.Minute, cancellationToken) is not { } since)
            return [];
        var before = new List<Dictionary<int, long>>();
        for (var i = 1; i <= most && first - i * period >= since; i++)
        {
            var shift = i * period;
            before.Add((await db.TrafficMinutes.AsNoTracking().Where(t => t.Code == Admitted && t.Minute >= first - shift && t.Minute <= last - shift)
                .GroupBy(t => (t.Minute + shift) / stepMinutes).Select(g => new { g.Key, Count = g.Sum(t => t.Count) }).ToListAsync(cancellationToken)).ToDictionary(s => s.Key * stepMinutes, s => s.Count));
        }
        if (before.Count < FewestPeriods)
            return [];
        var usual = new List<UsualStep>();
        var extremes = before.Count >= FewestWithoutExtremes ? 1 : 0;
        for (var minute = first; minute <= last; minute += stepMinutes)
        {
            var counts = before.Select(b => b.GetValueOrDefault(minute)).Order().ToList();
            usual.Add(new(minute, counts[extremes], counts[^(1 + extremes)]));
        }
        return usual;
    }

    /// <summary>What happened since <paramref name="since"/>.</summary>
    public async Task<Changes> ChangesAsync(DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        var minute = Minute(since);
        long admitted, refused;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var counts = await db.TrafficMinutes.AsNoTracking().Where(t => t.Minute >= minute)
                .GroupBy(t => t.Code == Admitted).Select(g => new { IsAdmitted = g.Key, Count = g.Sum(t => t.Count) }).ToListAsync(cancellationToken);
            admitted = counts.Where(c => c.IsAdmitted).Sum(c => c.Count);
            refused = counts.Where(c => !c.IsAdmitted).Sum(c => c.Count);
        }
        var found = await records.SinceAsync(since, MostBlocks, cancellationToken);
        return new Changes(since, admitted, refused,
            [.. found.Rows.GroupBy(r => (r.Leaf.Kind, r.Leaf.Verdict)).Select(g => new RecordCount(g.Key.Kind, g.Key.Verdict, g.Count())).OrderByDescending(c => c.Count)],
            [.. found.Rows.Where(IsNotable).Take(MostNotable)],
            found.IsComplete);
    }

    private static bool IsNotable(RecordLeaf record) => record.Leaf switch
    {
        { Kind: LeafKind.Revocation or LeafKind.Connection or LeafKind.RefusalSummary } => true,
        { Kind: LeafKind.Administration, Actor: not "system" } => true,
        { Kind: LeafKind.Enrolment or LeafKind.Renewal or LeafKind.SignIn, Verdict: LeafVerdict.Refused } => true,
        _ => false,
    };

    private static int Minute(DateTimeOffset time) => (int)Math.Clamp(time.ToUnixTimeSeconds() / 60, 0, int.MaxValue);
}
