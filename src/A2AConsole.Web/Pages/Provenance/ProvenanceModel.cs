using A2AConsole.Core.Ledger;
using A2AConsole.Core.Provenance.Drawing;
using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Core.Schemas;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Provenance;

/// <summary>A node of the graph with everything that is known of it.</summary>
/// <param name="Graph">Its place in the graph.</param>
/// <param name="Message">The message; null for a document, or a name that no message is known for.</param>
/// <param name="Verdict">Checked just now.</param>
/// <param name="Certificate">The certificate that it came with.</param>
/// <param name="Evidence">The evidence that this certificate was issued on.</param>
/// <param name="Then">How its sender stood then.</param>
public sealed record ProvenanceNode(
    GraphNode Graph, LineageNode? Message, LinkVerdict Verdict, EventCertificate? Certificate, IReadOnlyList<EvidenceThen> Evidence, LineageThen? Then)
{
    /// <summary>What it is called on the screen.</summary>
    public string Title => Message?.Type ?? "document";

    /// <summary>Which one.</summary>
    public string Which => Message is null ? Graph.Name : Message.Document is { } document ? document[(document.IndexOf(':', StringComparison.Ordinal) + 1)..] : Message.MessageId;

    /// <summary>Its sender's name.</summary>
    public string Sender => Message is null ? "named by digest or id" : Core.Identity.SpiffeId.TryParse(Message.Agent, out var id, out _) ? id.Name : Message.Agent;
}

/// <summary>A link of the graph, checked just now.</summary>
public sealed record ProvenanceLink(GraphEdge Edge, LinkVerdict Verdict);

/// <summary>Everything that derives from a message.</summary>
/// <param name="Messages">Nearest first.</param>
/// <param name="Totals">Money by currency, each message once.</param>
/// <param name="IsFull">Whether there are more than were counted.</param>
public sealed record ProvenanceReach(IReadOnlyList<LineageNode> Messages, IReadOnlyList<EventMoney> Totals, bool IsFull);

/// <summary>What the page shows.</summary>
public sealed record ProvenanceModel
{
    /// <summary>The message that was asked for; null when no admitted message has that name.</summary>
    public LineageNode? Start { get; init; }
    /// <summary>How many messages have that name; the newest is shown.</summary>
    public int Named { get; init; }
    /// <summary>When nothing has that name: messages that cite it.</summary>
    public IReadOnlyList<LineageNode> Citing { get; init; } = [];
    /// <summary>When nothing has that name: a leaf of the ledger that has, refused or not read yet.</summary>
    public NamedLeaf? Leaf { get; init; }
    public IReadOnlyList<ProvenanceNode> Nodes { get; init; } = [];
    public IReadOnlyList<ProvenanceLink> Links { get; init; } = [];
    public DrawnGraph? Drawing { get; init; }
    public int Hidden { get; init; }
    public bool IsFull { get; init; }
    public ProvenanceReach? Reach { get; init; }
    /// <summary>How many leaves the lineage is behind the ledger.</summary>
    public long Behind { get; init; }

    /// <summary>The first node or link that does not hold, seen from the message back; null when none was found broken.</summary>
    public (string Where, LinkVerdict Verdict)? FirstBroken
    {
        get
        {
            foreach (var node in Nodes)
            {
                if (node.Verdict.State == LinkState.Refused)
                    return ($"{node.Title} {node.Which}", node.Verdict);
                if (Links.FirstOrDefault(l => l.Edge.From == node.Graph.Key && l.Verdict.State == LinkState.Refused) is { } link)
                    return ($"the link from {node.Title} {node.Which} to {link.Edge.Name}", link.Verdict);
            }
            return null;
        }
    }
}

/// <summary>A leaf that has the name that was asked for.</summary>
public sealed record NamedLeaf(long Index, LedgerLeaf Leaf);
