using System.Globalization;

namespace A2AConsole.Web.Pages.Policies;

/// <summary>A box on the drawing, in its units.</summary>
public sealed record DrawnBox(double X, double Y, double Width, double Height, string Title, string? Sub = null);

/// <summary>A line from party to party, as an SVG path.</summary>
public sealed record DrawnFlow(MapFlow Flow, string Path, double LabelX, double LabelY);

/// <summary>
/// Organisations as columns by trust zone (ours left, partners right, what nobody declared last), parties as boxes in them, flows as curves between. Computed here, so that the page
/// carries no layout of its own and looks the same to everybody.
/// </summary>
public sealed record InteractionDrawing(double Width, double Height, IReadOnlyList<DrawnBox> Organisations, IReadOnlyList<DrawnBox> Parties, IReadOnlyList<DrawnFlow> Flows)
{
    private const double BoxWidth = 196, BoxHeight = 34, Gap = 14, Pad = 14, Head = 30, ColumnGap = 110, GroupGap = 22;

    public static InteractionDrawing Of(InteractionMap map)
    {
        var zones = map.Parties.Select(p => p.Zone).Distinct(StringComparer.Ordinal).OrderBy(z => z == InteractionMap.Unknown ? 2 : z == "internal" ? 0 : 1).ThenBy(z => z, StringComparer.Ordinal).ToList();
        var organisations = new List<DrawnBox>();
        var parties = new List<DrawnBox>();
        var places = new Dictionary<string, (double X, double Y)>(StringComparer.Ordinal);
        var (x, height) = (0.0, 0.0);
        foreach (var zone in zones)
        {
            var y = 0.0;
            foreach (var organisation in map.Parties.Where(p => p.Zone == zone).GroupBy(p => p.Organisation, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                var members = organisation.Select(p => p.Role).Distinct(StringComparer.Ordinal).ToList();
                var tall = Head + members.Count * (BoxHeight + Gap) - Gap + Pad;
                organisations.Add(new DrawnBox(x, y, BoxWidth + 2 * Pad, tall, organisation.Key, zone));
                for (var i = 0; i < members.Count; i++)
                {
                    var at = y + Head + i * (BoxHeight + Gap);
                    parties.Add(new DrawnBox(x + Pad, at, BoxWidth, BoxHeight, members[i]));
                    places[members[i]] = (x + Pad, at);
                }
                y += tall + GroupGap;
            }
            height = Math.Max(height, y - GroupGap);
            x += BoxWidth + 2 * Pad + ColumnGap;
        }
        var flows = new List<DrawnFlow>();
        foreach (var (flow, i) in map.Flows.Where(f => places.ContainsKey(f.From) && places.ContainsKey(f.To) && f.From != f.To).Select((f, i) => (f, i)))
            flows.Add(Curve(flow, places[flow.From], places[flow.To], i));
        return new InteractionDrawing(Math.Max(0, x - ColumnGap) + 60, height + 4, organisations, parties, flows);
    }

    private static DrawnFlow Curve(MapFlow flow, (double X, double Y) from, (double X, double Y) to, int number)
    {
        // Several between the same columns leave at different heights, so that no line hides another.
        var shift = number % 5 * 4 - 8;
        var (y1, y2) = (from.Y + BoxHeight / 2 + shift, to.Y + BoxHeight / 2 + shift);
        double x1, x2, c1, c2;
        if (from.X < to.X)
            (x1, x2, c1, c2) = (from.X + BoxWidth, to.X, from.X + BoxWidth + ColumnGap / 2, to.X - ColumnGap / 2);
        else if (from.X > to.X)
            (x1, x2, c1, c2) = (from.X, to.X + BoxWidth, from.X - ColumnGap / 2, to.X + BoxWidth + ColumnGap / 2);
        else
            (x1, x2, c1, c2) = (from.X + BoxWidth, to.X + BoxWidth, from.X + BoxWidth + 46, to.X + BoxWidth + 46);
        return new DrawnFlow(flow, string.Create(CultureInfo.InvariantCulture, $"M{x1:0.#} {y1:0.#}C{c1:0.#} {y1:0.#} {c2:0.#} {y2:0.#} {x2:0.#} {y2:0.#}"), (x1 + 3 * c1 + 3 * c2 + x2) / 8, (y1 + y2) / 2);
    }
}
