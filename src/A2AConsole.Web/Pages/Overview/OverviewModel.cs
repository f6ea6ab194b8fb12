using A2AConsole.Core.Admission;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Overview;

/// <summary>What the Overview shows; made by the server's first render and carried over to the interactive page.</summary>
public sealed record OverviewModel
{
    /// <summary>The range's text that this was made for.</summary>
    public required string Range { get; init; }
    public required Traffic Traffic { get; init; }
    public required IReadOnlyDictionary<AgentState, int> Agents { get; init; }
    public required int AgentsWithoutOwner { get; init; }
    /// <summary>Where each live certificate stands in its life.</summary>
    public required LifeTimeline Life { get; init; }
    /// <summary>What is usual for the range's steps; empty while it is not known.</summary>
    public required IReadOnlyList<UsualStep> Usual { get; init; }
    /// <summary>Alerts that were seen in the range, the gravest first; those found benign or duplicate are left out.</summary>
    public required IReadOnlyList<AlertRow> Alerts { get; init; }
    public required QueueLengths Queues { get; init; }
    /// <summary>Open findings by kind.</summary>
    public required IReadOnlyDictionary<FindingKind, int> Findings { get; init; }
    public required Changes Changes { get; init; }
    /// <summary>Whether this person has looked before; else the changes are those of the last day.</summary>
    public required bool HasLooked { get; init; }

    public long Admitted => Traffic.Steps.Where(s => s.Code == OverviewQueries.Admitted).Sum(s => s.Count);
    public long Refused => Traffic.Steps.Where(s => s.Code != OverviewQueries.Admitted).Sum(s => s.Count);

    /// <summary>How wide a bar is, in minutes, so that a range has 60 to 100 of them.</summary>
    public static int StepOf(TimeSpan range) => range.TotalMinutes switch
    {
        <= 90 => 1,
        <= 480 => 5,
        <= 1800 => 15,
        <= 4320 => 60,
        <= 14400 => 120,
        _ => 1440,
    };

    /// <summary>The bars of the admitted or of the refused, gaps filled with zeros.</summary>
    public IReadOnlyList<ChartPoint> Points(bool admitted)
    {
        var byStep = Traffic.Steps.Where(s => s.Code == OverviewQueries.Admitted == admitted).GroupBy(s => s.Start, s => s.Count).ToDictionary(g => g.Key, g => g.Sum());
        var step = TimeSpan.FromMinutes(Traffic.StepMinutes);
        var points = new List<ChartPoint>();
        for (var minute = Traffic.FirstMinute; minute <= Traffic.LastMinute; minute += Traffic.StepMinutes)
            points.Add(new(DateTimeOffset.FromUnixTimeSeconds(minute * 60L), step, byStep.GetValueOrDefault(minute)));
        return points;
    }

    /// <summary>The usual band of the admitted bars; empty while it is not known.</summary>
    public IReadOnlyList<ChartBand> Band
    {
        get
        {
            if (Usual.Count == 0)
                return [];
            var byStep = Usual.ToDictionary(u => u.Start, u => new ChartBand(u.Low, u.High));
            return [.. Points(true).Select(p => byStep.GetValueOrDefault((int)(p.Start.ToUnixTimeSeconds() / 60)))];
        }
    }

    /// <summary>Refusals by reason, most frequent first.</summary>
    public IReadOnlyList<(string Code, string Title, string Check, long Count)> Reasons
        => [.. Traffic.Steps.Where(s => s.Code != OverviewQueries.Admitted)
            .GroupBy(s => s.Code, s => s.Count)
            .Select(g => (g.Key, RefusalWords.Title(g.Key), RefusalWords.Check(g.Key), g.Sum()))
            .OrderByDescending(r => r.Item4).ThenBy(r => r.Key, StringComparer.Ordinal)];
}
