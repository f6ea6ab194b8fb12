namespace A2AConsole.Detection.Continuous;

/// <summary>The usual value by half hour of the day, workdays and weekends apart where both are known, with what the level lately differs from it.</summary>
internal sealed class ValueSeason
{
    private const int Slots = 48, DayMemory = 30, KindMemory = 20;
    private const float LevelShare = 0.02f;

    private readonly float[] _day = new float[Slots], _kind = new float[2 * Slots];
    private readonly byte[] _daySeen = new byte[Slots], _kindSeen = new byte[2 * Slots];
    private double _level;

    /// <summary>What is usual at a time; <paramref name="mean"/> where that half hour was never seen.</summary>
    public double At(DateTimeOffset time, double mean)
    {
        var (slot, kind) = SlotsOf(time);
        var day = _daySeen[slot] > 0 ? _day[slot] : mean;
        var weight = _kindSeen[kind] / 10.0;
        return (day + weight * _kind[kind]) / (1 + weight) + _level;
    }

    public void Learn(DateTimeOffset time, double value, double expected)
    {
        var (slot, kind) = SlotsOf(time);
        _level += (value - expected) * LevelShare;
        _daySeen[slot] = (byte)Math.Min(DayMemory, _daySeen[slot] + 1);
        _day[slot] += (float)((value - _day[slot]) / _daySeen[slot]);
        _kindSeen[kind] = (byte)Math.Min(KindMemory, _kindSeen[kind] + 1);
        _kind[kind] += (float)((value - _kind[kind]) / _kindSeen[kind]);
    }

    private static (int Slot, int Kind) SlotsOf(DateTimeOffset time)
    {
        var slot = (int)(time.TimeOfDay.Ticks / (TimeSpan.TicksPerHour / 2));
        return (slot, time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? slot + Slots : slot);
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Singles(writer, _day);
        DetectorState.Singles(writer, _kind);
        writer.Write(_daySeen);
        writer.Write(_kindSeen);
        writer.Write(_level);
    }

    public static ValueSeason Load(BinaryReader reader)
    {
        var season = new ValueSeason();
        DetectorState.Singles(reader, season._day, -float.MaxValue, float.MaxValue);
        DetectorState.Singles(reader, season._kind, -float.MaxValue, float.MaxValue);
        reader.BaseStream.ReadExactly(season._daySeen);
        reader.BaseStream.ReadExactly(season._kindSeen);
        season._level = DetectorState.Double(reader);
        return season;
    }
}
