using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Active;
using A2AConsole.Web.Pages.Policies;

namespace A2AConsole.Web.Pages.Overview;

/// <summary>Who spoke to whom in the last week, with what is unusual about it now.</summary>
/// <param name="Drawing">Where everything stands.</param>
/// <param name="Unusual">The flows that an alert is about, with its sentence, by the flow's key.</param>
/// <param name="Alerted">How many alerts there are about a party, and how grave (0 to 3).</param>
public sealed record FlowPictureModel(InteractionDrawing Drawing, IReadOnlyDictionary<string, string> Unusual, IReadOnlyDictionary<string, (int Count, int Step)> Alerted);

/// <summary>Reads the Overview's map. It costs a scan over a week's flows, so it is read once in a while and shared by all viewers.</summary>
public sealed class FlowPictureReader(ObservedFlowQueries observed, AlertQueries alerts, IActivePolicy active, TimeProvider time)
{
    private const int Days = 7, MostFlows = 500, MostAlerts = 300;
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(10);
    /// <summary>How long an alert nobody closed lights its flow.</summary>
    private static readonly TimeSpan Lit = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private Task<FlowPictureModel>? _read;
    private DateTimeOffset _readAt;

    public Task<FlowPictureModel> ReadAsync()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_read is { IsFaulted: false, IsCanceled: false } && (now - _readAt).Duration() < Shared)
                return _read;
            _readAt = now;
            return _read = ReadAsync(now);
        }
    }

    private async Task<FlowPictureModel> ReadAsync(DateTimeOffset now)
    {
        var map = InteractionMap.Of(active.Bundle?.Interactions, await observed.SinceAsync(now.AddDays(-Days), MostFlows));
        // What was declared and never seen is for the Interactions page: here one looks at what happens.
        var flows = map.Flows.Where(f => f.Standing != FlowStanding.NeverSeen).ToList();
        var named = flows.SelectMany(f => (string[])[f.From, f.To]).ToHashSet(StringComparer.Ordinal);
        map = map with { Flows = flows, Parties = [.. map.Parties.Where(p => named.Contains(p.Role))] };
        var open = (await alerts.MarksAsync(now - Lit, now.AddMinutes(1), MostAlerts)).Where(a => a.State != AlertState.Closed && a.AgentId.Length > 0).ToList();
        string? PartyOf(string spiffeId) => !SpiffeId.TryParse(spiffeId, out var id, out _) ? null : named.Contains(id.Name) ? id.Name : named.Contains(id.Role) ? id.Role : null;
        var unusual = new Dictionary<string, string>(StringComparer.Ordinal);
        var alerted = new Dictionary<string, (int Count, int Step)>(StringComparer.Ordinal);
        foreach (var alert in open)
        {
            if (PartyOf(alert.AgentId) is not { } from)
                continue;
            var (count, step) = alerted.GetValueOrDefault(from);
            alerted[from] = (count + 1, Math.Max(step, (int)alert.Severity));
            // An alert about counterparties names the one; one about how much it says, or to how many, is about them all.
            var peer = PartyOf(alert.Cause);
            var all = alert.Kind is AlertKind.FanOut or AlertKind.VolumeBurst or AlertKind.BytesBurst or AlertKind.MoneyBurst;
            foreach (var flow in flows.Where(f => f.From == from && (f.To == peer || all || f.Types.Contains(alert.Cause))))
                unusual.TryAdd(flow.Key, alert.Sentence);
        }
        return new(InteractionDrawing.Of(map), unusual, alerted);
    }
}
