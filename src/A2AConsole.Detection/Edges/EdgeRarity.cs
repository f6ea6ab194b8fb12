namespace A2AConsole.Detection.Edges;

/// <summary>How rare it is for a target to hear from a source, and for a source to speak to a target, over all time: two count-min sketches, 128 KB.</summary>
internal sealed class EdgeRarity
{
    private const int Columns = 8192, Cells = 2 * Columns;

    private readonly float[] _edges = new float[Cells], _targets = new float[Cells];

    /// <summary>−log10 of the share of the target's messages that came from this source, before this one; then counts it.</summary>
    public double Observe(ulong source, ulong target)
    {
        var edge = Count(_edges, NodeHash.Of(source, target));
        var all = Count(_targets, NodeHash.Mix(target));
        return Surprise.Of((edge + 0.5) / (all + 1));
    }

    private static float Count(float[] cells, ulong hash)
    {
        var (first, second) = ((int)(hash & (Columns - 1)), Columns + (int)((hash >> 32) & (Columns - 1)));
        var before = Math.Min(cells[first], cells[second]);
        cells[first]++;
        cells[second]++;
        return before;
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Singles(writer, _edges);
        DetectorState.Singles(writer, _targets);
    }

    public static EdgeRarity Load(BinaryReader reader)
    {
        var rarity = new EdgeRarity();
        DetectorState.Singles(reader, rarity._edges, 0);
        DetectorState.Singles(reader, rarity._targets, 0);
        return rarity;
    }
}
