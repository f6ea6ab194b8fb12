using System.Globalization;
using System.Net;
using System.Text;
using A2AConsole.Core.Provenance.Drawing;
using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Provenance;

/// <summary>Writes the drawing as SVG: with links and the console's colours for the page, or by itself on a light ground for a file.</summary>
public static class ProvenanceSvg
{
    // The light design's colours, written out: a file knows nothing of the console's style, and must be printable.
    private const string FileStyle =
        "text{font-family:system-ui,sans-serif;font-size:12px;fill:#3a4653}.t{font-weight:600;font-size:13px;fill:#141a22}.box{fill:#fff;stroke:#7c8896}.start .box{stroke:#2456c9;stroke-width:2}"
        + ".line{fill:none;stroke:#7c8896;stroke-width:1.5}.ref{stroke-dasharray:6 4}.admitted .v,.v.admitted{fill:#0a5341}.refused .v,.v.refused{fill:#8b1a10}.unknown .v,.v.unknown{fill:#434d58}"
        + ".line.refused{stroke:#8b1a10;stroke-width:3}.dot{fill:#fff;stroke:#7c8896}.more{fill:#e2ebfd;stroke:#2456c9}.head{fill:#7c8896}";

    /// <summary>The drawing within the page.</summary>
    public static string OfPage(ProvenanceModel model, ProvenanceView view) => Write(model, view, file: null);

    /// <summary>The drawing as a file, with a title and a legend of its own.</summary>
    public static string OfFile(ProvenanceModel model, ProvenanceView view, string title) => Write(model, view, title);

