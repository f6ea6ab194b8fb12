using System.Runtime.Intrinsics;

namespace A2AConsole.Detection.Counts;

/// <summary>
/// Judges how many of something happen: one series of counts in buckets of five minutes (messages, bytes in kilobytes, refusals), against what is
/// usual for the hour, over windows of five minutes, half an hour and four hours, to both sides; and whether the level creeps. State under
/// two kilobytes, a microsecond a bucket, nothing random. Not for several threads at once.
/// </summary>
/// <remarks>
/// A bucket that is not observed is a gap: neither learned nor held against anybody. Buckets of silence are observed with 0. Time that goes back is
/// ignored until it is new again. What is learned is clipped: a count beyond three deviations teaches as if it were at three, and at most three
/// times what was expected, so that nobody raises the baseline by more than about a third a day.
/// </remarks>
public sealed class CountSeries
{
    /// <summary>Length of a bucket.</summary>
    public static readonly TimeSpan Bucket = TimeSpan.FromMinutes(5);

    private const byte Tag = (byte)'C', Version = 1;
    private const int Ring = 48, Half = 6, BucketsADay = 288;
    // Six buckets try as often as one half hour: a decade is taken off, also for what lies between.
    private const double Tries = 1;
    private const double Unseen = 0.5, FirstPrior = 0.2;
    private static readonly TimeSpan[] Spans = [Bucket, Half * Bucket, Ring * Bucket];

    private readonly SeasonalBaseline _baseline;
    private readonly SlowDrift _drift;
    private readonly float[] _counts = new float[Ring], _low = new float[Ring], _high = new float[Ring];
    private CountWindow _bucket, _half, _four;
    private long _last = -1, _unseen = -1;
    private long _burstTold = -1, _silenceTold = -1, _driftTold = -1;
    private float _burstWas, _driftWas;

    public CountSeries() => (_baseline, _drift) = (new SeasonalBaseline(), new SlowDrift());

    private CountSeries(SeasonalBaseline baseline, SlowDrift drift) => (_baseline, _drift) = (baseline, drift);

    /// <summary>The mean over all hours, counts a bucket.</summary>
    public double Mean => _baseline.Mean;

    /// <summary>Begin of the bucket that a time lies in, in the time's own offset.</summary>
    public static DateTimeOffset BucketOf(DateTimeOffset time) => new(time.Ticks - time.Ticks % Bucket.Ticks, time.Offset);

    /// <summary>Takes a complete bucket: judges it, then learns it.</summary>
    /// <param name="start">Any time within the bucket; the hour of the week is read in its offset.</param>
    /// <param name="count">What was counted; negative (a counter that began anew) or NaN counts as a gap.</param>
    public CountScore Observe(DateTimeOffset start, double count, CountOptions? options = null) => Observe(start.Ticks / Bucket.Ticks, count, options ?? CountOptions.Default);

    internal CountScore Observe(long bucket, double count, CountOptions options)
    {
        if (bucket <= _last || !(count >= 0) || count > 1e15)
            return new CountScore(CountAnomaly.None, 0, Bucket, 1, false, KnowledgeAt(false, options));
        Advance(bucket);
        var prior = _bucket.Dispersion(FirstPrior, Floor(0), _baseline.Mean);
        var forecast = _baseline.At(bucket, prior, HalfHour(prior));
        Put(bucket, count, forecast);
        if (!forecast.HourSeen)
            _unseen = bucket;
        var score = Judge(bucket, options, forecast.HourSeen);
        var ended = _drift.Add(bucket, count);
        if (ended)
            score = JudgeDrift(bucket, score, options);
        Learn(bucket, count, forecast, score, prior, options);
        _last = bucket;
        return score;
    }

