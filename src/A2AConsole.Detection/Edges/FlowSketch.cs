namespace A2AConsole.Detection.Edges;

/// <summary>
/// Counts of many things in little room: how often in this tick, how often per tick in all, and how unusual that was. Count-min sketches of two
/// rows; what collides is overestimated, never under.
/// </summary>
internal sealed class FlowSketch
{
    public const int Rows = 2, Columns = 1024;
    private const int Cells = Rows * Columns;

    private readonly float[] _current = new float[Cells], _total = new float[Cells], _score = new float[Cells];

    /// <summary>Counts one and gives the statistic of Bhatia et al.: χ² of this tick's count against the mean of the ticks before.</summary>
    public float Add(ulong hash, int ticks)
    {
        var (first, second) = ((int)(hash & (Columns - 1)), Columns + (int)((hash >> 32) & (Columns - 1)));
        _current[first]++;
        _current[second]++;
        var score = Statistic(Math.Min(_current[first], _current[second]), Math.Min(_total[first], _total[second]), ticks);
        // The score is kept with the cells that gave it, so that the end of the tick knows what to filter.
        _score[first] = _score[second] = score;
        return score;
    }

    /// <summary>Ends a tick: what was usual is added to the totals; where it was not, the mean stands in, so that an attack does not become the norm.</summary>
    /// <param name="ticks">Ticks that the totals hold.</param>
    public void EndTick(int ticks, float threshold, float kept)
    {
        for (var i = 0; i < Cells; i++)
        {
            if (_score[i] < threshold)
                _total[i] += _current[i];
            else if (ticks > 1)
                _total[i] += _total[i] / (ticks - 1);
            _current[i] *= kept;
        }
    }

    private static float Statistic(float current, float total, int ticks)
    {
        if (total == 0 || ticks <= 1)
            return 0;
        var off = current + total - current * ticks;
        return off * off / (total * (ticks - 1));
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Singles(writer, _current);
        DetectorState.Singles(writer, _total);
        DetectorState.Singles(writer, _score);
    }

    public static FlowSketch Load(BinaryReader reader)
    {
        var sketch = new FlowSketch();
        DetectorState.Singles(reader, sketch._current, 0);
        DetectorState.Singles(reader, sketch._total, 0);
        DetectorState.Singles(reader, sketch._score, 0);
        return sketch;
    }
}
