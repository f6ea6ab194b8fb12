namespace A2AConsole.Detection.Signals;

/// <summary>
/// Whether what an agent names creeps: the mean of each day's deviations from the usual of its items, summed up (CUSUM, a slack of one deviation of
/// the day's mean) to either side. A rise of three in a hundred a day is far within a single value's scatter and shows after some days.
/// </summary>
internal struct LevelDrift
{
    private const double Slack = 1;
    private const int LeastADay = 10;

    private long _day;
    private double _sum;
    private int _count;
    private double _up, _down;

    /// <summary>−log10 of the probability of such a sum: that of a random walk with drift −slack ever reaching it.</summary>
    public readonly double Surprise => Detection.Surprise.OfLog(-2 * Slack * Math.Max(_up, _down));

    public readonly bool Rises => _up >= _down;

    /// <summary>The mean deviation of the day that ended last, in deviations of a single value.</summary>
    public double LastMean { get; private set; }

    /// <summary>Adds a value's deviation; true when a day has ended with it.</summary>
    public bool Add(DateTimeOffset at, double deviation)
    {
        var day = at.UtcTicks / TimeSpan.TicksPerDay;
        var ended = day > _day && _day > 0;
        if (ended && _count >= LeastADay)
        {
            LastMean = _sum / _count;
            // Days have moods of their own beside chance.
            var z = LastMean / Math.Sqrt(1.0 / _count + 0.0025);
            (_up, _down) = (Math.Max(0, _up + Math.Clamp(z, -6, 6) - Slack), Math.Max(0, _down - Math.Clamp(z, -6, 6) - Slack));
        }
        if (day > _day)
            (_day, _sum, _count) = (day, 0, 0);
        _sum += Math.Clamp(deviation, -3, 3);
        _count++;
        return ended;
    }

    /// <summary>Begins anew after it was told.</summary>
    public void Reset() => (_up, _down) = (0, 0);

    public readonly void Save(BinaryWriter writer)
    {
        writer.Write(_day);
        writer.Write(_sum);
        writer.Write(_count);
        writer.Write(_up);
        writer.Write(_down);
        writer.Write(LastMean);
    }

    public static LevelDrift Load(BinaryReader reader)
        => new() { _day = reader.ReadInt64(), _sum = DetectorState.Double(reader), _count = DetectorState.Int32(reader, 0, int.MaxValue), _up = DetectorState.Double(reader, 0), _down = DetectorState.Double(reader, 0), LastMean = DetectorState.Double(reader) };
}