    /// <summary>Judges a bucket that is not over yet, so that a burst is told within it; changes nothing. Silence is told by complete buckets only.</summary>
    /// <param name="now">A time within the bucket.</param>
    /// <param name="soFar">Counted in it until now.</param>
    public CountScore Peek(DateTimeOffset now, double soFar, CountOptions? options = null)
    {
        options ??= CountOptions.Default;
        var bucket = now.Ticks / Bucket.Ticks;
        if (bucket <= _last || !(soFar >= 0) || _last < 0)
            return new CountScore(CountAnomaly.None, 0, Bucket, 1, false, KnowledgeAt(false, options));
        var prior = _bucket.Dispersion(FirstPrior, Floor(0), _baseline.Mean);
        var forecast = _baseline.At(bucket, prior, HalfHour(prior));
        var knowledge = KnowledgeAt(forecast.HourSeen, options);
        var best = new CountScore(CountAnomaly.None, 0, Bucket, 1, false, knowledge);
        var (count, high) = (0.0, 0.0);
        for (var back = 0; back < Half; back++)
        {
            var at = bucket - back;
            var held = back > 0 && at <= _last && _last - at < Ring;
            count += back == 0 ? soFar : held ? _counts[at % Ring] : 0;
            high += back == 0 ? forecast.High : held ? _high[at % Ring] : 0;
            if (back == 0)
                best = More(best, Burst(_bucket, count, high, _bucket.Dispersion(FirstPrior, Floor(0), high) + Extra(0, bucket, forecast.HourSeen), Spans[0], options, knowledge));
            else if (back == Half - 1)
                best = More(best, Burst(_half, count, high, _half.Dispersion(prior / Half, Floor(1), high) + Extra(1, bucket, forecast.HourSeen), Spans[1], options, knowledge));
        }
        return best with { Raise = ShallTell(best, bucket, options) };
    }

    /// <summary>What a score rests on; call it after the <see cref="Observe(DateTimeOffset, double, CountOptions?)"/> that gave it.</summary>
    public CountExplanation Explain(CountScore score, TimeSpan offset = default)
    {
        var span = score.Window > Spans[1] ? 2 : score.Window > Spans[0] ? 1 : 0;
        var window = span == 0 ? _bucket : span == 1 ? _half : _four;
        var prior = _bucket.Dispersion(FirstPrior, Floor(0), _baseline.Mean);
        var forecast = _last >= 0 ? _baseline.At(_last, prior, HalfHour(prior)) : default;
        var dispersion = window.Dispersion(span == 0 ? FirstPrior : prior / Length(span), Floor(span), window.Middle);
        var (low, high) = Band(window.Low, window.High, dispersion);
        var from = new DateTimeOffset((Math.Max(_last, 0) + 1 - Length(span)) * Bucket.Ticks, offset);
        return new CountExplanation(from, Spans[span], window.Count, window.Middle, low, high, forecast.Basis, OnceIn(score.Surprise), score.Knowledge);
    }

    /// <summary>How often chance alone would bring a surprise, at one judgement a bucket.</summary>
    public static TimeSpan OnceIn(double surprise)
    {
        var days = Math.Pow(10, Math.Min(surprise, 20)) / BucketsADay;
        return days > 3_652_500 ? TimeSpan.MaxValue : TimeSpan.FromDays(days);
    }

    // A lognormal's 95 % band of the same mean and variance: never below nothing, and skewed as counts are.
    private static (double Low, double High) Band(double least, double most, double dispersion)
    {
        if (!(most > 0))
            return (0, 0);
        var (spreadLow, spreadHigh) = (Math.Sqrt(Math.Log(1 + 1 / Math.Max(least, 1e-3) + dispersion)), Math.Sqrt(Math.Log(1 + 1 / most + dispersion)));
        return (Math.Floor(least * Math.Exp(-spreadLow * spreadLow / 2 - 1.96 * spreadLow)), Math.Ceiling(most * Math.Exp(-spreadHigh * spreadHigh / 2 + 1.96 * spreadHigh)));
    }

    private double HalfHour(double prior) => _half.Dispersion(prior / Half, Floor(1), _baseline.Mean * Half);

    private static int Length(int span) => span switch { 0 => 1, 1 => Half, _ => Ring };

    private static double Floor(int span) => span == 0 ? 0.005 : span == 1 ? 0.004 : 0.003;

    // Slides the windows to a bucket; what lies between the last one and it is a gap.
    private void Advance(long bucket)
    {
        var steps = _last < 0 ? Ring : Math.Min(bucket - _last, Ring);
        for (var at = bucket - steps + 1; at <= bucket; at++)
            (_counts[at % Ring], _low[at % Ring], _high[at % Ring]) = (0, 0, 0);
    }

