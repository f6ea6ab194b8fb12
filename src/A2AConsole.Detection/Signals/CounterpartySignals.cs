using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Detection.Signals;

/// <summary>Whom an agent addresses, and about how many things it asks: somebody new for it and its role, and many at once.</summary>
internal static class CounterpartySignals
{
    public static void Observe(in Moment m)
    {
        var o = m.Seen;
        if (o.Kind != LeafKind.Event || o.Verdict != LeafVerdict.Admitted)
            return;
        if (o.Peer.Length > 0)
        {
            var isNew = m.IsKnown && !m.Agent.Peers.Knows(o.Peer) && !m.Role.Peers.Knows(o.Peer);
            if (isNew)
            {
                var (self, role) = (m.Agent.Peers.Surprise(), m.Role.Peers.Surprise());
                m.Say(AlertKind.NewCounterparty, o.Peer, self + role, new AlertExplanation
                {
                    Sentence = $"{m.Agent.Name} addressed {Moment.Name(o.Peer)}, whom neither it nor anybody of its role addressed before; usual are {Usual(m.Agent.Peers)}",
                    Basis = $"{m.Agent.Peers.Observed:#,##0} messages of its own, {m.Role.Peers.Observed:#,##0} of its role",
                    Features = [new("never by itself", self / (self + role), Moment.Name(o.Peer), Usual(m.Agent.Peers)), new("never by its role", role / (self + role), Moment.Name(o.Peer), Usual(m.Role.Peers))],
                });
            }
            m.Agent.Peers.Learn(o.Peer, o.At);
            m.Role.Peers.Learn(o.Peer, o.At);
            Spread(m, "to:" + o.Peer, "counterparties");
        }
        // What is asked of others' data can be pulled one by one.
        if (o.Asks.Count > 0 && o.Subject is { Length: > 0 } item)
            Spread(m, "about:" + item, "things asked about");
    }

    private static void Spread(in Moment m, string name, string what)
    {
        var (different, surprise) = m.Agent.Breadth.Add(name, m.Seen.At);
        if (surprise == 0 || !m.IsKnown)
            return;
        m.Say(AlertKind.FanOut, "", surprise, new AlertExplanation
        {
            Sentence = $"{m.Agent.Name} dealt with {different} different {what} within {Breadth.Window.TotalMinutes:0} minutes; usual are at most {Moment.Text(m.Agent.Breadth.Usual)}",
            Actual = different, Expected = m.Agent.Breadth.Usual, Low = 0, High = m.Agent.Breadth.Usual, Unit = $"{what} in {Breadth.Window.TotalMinutes:0} minutes", Basis = "its own windows of ten minutes",
            OnceInDays = Math.Pow(10, Math.Min(surprise, 12)) / 144, Features = [new(what, 1, Moment.Text(different), "at most " + Moment.Text(m.Agent.Breadth.Usual))],
        });
    }

    private static string Usual(Novelty names) => string.Join(", ", names.Usual(3).Select(u => Moment.Name(u.Name))) is { Length: > 0 } text ? text : "none";
}
