namespace A2AConsole.Detection.Continuous;

/// <summary>The mean of the last 24 values against the long-run mean.</summary>
internal sealed class ValueLevel
{
    private const int Recent = 24, Memory = 500;

    private readonly double[] _recent = new double[Recent];
    private double _sum, _long;
    private int _seen;
    private TailModel _tail;

    public double LongRun => _long;

    public double Deviation => _seen >= Recent ? Math.Abs(_sum / Recent - _long) : 0;

    public double Score() => _seen > 2 * Recent ? _tail.Score(Deviation) : 0;

    public void Learn(double value)
    {
        if (_seen > Recent)
            _tail.Learn(Deviation);
        if (_seen >= Recent)
            _sum -= _recent[_seen % Recent];
        _recent[_seen % Recent] = value;
        _sum += value;
        _seen++;
        _long += (value - _long) / Math.Min(_seen, Memory);
        // Sums of differences lose digits: added anew once a round.
        if (_seen % Recent == 0)
            _sum = _recent.Sum();
        if (_seen >= 1_000_000 * Recent)
            _seen = 1000 * Recent;
    }

    public void Save(BinaryWriter writer)
    {
        foreach (var value in _recent)
            writer.Write(value);
        writer.Write(_sum);
        writer.Write(_long);
        writer.Write(_seen);
        _tail.Save(writer);
    }

    public static ValueLevel Load(BinaryReader reader)
    {
        var level = new ValueLevel();
        for (var i = 0; i < Recent; i++)
            level._recent[i] = DetectorState.Double(reader);
        (level._sum, level._long) = (DetectorState.Double(reader), DetectorState.Double(reader));
        level._seen = DetectorState.Int32(reader, 0, int.MaxValue);
        level._tail = TailModel.Load(reader);
        return level;
    }
}
