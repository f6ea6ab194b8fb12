namespace A2AConsole.Detection.Signals;

/// <summary>
/// The usual of positive values that scatter by factors (quantities, amounts): mean and deviation of their logarithms. How far a value lies out is
/// judged by Student's t, whose heavy tails forgive what few observations do not know yet. Learning is clipped at three deviations, and never forgets
/// faster than one in <see cref="Memory"/>.
/// </summary>
internal struct LogUsual
{
    private const int Memory = 300;
    private const double LeastDeviation = 0.08, FirstDeviation = 0.7, Degrees = 10;

    private double _mean, _variance;

    /// <summary>How many were learned, at most <see cref="Memory"/>.</summary>
    public int Seen { get; private set; }

    public readonly double Middle => Math.Exp(_mean);

    public readonly double Deviation => Math.Max(LeastDeviation, Math.Sqrt(Seen < 2 ? FirstDeviation * FirstDeviation : (_variance * Seen + FirstDeviation * FirstDeviation * 2) / (Seen + 2)));

    /// <summary>Where 19 of 20 lie.</summary>
    public readonly (double Low, double High) Band => (Math.Exp(_mean - 1.96 * Deviation), Math.Exp(_mean + 1.96 * Deviation));

    /// <summary>How many deviations a value lies out; signed.</summary>
    public readonly double Out(double value) => (Math.Log(value) - _mean) / Deviation;

    /// <summary>−log10 of the probability of lying as far out to that side.</summary>
    public readonly double Surprise(double value)
    {
        var t = Math.Abs(Out(value));
        if (t < 1)
            return 0;
        // The tail of Student's t from above: density × t-ish, exact enough from one deviation on.
        const double scale = 0.38910838396603;
        var density = scale * Math.Pow(1 + t * t / Degrees, -(Degrees + 1) / 2);
        return Detection.Surprise.Of(density * (1 + t * t / Degrees) * Degrees / ((Degrees - 1) * t));
    }

    public void Learn(double value)
    {
        var x = Math.Log(value);
        if (Seen >= 20)
            x = Math.Clamp(x, _mean - 3 * Deviation, _mean + 3 * Deviation);
        Seen = Math.Min(Seen + 1, Memory);
        var weight = 1.0 / Seen;
        var difference = x - _mean;
        _mean += weight * difference;
        _variance = (1 - weight) * (_variance + weight * difference * difference);
    }

    public readonly void Save(BinaryWriter writer)
    {
        writer.Write(Seen);
        writer.Write(_mean);
        writer.Write(_variance);
    }

    public static LogUsual Load(BinaryReader reader)
        => new() { Seen = DetectorState.Int32(reader, 0, Memory), _mean = DetectorState.Double(reader, -1000, 1000), _variance = DetectorState.Double(reader, 0, 1e6) };
}
