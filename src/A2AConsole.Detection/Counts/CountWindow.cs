namespace A2AConsole.Detection.Counts;

/// <summary>
/// One sliding window of a count series: what was counted, what was expected at least and at most, and how much more the counts scatter than
/// Poisson's would. The scatter is measured for each window by itself, since counts of neighbouring buckets depend on each other.
/// </summary>
internal struct CountWindow
{
    private const double Forget = 1 - 1.0 / 2016, Outlier = 16;

    // Σ((x − μ)² − μ) and Σμ²: their ratio is α.
    private float _excess, _square;

    public double Count, Low, High;

    public readonly double Middle => (Low + High) / 2;

    /// <summary>α of this window, pulled to <paramref name="prior"/> as long as little is known.</summary>
    public readonly double Dispersion(double prior, double least, double mean)
    {
        var weight = 30 * mean * mean + 2;
        return Math.Clamp((_excess + prior * weight) / (_square + weight), least, 20);
    }

    public void Learn(double dispersion)
    {
        var mean = Middle;
        if (!(mean > 0))
            return;
        var off = Count - mean;
        // A gross outlier must not widen what is usual: cut at four deviations.
        var square = Math.Min(off * off, Outlier * (mean + dispersion * mean * mean));
        _excess = (float)(_excess * Forget + square - mean);
        _square = (float)(_square * Forget + mean * mean);
    }

    public readonly void Save(BinaryWriter writer) => DetectorState.Singles(writer, [_excess, _square]);

    public static CountWindow Load(BinaryReader reader) => new() { _excess = DetectorState.Single(reader, -1e37f, 1e37f), _square = DetectorState.Single(reader, 0, 1e37f) };
}