    private void Put(long bucket, double count, in Forecast forecast)
    {
        var slot = (int)(bucket % Ring);
        (_counts[slot], _low[slot], _high[slot]) = ((float)count, (float)forecast.Low, (float)forecast.High);
        Sum(bucket);
    }

    // Summed anew each time: running sums of floats would drift apart from what a reloaded series has.
    private void Sum(long bucket)
    {
        var newest = (int)(bucket % Ring);
        (_bucket.Count, _bucket.Low, _bucket.High) = (_counts[newest], _low[newest], _high[newest]);
        var (count, low, high) = (0f, 0f, 0f);
        for (int i = 0, slot = newest; i < Half; i++, slot = slot == 0 ? Ring - 1 : slot - 1)
            (count, low, high) = (count + _counts[slot], low + _low[slot], high + _high[slot]);
        (_half.Count, _half.Low, _half.High) = (count, low, high);
        (_four.Count, _four.Low, _four.High) = (Total(_counts), Total(_low), Total(_high));
    }

    private static float Total(ReadOnlySpan<float> values)
    {
        var sum = Vector128<float>.Zero;
        for (var i = 0; i < Ring; i += Vector128<float>.Count)
            sum += Vector128.Create(values[i..]);
        return Vector128.Sum(sum);
    }

    private CountScore Judge(long bucket, CountOptions options, bool hourSeen)
    {
        var knowledge = KnowledgeAt(hourSeen, options);
        var best = new CountScore(CountAnomaly.None, 0, Bucket, 1, false, knowledge);
        var prior = _bucket.Dispersion(FirstPrior, Floor(0), _baseline.Mean);
        best = More(best, One(_bucket, 0, FirstPrior, bucket, options, knowledge));
        best = More(best, One(_half, 1, prior / Half, bucket, options, knowledge));
        best = More(best, One(_four, 2, prior / Ring, bucket, options, knowledge));
        if (!ShallTell(best, bucket, options))
            return best;
        if (best.Anomaly == CountAnomaly.Burst)
            (_burstTold, _burstWas) = (bucket, (float)Math.Min(best.Times, 1e6));
        else
            _silenceTold = bucket;
        return best with { Raise = true };
    }

    private CountScore One(in CountWindow window, int span, double prior, long bucket, CountOptions options, Knowledge knowledge)
    {
        if (window.Count > window.High)
            return Burst(window, window.Count, window.High, window.Dispersion(prior, Floor(span), window.Middle) + Extra(span, bucket, true), Spans[span], options, knowledge);
        // One quiet bucket is no silence.
        if (span > 0 && window.Count <= window.Low * options.SilenceShare && window.Low - window.Count >= options.LeastExcess)
            return new CountScore(CountAnomaly.Silence, NegativeBinomial.Tail(window.Count, window.Low, window.Dispersion(prior, Floor(span), window.Middle) + Extra(span, bucket, true)), Spans[span], window.Count / window.Low, false, knowledge);
        return default;
    }

    private static CountScore Burst(in CountWindow window, double count, double high, double dispersion, TimeSpan span, CountOptions options, Knowledge knowledge)
        => high > 0 && count >= high * options.LeastRatio && count - high >= options.LeastExcess
            ? new CountScore(CountAnomaly.Burst, Math.Max(0, window.Burst(count, high, dispersion) - (span == Bucket ? Tries : 0)), span, count / high, false, knowledge)
            : default;

    private static CountScore More(CountScore one, CountScore other) => other.Surprise > one.Surprise ? other : one;

    // As long as a window holds an hour of the week that was never seen, its level itself is uncertain.
    private double Extra(int span, long bucket, bool hourSeen) => !hourSeen || (_unseen >= 0 && bucket - _unseen < Length(span)) ? Unseen : 0;

    private bool ShallTell(in CountScore score, long bucket, CountOptions options)
    {
        if (score.Anomaly == CountAnomaly.None || score.Surprise < options.Threshold || score.Knowledge == Knowledge.Learning)
            return false;
        // A silence cannot get worse, only longer; a burst that lasts becomes surer, not worse.
        var burst = score.Anomaly == CountAnomaly.Burst;
        var told = burst ? _burstTold : _silenceTold;
        return told < 0 || bucket - told > options.Refractory.Ticks / Bucket.Ticks || (burst && score.Times >= _burstWas * options.Worse);
    }

