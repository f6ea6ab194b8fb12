namespace A2AConsole.Cli.Bench;

/// <summary>Latencies gathered by several tasks, in milliseconds.</summary>
internal sealed class Latencies
{
    private readonly List<double> _values = [];

    public void Add(TimeSpan value)
    {
        lock (_values)
            _values.Add(value.TotalMilliseconds);
    }

    /// <summary>The value below which the share <paramref name="quantile"/> (0–1) lies; 0 when nothing was measured.</summary>
    public double Quantile(double quantile)
    {
        lock (_values)
        {
            if (_values.Count == 0)
                return 0;
            _values.Sort();
            return _values[(int)Math.Min(_values.Count - 1, Math.Floor(quantile * _values.Count))];
        }
    }
}
