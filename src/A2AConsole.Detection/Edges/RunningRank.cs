namespace A2AConsole.Detection.Edges;

/// <summary>Where a value stands among all that came before, 0 to 1: a histogram of 512 logarithmic classes, so that unlike scores can be mixed as they come.</summary>
internal sealed class RunningRank
{
    private const int Classes = 512;
    private const double Step = 0.06;

    private readonly int[] _counts = new int[Classes];
    private int _total;

    /// <summary>The rank of a value of 0 or more, then counts it.</summary>
    public double Observe(double value)
    {
        var at = Math.Clamp((int)(Math.Log(1 + 1000 * Math.Max(0, value)) / Step), 0, Classes - 1);
        var below = 0;
        for (var i = 0; i < at; i++)
            below += _counts[i];
        var rank = _total == 0 ? 0.5 : (below + 0.5 * _counts[at]) / _total;
        _counts[at]++;
        _total++;
        if (_total == int.MaxValue / 2)
            Halve();
        return rank;
    }

    private void Halve()
    {
        _total = 0;
        for (var i = 0; i < Classes; i++)
            _total += _counts[i] /= 2;
    }

    public void Save(BinaryWriter writer)
    {
        foreach (var count in _counts)
            writer.Write(count);
    }

    public static RunningRank Load(BinaryReader reader)
    {
        var rank = new RunningRank();
        for (var i = 0; i < Classes; i++)
            rank._total = checked(rank._total + (rank._counts[i] = DetectorState.Int32(reader, 0, int.MaxValue / 2)));
        return rank;
    }
}