    private static string Write(ProvenanceModel model, ProvenanceView view, string? file)
    {
        var drawing = model.Drawing!;
        var (m, svg) = (ProvenanceReader.Measures, new StringBuilder(4096 + model.Nodes.Count * 700));
        var top = file is null ? 0 : 72;
        var (width, height) = (Math.Max(drawing.Width, file is null ? 0 : 720), drawing.Height + top);
        var size = view.Zoom is { } zoom && file is null ? Text($" width=\"{width * zoom / 100:0}\" height=\"{height * zoom / 100:0}\"") : file is null ? "" : Text($" width=\"{width:0}\" height=\"{height:0}\"");
        svg.Append(Text($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:0} {height:0}\"{size} class=\"graph\" role=\"group\" aria-label=\"Lineage, left to right from what came first\">"));
        svg.Append("<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path class=\"head\" d=\"M0 0 8 4 0 8z\"/></marker></defs>");
        if (file is not null)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<style>{FileStyle}</style>").Append(Text($"<rect width=\"{width:0}\" height=\"{height:0}\" fill=\"#fff\"/>"));
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"t\" x=\"24\" y=\"28\">{Encode(file)}</text><text x=\"24\" y=\"50\">")
                .Append(string.Join("   ", Enum.GetValues<LinkState>().Select(s => $"{ProvenanceWords.Sign(s)} {Encode(ProvenanceWords.Word(s))}"))).Append("   solid: by digest   dashed: by id</text>");
        }
        svg.Append(Text($"<g transform=\"translate(0 {top})\">"));
        var links = model.Links.ToDictionary(l => (l.Edge.From, l.Edge.To));
        foreach (var edge in drawing.Edges)
            if (links.TryGetValue((edge.To, edge.From), out var link))
                Edge(svg, edge, link);
        var places = drawing.Nodes.ToDictionary(n => n.Key);
        foreach (var node in model.Nodes)
            Node(svg, node, places[node.Graph.Key], m, model, view, file is null);
        return svg.Append("</g></svg>").ToString();
    }

    private static void Edge(StringBuilder svg, PlacedEdge edge, ProvenanceLink link)
    {
        var path = new StringBuilder();
        foreach (var (i, (x, y)) in edge.Points.Index())
        {
            if (i == 0)
            {
                path.Append(Text($"M{x:0.#} {y:0.#}"));
                continue;
            }
            var (px, py) = edge.Points[i - 1];
            var half = (x - px) / 2;
            path.Append(Text($"C{px + half:0.#} {py:0.#} {x - half:0.#} {y:0.#} {x:0.#} {y:0.#}"));
        }
        var state = link.Verdict.State;
        var (a, b) = (edge.Points[^2], edge.Points[^1]);
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Encode($"{link.Edge.Name}: {ProvenanceWords.Word(state)}. {link.Verdict.Detail}")}</title>")
            .Append(CultureInfo.InvariantCulture, $"<path class=\"line {ProvenanceWords.Css(state)}{(link.Edge.Kind == LineageKind.Reference ? " ref" : "")}\" d=\"{path}\" marker-end=\"url(#head)\"/>")
            .Append(Text($"<circle class=\"dot\" cx=\"{(a.X + b.X) / 2:0.#}\" cy=\"{(a.Y + b.Y) / 2:0.#}\" r=\"9\"/><text class=\"v {ProvenanceWords.Css(state)}\" text-anchor=\"middle\" x=\"{(a.X + b.X) / 2:0.#}\" y=\"{(a.Y + b.Y) / 2 + 4:0.#}\">{ProvenanceWords.Sign(state)}</text></g>"));
    }

    private static void Node(StringBuilder svg, ProvenanceNode node, PlacedNode place, DrawingMeasures m, ProvenanceModel model, ProvenanceView view, bool linked)
    {
        var state = node.Verdict.State;
        var isStart = node.Graph.Leaf == model.Start!.Leaf;
        var css = $"node {ProvenanceWords.Css(state)}{(isStart ? " start" : "")}{(view.Node == node.Graph.Key ? " selected" : "")}{(node.Message is null ? " document" : "")}";
        var when = node.Message is { } message ? message.At.UtcDateTime.ToString("dd MMM HH:mm", CultureInfo.InvariantCulture) : "";
        string[] lines =
        [
            Cut(node.Title, 26), node.Message is null ? Cut(node.Which, 30) : Cut(node.Sender, 14) + (when.Length > 0 ? " · " + when : ""), $"{ProvenanceWords.Sign(state)} {ProvenanceWords.Word(state)}",
            node.Message?.Money?.ToString() ?? "",
        ];
        // The name begins with what is drawn (WCAG 2.5.3), and says besides what there is no room for.
        var label = $"{string.Join(' ', lines).TrimEnd()}, {node.Which}";
        svg.Append(Text($"<g class=\"{css}\" transform=\"translate({place.X:0.#} {place.Y:0.#})\">"));
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Encode($"{node.Title} {node.Which}. {node.Verdict.Detail}")}</title>");
        if (linked)
            svg.Append(CultureInfo.InvariantCulture, $"<a href=\"{Encode((view with { Node = node.Graph.Key }).Url)}\" aria-label=\"{Encode(label)}\">");
        svg.Append(Text($"<rect class=\"box\" width=\"{m.Width}\" height=\"{m.Height}\" rx=\"{(node.Message is null ? 14 : 4)}\"/>"))
            .Append(CultureInfo.InvariantCulture, $"<text class=\"t\" x=\"10\" y=\"18\">{Encode(lines[0])}</text> ")
            .Append(CultureInfo.InvariantCulture, $"<text x=\"10\" y=\"33\">{Encode(lines[1])}</text> ")
            .Append(CultureInfo.InvariantCulture, $"<text class=\"v\" x=\"10\" y=\"49\">{Encode(lines[2])}</text> ");
        if (lines[3].Length > 0)
            svg.Append(Text($"<text class=\"money\" text-anchor=\"end\" x=\"{m.Width - 10}\" y=\"49\">{Encode(lines[3])}</text>"));
        if (linked)
            svg.Append("</a>");
        if (node.Graph is { More: > 0, Leaf: { } leaf })
        {
            // On the side on which its further neighbours would stand.
            var x = view.Direction == LineageDirection.Backward ? -46 : m.Width + 6;
            var more = Text($"<rect class=\"more\" x=\"{x}\" y=\"{m.Height / 2 - 11}\" width=\"40\" height=\"22\" rx=\"11\"/><text aria-hidden=\"true\" text-anchor=\"middle\" x=\"{x + 20}\" y=\"{m.Height / 2 + 4}\">+{Numbers.Text(node.Graph.More)}</text>");
            svg.Append(linked ? $"<a class=\"opens\" href=\"{Encode(view.Opening(leaf).Url)}\" aria-label=\"{Encode($"Show {Numbers.Of(node.Graph.More, "more neighbour")} of {node.Title} {node.Which}")}\">{more}</a>" : more);
        }
        svg.Append("</g>");
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : ShortId.Shorten(text, most);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
