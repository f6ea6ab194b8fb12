using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Provenance;

/// <summary>Verdicts on links as the screen says them: a sign, a word, a class; never colour alone.</summary>
public static class ProvenanceWords
{
    public static string Word(LinkState state) => state switch
    {
        LinkState.Verified => "Verified",
        LinkState.Refused => "Broken",
        LinkState.Expired => "Payload gone",
        _ => "Not provable",
    };

    /// <summary>The sign beside the word, the same in the drawing, its file and the table.</summary>
    public static string Sign(LinkState state) => state switch
    {
        LinkState.Verified => "✓",
        LinkState.Refused => "✕",
        LinkState.Expired => "–",
        _ => "?",
    };

    public static string Css(LinkState state) => state switch
    {
        LinkState.Verified => "admitted",
        LinkState.Refused => "refused",
        _ => "unknown",
    };

    /// <summary>What each verdict means, for the legend.</summary>
    public static string Means(LinkState state) => state switch
    {
        LinkState.Verified => "checked just now, and it holds",
        LinkState.Refused => "checked just now, and it does not hold",
        LinkState.Expired => "held when it was admitted; retention has removed what it said",
        _ => "named by an id, or not held here: nothing to check it by",
    };

    /// <summary>The line under the page's title.</summary>
    public static string Says(ProvenanceModel model, LineageDirection direction)
    {
        if (model.Start is not { } start)
            return model.Citing.Count > 0 ? $"{Numbers.Of(model.Citing.Count, "message cites", "messages cite")} it; it was not sent through here itself." : "No admitted message has that name.";
        var name = start.Document ?? start.MessageId;
        if (direction == LineageDirection.Forward)
        {
            var reach = model.Reach!;
            if (reach.Messages.Count == 0)
                return $"Nothing derives from {start.Type} {name} yet.";
            var money = reach.Totals.Count == 0 ? "no money" : string.Join(" and ", reach.Totals);
            return $"{(reach.IsFull ? "At least " : "")}{Numbers.Of(reach.Messages.Count, "message derives", "messages derive")} from {start.Type} {name}, by {Numbers.Of(reach.Messages.Select(m => m.Agent).Distinct().Count(), "agent")}, naming {money}.";
        }
        var others = model.Nodes.Count - 1;
        if (others == 0)
            return $"{start.Type} {name} names nothing that it derives from.";
        var broken = model.FirstBroken is { } b ? $"The first that does not hold: {b.Where}." : "Nothing on the way was found broken.";
        return $"{start.Type} {name} derives from {Numbers.Of(others, "message or document", "messages and documents")} shown here. {broken}";
    }
}
