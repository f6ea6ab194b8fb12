namespace A2AConsole.Core.Provenance.Drawing;

/// <summary>The measures of a drawing, in its own units.</summary>
/// <param name="Width">Of a node.</param>
/// <param name="Height">Of a node.</param>
/// <param name="Between">Between two layers.</param>
/// <param name="Gap">Between two nodes of a layer.</param>
/// <param name="Margin">Around everything.</param>
public sealed record DrawingMeasures(double Width = 196, double Height = 56, double Between = 84, double Gap = 20, double Margin = 24);

/// <summary>A node's place: its upper left corner.</summary>
public sealed record PlacedNode(string Key, double X, double Y, int Layer);

/// <summary>An edge as a line through points, from the node at its left to the one at its right.</summary>
/// <param name="From">The key of the node that it was given as coming from.</param>
/// <param name="To">The key of the node that it was given as leading to.</param>
/// <param name="Points">From left to right.</param>
public sealed record PlacedEdge(string From, string To, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A graph with places.</summary>
/// <param name="Width">Of the whole drawing.</param>
/// <param name="Height">Of the whole drawing.</param>
/// <param name="Nodes">Layer by layer, from top to bottom in each.</param>
/// <param name="Edges">All edges.</param>
/// <param name="Crossings">How often edges cross between neighbouring layers.</param>
public sealed record DrawnGraph(double Width, double Height, IReadOnlyList<PlacedNode> Nodes, IReadOnlyList<PlacedEdge> Edges, int Crossings);
