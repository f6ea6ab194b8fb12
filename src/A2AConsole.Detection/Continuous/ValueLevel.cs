namespace A2AConsole.Detection.Continuous;

/// <summary>The mean of the last 24 values against the long-run mean.</summary>
internal struct ValueLevel
{
    private const int Recent = 24, Memory = 500;

    private readonly float[] _recent = new float[Recent];
    private double _sum, _long;
    private int _seen;
    private TailModel _tail;

    public ValueLevel()
    {
    }

    public readonly double LongRun => _long;

    public readonly double Deviation => _seen >= Recent ? Math.Abs(_sum / Recent - _long) : 0;

    public readonly double Score() => _seen > 2 * Recent ? _tail.Score(Deviation) : 0;

    public void Learn(double value)
    {
        if (_seen > Recent)
            _tail.Learn(Deviation);
        if (_seen >= Recent)
            _sum -= _recent[_seen % Recent];
        _recent[_seen % Recent] = (float)value;
        _sum += (float)value;
        _seen++;
        _long += (value - _long) / Math.Min(_seen, Memory);
        // Sums of differences lose digits: added anew once a round.
        if (_seen % Recent == 0)
            _sum = _recent.Sum(v => (double)v);
        if (_seen >= 1_000_000 * Recent)
            _seen = 1000 * Recent;
    }

    public readonly void Save(BinaryWriter writer)
    {
        DetectorState.Singles(writer, _recent);
        writer.Write(_sum);
        writer.Write(_long);
        writer.Write(_seen);
        _tail.Save(writer);
    }

    public static ValueLevel Load(BinaryReader reader)
    {
        var level = new ValueLevel();
        DetectorState.Singles(reader, level._recent, -float.MaxValue, float.MaxValue);
        (level._sum, level._long) = (DetectorState.Double(reader), DetectorState.Double(reader));
        level._seen = DetectorState.Int32(reader, 0, int.MaxValue);
        level._tail = TailModel.Load(reader);
        return level;
    }
}
