using A2AConsole.Core.Detection;
using A2AConsole.Detection.Counts;

namespace A2AConsole.Detection.Signals;

/// <summary>Counts one thing of one agent into buckets, has them judged, and remembers the last hours for the picture.</summary>
internal sealed class Meter
{
    private const int Kept = 48;

    private readonly float[] _recent = new float[Kept];
    private CountSeries _series = new();
    private double _current;
    private long _bucket = -1;
    private CountAnomaly _toldNow;

    /// <summary>Leaves of the bucket now, newest last.</summary>
    public List<long> Leaves { get; } = [];

    /// <summary>Counted in the bucket now.</summary>
    public double Current => _current;

    /// <summary>Adds to the bucket that is open, and says whether it is already out of the usual.</summary>
    public CountScore Add(DateTimeOffset at, double amount, long leaf, CountOptions options)
    {
        _bucket = Math.Max(_bucket, at.UtcTicks / CountSeries.Bucket.Ticks);
        _current += amount;
        if (Leaves.Count >= Signal.MaxLeaves)
            Leaves.RemoveAt(0);
        Leaves.Add(leaf);
        var score = _series.Peek(at, _current, options);
        // Told once within a bucket; its end tells what became of it.
        if (!score.Raise || _toldNow == score.Anomaly)
            return score with { Raise = false };
        _toldNow = score.Anomaly;
        return score;
    }

    /// <summary>Ends the bucket that was open. A gap is neither learned nor judged.</summary>
    public (CountScore Score, double Count) Close(DateTimeOffset start, bool isGap, CountOptions options)
    {
        var score = _series.Observe(start, isGap ? double.NaN : _current, options);
        var count = _current;
        _recent[(int)(start.UtcTicks / CountSeries.Bucket.Ticks % Kept)] = (float)count;
        (_current, _toldNow) = (0, CountAnomaly.None);
        Leaves.Clear();
        return (score, count);
    }

    /// <summary>What a score rests on. While a bucket is open (<paramref name="open"/>: its count), the band is that of the ended ones.</summary>
    public (CountExplanation Why, IReadOnlyList<AlertPoint> Points) Explain(CountScore score, DateTimeOffset at, double? open)
    {
        var why = _series.Explain(score);
        var per = why.Window / CountSeries.Bucket;
        if (open is { } counted)
        {
            var from = CountSeries.BucketOf(at);
            why = why with { From = from - why.Window + CountSeries.Bucket, Actual = counted + (per > 1 ? Sum(at, (int)per - 1) : 0) };
        }
        var first = CountSeries.BucketOf(at).AddTicks(-(Kept - 1) * CountSeries.Bucket.Ticks);
        var points = new List<AlertPoint>(Kept);
        for (var i = 0; i < Kept; i++)
        {
            var start = first.AddTicks(i * CountSeries.Bucket.Ticks);
            var value = i == Kept - 1 && open is { } now ? now : _recent[(int)(start.UtcTicks / CountSeries.Bucket.Ticks % Kept)];
            points.Add(new AlertPoint(start, value, why.Low / per, why.High / per));
        }
        return (why, points);
    }

    private double Sum(DateTimeOffset at, int buckets)
    {
        var sum = 0.0;
        for (var back = 1; back <= Math.Min(buckets, Kept - 1); back++)
            sum += _recent[(int)((at.UtcTicks / CountSeries.Bucket.Ticks - back) % Kept)];
        return sum;
    }

    public void Save(BinaryWriter writer)
    {
        _series.Save(writer);
        DetectorState.Singles(writer, _recent);
        writer.Write(_current);
        writer.Write(_bucket);
        writer.Write((byte)_toldNow);
        writer.Write(Leaves.Count);
        Leaves.ForEach(writer.Write);
    }

    public static Meter Load(BinaryReader reader)
    {
        var meter = new Meter { _series = CountSeries.Load(reader) };
        DetectorState.Singles(reader, meter._recent, 0);
        meter._current = DetectorState.Double(reader, 0);
        meter._bucket = reader.ReadInt64();
        meter._toldNow = (CountAnomaly)reader.ReadByte();
        var leaves = DetectorState.Int32(reader, 0, Signal.MaxLeaves);
        for (var i = 0; i < leaves; i++)
            meter.Leaves.Add(reader.ReadInt64());
        return meter;
    }
}
