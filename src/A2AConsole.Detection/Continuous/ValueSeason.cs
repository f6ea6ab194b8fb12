namespace A2AConsole.Detection.Continuous;

/// <summary>The usual value by half hour of the day, workdays and weekends apart where both are known, with what the level lately differs from it.</summary>
internal struct ValueSeason
{
    private const int Slots = 48, DayMemory = 30, KindMemory = 20;
    private const float LevelShare = 0.02f;

    // All days, then workdays, then weekends.
    private readonly float[] _usual = new float[3 * Slots];
    private readonly byte[] _seen = new byte[3 * Slots];
    private double _level;

    public ValueSeason()
    {
    }

    /// <summary>What is usual at a time; <paramref name="mean"/> where that half hour was never seen.</summary>
    public readonly double At(DateTimeOffset time, double mean)
    {
        var (slot, kind) = SlotsOf(time);
        var day = _seen[slot] > 0 ? _usual[slot] : mean;
        var weight = _seen[kind] / 10.0;
        return (day + weight * _usual[kind]) / (1 + weight) + _level;
    }

    public void Learn(DateTimeOffset time, double value, double expected)
    {
        var (slot, kind) = SlotsOf(time);
        _level += (value - expected) * LevelShare;
        Learn(slot, value, DayMemory);
        Learn(kind, value, KindMemory);
    }

    private readonly void Learn(int slot, double value, int memory)
    {
        _seen[slot] = (byte)Math.Min(memory, _seen[slot] + 1);
        _usual[slot] += (float)((value - _usual[slot]) / _seen[slot]);
    }

    private static (int Slot, int Kind) SlotsOf(DateTimeOffset time)
    {
        var slot = (int)(time.TimeOfDay.Ticks / (TimeSpan.TicksPerHour / 2));
        return (slot, time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? slot + 2 * Slots : slot + Slots);
    }

    public readonly void Save(BinaryWriter writer)
    {
        DetectorState.Singles(writer, _usual);
        writer.Write(_seen);
        writer.Write(_level);
    }

    public static ValueSeason Load(BinaryReader reader)
    {
        var season = new ValueSeason();
        DetectorState.Singles(reader, season._usual, -float.MaxValue, float.MaxValue);
        reader.BaseStream.ReadExactly(season._seen);
        season._level = DetectorState.Double(reader);
        return season;
    }
}
