using System.Globalization;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Detection.Signals;

/// <summary>Requests for approval and what people say to them: a flood, misuse, one's own agent, an hour at which this person never decides.</summary>
internal static class ApprovalSignals
{
    private static readonly TimeSpan FloodWindow = TimeSpan.FromMinutes(10);
    private const int FloodTold = 10, HoursKnown = 30;

    public static void Observe(in Moment m, Novelty approverHours)
    {
        var o = m.Seen;
        if (o.Kind == LeafKind.Decision && o.Code is "approvals-full" or "approval-required")
            Flood(m);
        else if (o.Kind is LeafKind.Approval or LeafKind.Decision && o.Code is "approval-own-agent" or "approval-digest" or "approval-used" or "approval-twice" or "approval-limit")
            m.Say(AlertKind.ApprovalMisuse, o.Code!, Moment.Certain, new AlertExplanation
            {
                Sentence = o.Code == "approval-own-agent" ? $"{Person(o.Actor)} wanted to approve what her own agent {m.Agent.Name} asks for" : $"An approval for {m.Agent.Name} was to be used for what it does not cover ({o.Code})",
                Features = [new("approval", 1, o.Code, "one message, once, by somebody else")],
            });
        else if (o.Kind == LeafKind.Approval && o.Code is "approval-Approve" or "approval-Refuse" && o.Actor is { } actor && actor.StartsWith("user:", StringComparison.Ordinal))
            Hour(m, actor, approverHours);
    }

    private static void Flood(in Moment m)
    {
        var o = m.Seen;
        m.Agent.Recent.Add(new("asked", "", o.At, o.Leaf, 0));
        var asked = m.Agent.Recent.Since("asked", o.At - FloodWindow);
        if (o.Code != "approvals-full" && asked.Count < FloodTold)
            return;
        m.Say(AlertKind.ApprovalFlood, "", Moment.Certain, new AlertExplanation
        {
            Sentence = $"{m.Agent.Name} asked for {asked.Count} approvals within {FloodWindow.TotalMinutes:0} minutes{(o.Code == "approvals-full" ? ", more than may wait for people" : "")}; whoever floods approvers wants one of them to click without reading",
            Actual = asked.Count, Expected = 0, High = FloodTold, Unit = $"requests in {FloodWindow.TotalMinutes:0} minutes", Features = [new("requests", 1, Moment.Text(asked.Count), $"below {FloodTold}")],
        }, [.. asked.Select(a => a.Leaf)], asked.Count);
    }

    private static void Hour(in Moment m, string actor, Novelty hours)
    {
        string At(int hour) => string.Create(CultureInfo.InvariantCulture, $"{actor}@{(hour + 24) % 24}");
        var hour = m.Seen.At.UtcDateTime.Hour;
        var known = hours.Usual(int.MaxValue).Where(u => u.Name.StartsWith(actor + "@", StringComparison.Ordinal)).Sum(u => u.Count);
        if (known >= HoursKnown && !hours.Knows(At(hour)) && !hours.Knows(At(hour - 1)) && !hours.Knows(At(hour + 1)))
            m.Say(AlertKind.UnusualApprover, actor, 6, new AlertExplanation
            {
                Sentence = $"{Person(actor)} decided for {m.Agent.Name} at {hour:00} o'clock UTC; of {known} decisions none was within an hour of that", Basis = $"{known} decisions of the same person",
                Features = [new("hour", 1, $"{hour:00}", string.Join(", ", hours.Usual(int.MaxValue).Where(u => u.Name.StartsWith(actor + "@", StringComparison.Ordinal)).Take(5).Select(u => u.Name[(u.Name.LastIndexOf('@') + 1)..])))],
            });
        hours.Learn(At(hour), m.Seen.At);
    }

    private static string Person(string? actor) => actor is { Length: > 5 } && actor.StartsWith("user:", StringComparison.Ordinal) ? actor[5..] : "Somebody";
}
