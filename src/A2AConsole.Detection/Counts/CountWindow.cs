namespace A2AConsole.Detection.Counts;

/// <summary>
/// One sliding window of a count series: what was counted, what was expected at least and at most, and how much more the counts scatter than
/// Poisson's would. The scatter is measured for each window by itself, since counts of neighbouring buckets depend on each other.
/// </summary>
internal struct CountWindow
{
    private const double Forget = 1 - 1.0 / 2016, Outlier = 16, UnseenOutlier = 5;
    private const float TailForget = 1 - 1f / 200;

    // Tails that are fatter than the model's show in how far scores beyond Ordinary go; scores of the right model go 1/ln 10 further on average.
    private const double Ordinary = 1, Furthest = 3, RightExcess = 0.4343, PriorTails = 12;

    private float _tails, _tailExcess;

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

    /// <summary>By how much this series' own past says that scores overstate; at most 1.</summary>
    public readonly double Trust => Math.Min(1, RightExcess * (_tails + PriorTails) / (_tailExcess + RightExcess * PriorTails));

    /// <summary>The surprise of as many as counted, in the light of how this series' tails were.</summary>
    public readonly double Burst(double count, double high, double dispersion)
    {
        var raw = NegativeBinomial.Tail(count, high, dispersion);
        return raw <= Ordinary ? raw : Ordinary + (raw - Ordinary) * Trust;
    }

    public void Learn(double dispersion, bool hourSeen)
    {
        var mean = Middle;
        if (!(mean > 0))
            return;
        var off = Count - mean;
        // A gross outlier must not widen what is usual; nor must an hour that is simply not known yet.
        var square = Math.Min(off * off, (hourSeen ? Outlier : UnseenOutlier) * (mean + dispersion * mean * mean));
        if (hourSeen && Count > High * 1.2)
        {
            var raw = NegativeBinomial.Tail(Count, High, dispersion);
            if (raw > Ordinary)
                (_tails, _tailExcess) = (_tails * TailForget + 1, (float)(_tailExcess * TailForget + Math.Min(raw - Ordinary, Furthest)));
        }
        _excess = (float)(_excess * Forget + square - mean);
        _square = (float)(_square * Forget + mean * mean);
    }

    public readonly void Save(BinaryWriter writer) => DetectorState.Singles(writer, [_excess, _square, _tails, _tailExcess]);

    public static CountWindow Load(BinaryReader reader) => new()
    {
        _excess = DetectorState.Single(reader, -1e37f, 1e37f), _square = DetectorState.Single(reader, 0, 1e37f),
        _tails = DetectorState.Single(reader, 0, 1000), _tailExcess = DetectorState.Single(reader, 0, 1000),
    };
}
