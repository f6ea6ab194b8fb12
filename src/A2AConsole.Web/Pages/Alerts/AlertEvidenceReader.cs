using A2AConsole.Core.Ledger;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>What stands around an alert: the events behind it, how like cases ended, its agent's time around it and how things stood when it began.</summary>
/// <param name="Events">The newest events behind it, newest first.</param>
/// <param name="Like">Alerts of the same kind, of this agent or its role.</param>
/// <param name="Around">Its agent's time from two hours before to one hour after, oldest first.</param>
/// <param name="Standing">How certificate, evidence and policy stood; null without an agent of ours.</param>
public sealed record AlertEvidence(IReadOnlyList<RecordLeaf> Events, LikeAlerts Like, IReadOnlyList<AgentMoment> Around, StandingThen? Standing);

/// <summary>Reads what stands around an alert.</summary>
public sealed class AlertEvidenceReader(AlertDetailQueries alerts, ILedgerReader ledger)
{
    private const int Events = 12;
    private const int Like = 5;
    private static readonly TimeSpan Earlier = TimeSpan.FromHours(2), Later = TimeSpan.FromHours(1);

    public async Task<AlertEvidence> ReadAsync(AlertDetail alert)
    {
        var events = new List<RecordLeaf>();
        foreach (var index in alert.Leaves.Reverse().Take(Events))
            if (await ledger.LeafAsync(index) is { } bytes && LeafReader.TryParse(bytes, out var leaf, out _))
                events.Add(new(index, leaf));
        var like = await alerts.LikeAsync(alert.Row, Like);
        if (alert.Agent is not { } agent)
            return new(events, like, [], null);
        var around = await alerts.AroundAsync(agent.Number, alert.Row.FirstSeenAt - Earlier, alert.Row.LastSeenAt + Later);
        return new(events, like, [.. around.Where(m => m.Kind != MomentKind.Alert || m.Leaf != alert.Row.Id)], await alerts.StandingAsync(agent.Number, alert.Row.FirstSeenAt));
    }
}
