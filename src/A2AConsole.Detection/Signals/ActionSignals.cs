using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Detection.Signals;

/// <summary>What an agent does: types and fields that neither it nor its role used, what policy forbids its role, messages that were used before or changed on their way.</summary>
internal static class ActionSignals
{
    private static readonly TimeSpan ReplayWindow = TimeSpan.FromMinutes(10), SplitWindow = TimeSpan.FromHours(24);
    private const int ReplaysTold = 3, PartsTold = 3;

    public static void Observe(in Moment m)
    {
        var o = m.Seen;
        switch (o.Kind, o.Verdict)
        {
            case (LeafKind.Event, LeafVerdict.Admitted):
                Type(m);
                Asks(m);
                Parts(m);
                break;
            case (LeafKind.Event, LeafVerdict.Refused):
                Refused(m);
                break;
            case (LeafKind.Decision, LeafVerdict.Done) when o.Code is "allow" or "approval-required":
                m.Agent.Allowed.Learn(o.Type, o.At);
                break;
            case (LeafKind.Decision, LeafVerdict.Refused) when o.Code == "policy-denied" && !m.Agent.Allowed.Knows(o.Type):
                m.Say(AlertKind.RoleDenied, o.Type, Moment.Certain, new AlertExplanation
                {
                    Sentence = $"{m.Agent.Name} tried {o.Type} towards {Moment.Name(o.Peer)}, which policy refuses and never allowed it; its role {m.Agent.Role} usually sends {Usual(m.Role.Types)}",
                    Features = [new("never allowed", 1, o.Type, Usual(m.Agent.Allowed))],
                });
                break;
        }
    }

    private static void Type(in Moment m)
    {
        var o = m.Seen;
        if (m.IsKnown && !m.Agent.Types.Knows(o.Type) && !m.Role.Types.Knows(o.Type))
        {
            var (self, role) = (m.Agent.Types.Surprise(), m.Role.Types.Surprise());
            m.Say(AlertKind.UnusualAction, o.Type, self + role, new AlertExplanation
            {
                Sentence = $"{m.Agent.Name} sent {o.Type}, which neither it nor anybody of its role sent before; usual is {Usual(m.Agent.Types)}",
                Basis = $"{m.Agent.Types.Observed:#,##0} messages of its own, {m.Role.Types.Observed:#,##0} of its role",
                Features = [new("never by itself", self / (self + role), o.Type, Usual(m.Agent.Types)), new("never by its role", role / (self + role), o.Type, Usual(m.Role.Types))],
            });
        }
        m.Agent.Types.Learn(o.Type, o.At);
        m.Role.Types.Learn(o.Type, o.At);
    }

    private static void Asks(in Moment m)
    {
        var o = m.Seen;
        foreach (var field in o.Asks)
        {
            if (m.IsKnown && !m.Agent.Asked.Knows(field) && !m.Role.Asked.Knows(field))
            {
                var (self, role) = (m.Agent.Asked.Surprise(), m.Role.Asked.Surprise());
                m.Say(AlertKind.UnusualAction, "asks:" + field, self + role, new AlertExplanation
                {
                    Sentence = $"{m.Agent.Name} asked for {field}, which neither it nor anybody of its role asked for before; usual are {Usual(m.Agent.Asked)}",
                    Basis = $"{m.Agent.Asked.Observed:#,##0} fields that it asked for",
                    Features = [new("never by itself", self / (self + role), field, Usual(m.Agent.Asked)), new("never by its role", role / (self + role), field, Usual(m.Role.Asked))],
                });
            }
            m.Agent.Asked.Learn(field, o.At);
            m.Role.Asked.Learn(field, o.At);
        }
    }

    // One thing that is approved in parts.
    private static void Parts(in Moment m)
    {
        var o = m.Seen;
        if (o.Type != "purchase.approved" || o.Money is not { TenThousandths: > 0 } money || o.Subject is not { Length: > 0 } order)
            return;
        m.Agent.Recent.Add(new("part", order, o.At, o.Leaf, money.TenThousandths));
        var parts = m.Agent.Recent.Since("part", o.At - SplitWindow, order);
        if (parts.Count < PartsTold)
            return;
        var sum = parts.Sum(p => p.Money) / 10_000.0;
        m.Say(AlertKind.SplitCommitment, order, Moment.Certain, new AlertExplanation
        {
            Sentence = $"{m.Agent.Name} approved {order} in {parts.Count} parts that come to {money.Currency} {Moment.Text(sum)}; usual is one approval for one proposal",
            Actual = parts.Count, Expected = 1, High = 1, Unit = "approvals of one proposal", Features = [new("parts", 1, Moment.Text(parts.Count), "1")],
        }, [.. parts.Select(p => p.Leaf)], parts.Count);
    }

    private static void Refused(in Moment m)
    {
        var o = m.Seen;
        switch (o.Code)
        {
            case "replayed" or "expired" or "idempotency-conflict":
                m.Agent.Recent.Add(new("replay", o.Message ?? "", o.At, o.Leaf, 0));
                var all = m.Agent.Recent.Since("replay", o.At - ReplayWindow);
                var same = o.Message is { Length: > 0 } id ? m.Agent.Recent.Since("replay", o.At - ReplayWindow, id) : [];
                // Once is what a lost answer and a retry look like.
                if (same.Count >= 2 || all.Count >= ReplaysTold)
                    m.Say(AlertKind.Replay, "", Moment.Certain, new AlertExplanation
                    {
                        Sentence = $"{(same.Count >= 2 ? $"One message of {m.Agent.Name} came {same.Count} times more after it was used" : $"{all.Count} messages of {m.Agent.Name} came again after they were used or over")} within {ReplayWindow.TotalMinutes:0} minutes; a lost answer is retried once, under its idempotency key",
                        Actual = all.Count, Expected = 0, High = 1, Unit = $"replays in {ReplayWindow.TotalMinutes:0} minutes", Features = [new("replays", 1, Moment.Text(all.Count), "at most 1")],
                    }, [.. all.Select(h => h.Leaf)], all.Count);
                break;
            case "signature-invalid" or "parts-differ" or "audience-differs" or "message-id-differs" or "parts-not-signed":
                m.Say(AlertKind.Tampering, o.Code, Moment.Certain, new AlertExplanation
                {
                    Sentence = o.Code == "signature-invalid"
                        ? $"What came over the connection of {m.Agent.Name} is not what it signed{(o.Type.Length > 0 ? $" ({o.Type})" : "")}: somebody changed it on its way, or holds its connection without its key"
                        : $"What {m.Agent.Name} wrapped around a signed event says something else than the event ({o.Code})",
                    Features = [new("what was signed", 1, o.Code, "the same bytes")],
                });
                break;
            case "wrong-signer" or "source-mismatch":
                m.Say(AlertKind.Tampering, o.Code, Moment.Certain, new AlertExplanation
                {
                    Sentence = $"Over the connection of {m.Agent.Name} came a message in another agent's name ({o.Code})", Features = [new("whose message", 1, o.Code, "its own")],
                });
                break;
        }
    }

    private static string Usual(Novelty names) => string.Join(", ", names.Usual(3).Select(u => u.Name)) is { Length: > 0 } text ? text : "nothing";
}