    private CountScore JudgeDrift(long bucket, CountScore score, CountOptions options)
    {
        var (surprise, ratio) = (Math.Abs(_drift.Score), _drift.Ratio);
        if (surprise < options.Threshold || (ratio < 1 + options.DriftShare && ratio > 1 / (1 + options.DriftShare)) || score.Raise || score.Knowledge == Knowledge.Learning)
            return score;
        var raise = _driftTold < 0 || bucket - _driftTold >= 7 * BucketsADay || surprise >= _driftWas + options.DriftWorse;
        if (raise)
            (_driftTold, _driftWas) = (bucket, surprise);
        return new CountScore(_drift.Score > 0 ? CountAnomaly.DriftUp : CountAnomaly.DriftDown, surprise, TimeSpan.FromDays(7), ratio, raise, score.Knowledge);
    }

    private void Learn(long bucket, double count, in Forecast forecast, CountScore score, double dispersion, CountOptions options)
    {
        var known = _baseline.Seen >= options.LearningDays * BucketsADay;
        var learned = count;
        if (known)
        {
            var deviation = NegativeBinomial.Deviation(forecast.High, dispersion);
            var times = forecast.HourSeen ? 3 : 10;
            learned = Math.Min(learned, Math.Min(forecast.High + 3 * deviation, times * forecast.High) + 2);
            learned = Math.Max(learned, forecast.Low - 3 * NegativeBinomial.Deviation(forecast.Low, dispersion));
        }
        _baseline.Learn(bucket, learned, forecast, dispersion);
        // Scatter is not learned from what is being told, nor before a day is known.
        if ((known && score.Surprise >= options.Threshold) || !forecast.DaySeen)
            return;
        _bucket.Learn(dispersion, forecast.HourSeen);
        _half.Learn(_half.Dispersion(dispersion / Half, Floor(1), _half.Middle), forecast.HourSeen);
        _four.Learn(_four.Dispersion(dispersion / Ring, Floor(2), _four.Middle), forecast.HourSeen);
    }

    private Knowledge KnowledgeAt(bool hourSeen, CountOptions options)
        => _baseline.Seen < options.LearningDays * BucketsADay ? Knowledge.Learning : hourSeen ? Knowledge.Known : Knowledge.Partly;

    /// <summary>Writes the state: about 1.5 KB.</summary>
    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        _baseline.Save(writer);
        _drift.Save(writer);
        DetectorState.Singles(writer, _counts);
        DetectorState.Singles(writer, _low);
        DetectorState.Singles(writer, _high);
        _bucket.Save(writer);
        _half.Save(writer);
        _four.Save(writer);
        foreach (var at in (ReadOnlySpan<long>)[_last, _unseen, _burstTold, _silenceTold, _driftTold])
            writer.Write(at);
        DetectorState.Singles(writer, [_burstWas, _driftWas]);
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static CountSeries Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        var series = new CountSeries(SeasonalBaseline.Load(r), SlowDrift.Load(r));
        DetectorState.Singles(r, series._counts, 0);
        DetectorState.Singles(r, series._low, 0);
        DetectorState.Singles(r, series._high, 0);
        (series._bucket, series._half, series._four) = (CountWindow.Load(r), CountWindow.Load(r), CountWindow.Load(r));
        (series._last, series._unseen) = (At(r), At(r));
        (series._burstTold, series._silenceTold, series._driftTold) = (At(r), At(r), At(r));
        (series._burstWas, series._driftWas) = (DetectorState.Single(r, 0, 1e6f), DetectorState.Single(r, 0, 1000));
        if (series._last >= 0)
            series.Sum(series._last);
        return series;
    });

    private static long At(BinaryReader reader)
    {
        var value = reader.ReadInt64();
        return value >= -1 && value < DateTime.MaxValue.Ticks / Bucket.Ticks ? value : throw new DetectorStateException("the state is damaged: a time out of time");
    }
}
