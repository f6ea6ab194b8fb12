namespace A2AConsole.Detection.Signals;

/// <summary>
/// How many different ones an agent deals with within ten minutes: whom it addresses, and what it asks about. Judged by Poisson's tail over the most that
/// was usual; what is usual rises by at most a half a window, so that it is not taught in a hurry.
/// </summary>
internal sealed class Breadth
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private const int Most = 256, Least = 6;
    private const double Fading = 0.999;

    private readonly HashSet<string> _now = new(StringComparer.Ordinal);
    private DateTimeOffset _from;
    private double _usual = 1;

    /// <summary>The most that is usual within a window.</summary>
    public double Usual => _usual;

    /// <summary>Adds one; returns how many different ones there are in the window now, and how surprising that is.</summary>
    public (int Different, double Surprise) Add(string name, DateTimeOffset at)
    {
        if (at - _from >= Window)
            End(at);
        if (_now.Count >= Most || !_now.Add(name) || _now.Count < Least)
            return (_now.Count, 0);
        return (_now.Count, Tail(_now.Count, _usual));
    }

    private void End(DateTimeOffset at)
    {
        _usual = Math.Max(1, Math.Max(_usual * Fading, Math.Min(_now.Count, _usual * 1.5 + 1)));
        _now.Clear();
        _from = new DateTimeOffset(at.UtcTicks - at.UtcTicks % Window.Ticks, TimeSpan.Zero);
    }

    // P(X >= k) of a Poisson variable, its terms summed from k on.
    private static double Tail(int k, double mean)
    {
        var term = -mean + k * Math.Log(mean);
        for (var i = 2; i <= k; i++)
            term -= Math.Log(i);
        if (k <= mean)
            return 0;
        // The terms fall at least geometrically.
        return Surprise.OfLog(term - Math.Log(1 - mean / (k + 1)));
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_from.UtcTicks);
        writer.Write(_usual);
        writer.Write(_now.Count);
        foreach (var name in _now.Order(StringComparer.Ordinal))
            writer.Write(name);
    }

    public static Breadth Load(BinaryReader reader)
    {
        var breadth = new Breadth { _from = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero), _usual = DetectorState.Double(reader, 1, 1e6) };
        for (var left = DetectorState.Int32(reader, 0, Most); left > 0; left--)
            breadth._now.Add(reader.ReadString());
        return breadth;
    }
}
