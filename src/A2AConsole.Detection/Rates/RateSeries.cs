namespace A2AConsole.Detection.Rates;

/// <summary>How failures are unusual.</summary>
public enum RateAnomaly
{
    None,

    /// <summary>One after the other.</summary>
    Repeat,

    /// <summary>Many within the hour.</summary>
    Burst,

    /// <summary>The rate has risen, by little and for long.</summary>
    Drift,
}

/// <summary>The verdict on an outcome.</summary>
/// <param name="Surprise">−log10 p of the most unusual of repeat, burst and drift.</param>
/// <param name="Failures">Of the last hour.</param>
/// <param name="Trials">Of the last hour.</param>
/// <param name="Usual">The usual share of failures.</param>
/// <param name="Raise">Over the threshold and not told within the hour, or twice as surprising.</param>
public readonly record struct RateScore(RateAnomaly Anomaly, double Surprise, int Failures, int Trials, double Usual, bool Raise);

/// <summary>
/// Failures among trials (attestations, renewals, refusals) of an agent or of a role: beta-binomial for what an hour holds and for runs of failures,
/// CUSUM for a rate that has doubled. A hundred bytes. Not for several threads at once.
/// </summary>
/// <remarks>
/// The usual rate forgets over about a thousand trials. What is unusual does not teach; what teaches counts at most three times the usual rate.
/// </remarks>
public sealed class RateSeries
{
    private const byte Tag = (byte)'R', Version = 1;
    private const int Slots = 12, MostTrials = 1_000_000;
    private const double Memory = 1000, LeastRise = 0.02, MostTaught = 3, Doubt = 3;
    private static readonly long Slot = TimeSpan.FromMinutes(5).Ticks;

    private readonly int[] _failures = new int[Slots], _trials = new int[Slots];
    private double _alpha, _beta, _drift, _toldWas;
    private long _last = -1, _told = -1;
    private int _run;

    /// <param name="failures">What is believed before anything is seen: as many failures… (a role's experience, or little)</param>
    /// <param name="successes">…and as many successes.</param>
    public RateSeries(double failures = 0.5, double successes = 20) => (_alpha, _beta) = (Math.Max(failures, 0.05), Math.Max(successes, 0.05));

    /// <summary>The usual share of failures.</summary>
    public double Usual => _alpha / (_alpha + _beta);

    /// <summary>Judges one outcome, then learns it. Time that goes back belongs to the latest.</summary>
    public RateScore Observe(DateTimeOffset time, bool failed, double threshold = 5)
    {
        Advance(time.UtcTicks / Slot);
        var now = (int)(_last % Slots);
        _trials[now] = Math.Min(_trials[now] + 1, MostTrials);
        _failures[now] = Math.Min(_failures[now] + (failed ? 1 : 0), MostTrials);
        _run = failed ? _run + 1 : 0;
        var (failures, trials) = (_failures.Sum(), _trials.Sum());
        var usual = Usual;

        var repeat = _run > 1 ? Run() : 0;
        var burst = failures > trials * usual ? BetaBinomial.Tail(failures, trials, _alpha, _beta) : 0;
        var drift = Drift(failed, usual);
        var most = Math.Max(repeat, Math.Max(burst, drift));
        var anomaly = most == 0 ? RateAnomaly.None : most == burst ? RateAnomaly.Burst : most == repeat ? RateAnomaly.Repeat : RateAnomaly.Drift;
        var raise = failed && most >= threshold && (_told < 0 || _last - _told >= Slots || most >= _toldWas * 2);
        if (raise)
            (_told, _toldWas) = (_last, most);
        Learn(failed, usual, most);
        return new RateScore(anomaly, most, failures, trials, usual, raise);
    }

    // The probability that a run begins now and goes so far.
    private double Run()
    {
        var log = 0.0;
        for (var i = 0; i < Math.Min(_run, 200); i++)
            log += Math.Log((_alpha + i) / (_alpha + _beta + i));
        return Surprise.OfLog(log);
    }

    // Page's CUSUM of the log-likelihood ratio between the usual rate and twice of it; e^−S bounds the chance of reaching S.
    private double Drift(bool failed, double usual)
    {
        var risen = Math.Min(0.98, Math.Max(2 * usual, usual + LeastRise));
        _drift = Math.Clamp(_drift + (failed ? Math.Log(risen / usual) : Math.Log((1 - risen) / (1 - usual))), 0, 200);
        return Surprise.OfLog(-_drift);
    }

    private void Learn(bool failed, double usual, double surprise)
    {
        var weight = surprise >= Doubt && failed ? Math.Min(1, MostTaught * usual) : 1;
        var kept = 1 - Math.Max(0, 1 - Memory / (_alpha + _beta + 1));
        (_alpha, _beta) = (Math.Max(0.05, _alpha * kept) + (failed ? weight : 0), Math.Max(0.05, _beta * kept) + (failed ? 0 : 1));
    }

    private void Advance(long slot)
    {
        if (_last < 0)
            _last = slot;
        for (var at = _last + 1; at <= Math.Min(slot, _last + Slots); at++)
            (_failures[at % Slots], _trials[at % Slots]) = (0, 0);
        _last = Math.Max(_last, slot);
    }

    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        for (var i = 0; i < Slots; i++)
        {
            writer.Write(_failures[i]);
            writer.Write(_trials[i]);
        }
        foreach (var value in (ReadOnlySpan<double>)[_alpha, _beta, _drift, _toldWas])
            writer.Write(value);
        writer.Write(_last);
        writer.Write(_told);
        writer.Write(_run);
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static RateSeries Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        var series = new RateSeries();
        for (var i = 0; i < Slots; i++)
            (series._failures[i], series._trials[i]) = (DetectorState.Int32(r, 0, MostTrials), DetectorState.Int32(r, 0, MostTrials));
        (series._alpha, series._beta) = (DetectorState.Double(r, 0.01, 1e9), DetectorState.Double(r, 0.01, 1e9));
        (series._drift, series._toldWas) = (DetectorState.Double(r, 0, 200), DetectorState.Double(r, 0, 1000));
        (series._last, series._told) = (Time(r), Time(r));
        series._run = DetectorState.Int32(r, 0, int.MaxValue);
        return series;
    });

    private static long Time(BinaryReader reader)
    {
        var value = reader.ReadInt64();
        return value >= -1 && value < DateTime.MaxValue.Ticks / Slot ? value : throw new DetectorStateException("the state is damaged: a time out of time");
    }
}
