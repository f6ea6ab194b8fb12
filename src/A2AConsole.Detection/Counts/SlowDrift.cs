namespace A2AConsole.Detection.Counts;

/// <summary>
/// Notices a level that creeps by a few percent a day, which a baseline that learns would follow. Each day's total is compared with the same
/// weekday one week before; what the last week's comparisons have in common is drift. It judges totals as they came, not as they were learned.
/// </summary>
internal sealed class SlowDrift
{
    private const int Days = 18, Week = 7, Comparisons = 10, Full = 288, Enough = 270;

    // ln(total + 1) of the last complete days, newest last; NaN where a day was not whole.
    private readonly float[] _days = NoDays();
    private long _day = -1;
    private int _seen;
    private double _sum;

    /// <summary>Surprise of the drift as it stood at the end of the last day; positive up, negative down.</summary>
    public float Score { get; private set; }

    /// <summary>The change of level by which it is judged: last week against three weeks before, as ratio.</summary>
    public float Ratio { get; private set; } = 1;

    /// <summary>Counts a bucket; true when a day ended and the drift was judged anew.</summary>
    public bool Add(long bucket, double count)
    {
        var day = bucket / Full;
        var ended = day != _day && _day >= 0;
        if (ended)
            End(day);
        _day = day;
        _seen++;
        _sum += count;
        return ended;
    }

    private void End(long day)
    {
        for (var d = _day; d < Math.Min(day, _day + Days); d++)
        {
            Array.Copy(_days, 1, _days, 0, Days - 1);
            // Scaled to a whole day where a few buckets are missing.
            _days[^1] = d == _day && _seen >= Enough ? (float)Math.Log(_sum * Full / _seen + 1) : float.NaN;
        }
        (_seen, _sum) = (0, 0);
        Judge();
    }

    private void Judge()
    {
        (Score, Ratio) = (0, 1);
        var (n, sum, squares, smallest) = (0, 0.0, 0.0, double.MaxValue);
        for (var i = Days - 1; i >= Days - Comparisons; i--)
        {
            var change = _days[i] - _days[i - Week];
            if (float.IsNaN(change))
                continue;
            (n, sum, squares) = (n + 1, sum + change, squares + change * change);
            smallest = Math.Min(smallest, Math.Min(_days[i], _days[i - Week]));
        }
        if (n < Comparisons - 1)
            return;
        var mean = sum / n;
        // Never surer than Poisson's scatter of two totals and two percent of a day's own allow.
        var variance = Math.Max((squares - n * mean * mean) / (n - 1), 2 * Math.Exp(-smallest) + 0.0008);
        // Ten comparisons over a lag of seven are not independent: three of them share a day.
        var t2 = mean * mean / variance * n * 0.6;
        // Student's tail with n − 1 degrees of freedom falls with this power.
        Score = (float)(n / 2.0 * Math.Log10(1 + t2 / (n - 1)) * Math.Sign(mean));
        Ratio = (float)Math.Exp(2 * mean);
    }

    private static float[] NoDays()
    {
        var days = new float[Days];
        Array.Fill(days, float.NaN);
        return days;
    }

    public void Save(BinaryWriter writer)
    {
        foreach (var day in _days)
            writer.Write(day);
        writer.Write(_day);
        writer.Write(_seen);
        writer.Write(_sum);
        writer.Write(Score);
        writer.Write(Ratio);
    }

    public static SlowDrift Load(BinaryReader reader)
    {
        var drift = new SlowDrift();
        for (var i = 0; i < Days; i++)
        {
            var day = reader.ReadSingle();
            drift._days[i] = float.IsNaN(day) || (day >= 0 && day < 100) ? day : throw new DetectorStateException("the state is damaged: a day's total that no day has");
        }
        drift._day = reader.ReadInt64();
        drift._seen = DetectorState.Int32(reader, 0, Full);
        drift._sum = DetectorState.Double(reader, 0);
        drift.Score = DetectorState.Single(reader, -1000, 1000);
        drift.Ratio = DetectorState.Single(reader, 0);
        return drift;
    }
}
