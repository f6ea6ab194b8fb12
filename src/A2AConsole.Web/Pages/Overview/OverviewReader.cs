using A2AConsole.Data.Queries;
using A2AConsole.Web.Live;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Overview;

/// <summary>Reads the Overview. What costs a scan over all agents is read once in a while and shared by all viewers.</summary>
public sealed class OverviewReader(OverviewQueries overview, AgentQueries agents, CertificateQueries certificates, FindingQueries findings, AlertQueries alerts, TriagePulse pulse, TimeProvider time)
{
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(5);

    private const int MostMarks = 60;
    private const int MostRanges = 100;

    private readonly Lock _gate = new();
    private Task<(AgentFacets Agents, LifeTimeline Life)>? _fleet;
    private readonly Dictionary<(long From, long To), Task<IReadOnlyList<UsualStep>>> _usual = [];
    private DateTimeOffset _fleetAt;

    /// <summary>Everything for a range; changes since <paramref name="since"/>, or of the last day.</summary>
    public async Task<OverviewModel> ReadAsync(TimeRange range, DateTimeOffset? since)
    {
        var now = time.GetUtcNow();
        var (from, to) = range.Bounds(now);
        var end = to ?? now;
        var fleet = FleetAsync(now);
        var traffic = overview.TrafficAsync(from, end, OverviewModel.StepOf(end - from));
        var usual = UsualAsync(from, end);
        var marks = alerts.MarksAsync(from, end.AddSeconds(1), MostMarks);
        var lengths = pulse.LengthsAsync();
        var changes = overview.ChangesAsync(since ?? now.AddDays(-1));
        var open = findings.CountsAsync(FindingFilter.Open);
        var (facets, life) = await fleet;
        return new OverviewModel
        {
            Range = range.Text,
            Traffic = await traffic,
            Agents = facets.States,
            AgentsWithoutOwner = facets.WithoutOwner,
            Life = life,
            Usual = await usual,
            Alerts = await marks,
            Queues = await lengths,
            Findings = await open,
            Changes = await changes,
            HasLooked = since is not null,
        };
    }

    // What was usual changes by the step only, and is the same for everybody.
    private Task<IReadOnlyList<UsualStep>> UsualAsync(DateTimeOffset from, DateTimeOffset to)
    {
        var step = OverviewModel.StepOf(to - from);
        var key = (from.ToUnixTimeSeconds() / 60 / step, to.ToUnixTimeSeconds() / 60 / step);
        lock (_gate)
        {
            if (_usual.TryGetValue(key, out var known) && !known.IsFaulted && !known.IsCanceled)
                return known;
            if (_usual.Count >= MostRanges)
                _usual.Clear();
            return _usual[key] = overview.UsualAsync(from, to, step);
        }
    }

    private Task<(AgentFacets Agents, LifeTimeline Life)> FleetAsync(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_fleet is { IsFaulted: false, IsCanceled: false } && now - _fleetAt < Shared)
                return _fleet;
            _fleetAt = now;
            return _fleet = ReadAsync();
        }

        async Task<(AgentFacets, LifeTimeline)> ReadAsync() => (await agents.FacetsAsync(), await certificates.TimelineAsync());
    }
}
