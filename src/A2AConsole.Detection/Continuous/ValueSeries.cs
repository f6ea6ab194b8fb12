namespace A2AConsole.Detection.Continuous;

/// <summary>Which view of a value finds it unusual.</summary>
public enum ValueView
{
    /// <summary>Higher or lower than ever.</summary>
    Range,

    /// <summary>Unlike this half hour on other days.</summary>
    Season,

    /// <summary>The mean of the last 24 values has moved.</summary>
    Level,

    /// <summary>Such a value after such a step is rare.</summary>
    Pattern,
}

/// <summary>The verdict on one value.</summary>
/// <param name="Surprise">−log10 p, of what is new about it: a deviation that lasts is told at its begin and when it grows.</param>
/// <param name="Raise">Over the threshold, known well enough, and not told within the last 72 values unless much worse.</param>
/// <param name="View">The view that contributes most.</param>
/// <param name="Shares">What each view contributes, 0 to 1, in the order of <see cref="ValueView"/>.</param>
public readonly record struct ValueScore(double Surprise, bool Raise, ValueView View, (double Range, double Season, double Level, double Pattern) Shares, bool Known);

/// <summary>Why a value was scored as it was.</summary>
/// <param name="Expected">Usual for this half hour.</param>
/// <param name="Least">Smallest value so far, before this one.</param>
/// <param name="Greatest">Greatest value so far, before this one.</param>
/// <param name="Recent">Long-run mean.</param>
public sealed record ValueExplanation(double Actual, double Expected, double Least, double Greatest, double Recent, ValueView View);

/// <summary>
/// Judges continuous metrics (amounts, latencies, bytes): an ensemble of four views of one stream of values, each with its own memory of what it
/// just told: range, season, level, and value by step. One parameter set for all series; state under two kilobytes. Not for several threads at once.
/// </summary>
/// <remarks>Values that are not finite, and times that go back, are gaps. A gap says nothing and teaches nothing.</remarks>
public sealed class ValueSeries
{
    private const byte Tag = (byte)'V', Version = 1;
    private const int FirstRange = 20, MeanMemory = 2000, LeastKnown = 200, Refractory = 72;
    private const double RangeMargin = 0.05, RangeBase = 13, RangeGrowth = 1.5, Usual = 1.1, Power = 1.7;
    private const double RangeWeight = 1.2, SeasonWeight = 0.2, LevelWeight = 3.2, PatternWeight = 1.5;
    // Echoes fade to two thirds in 288 values, to a quarter in 72 for the whole.
    private static readonly double ViewKept = Math.Pow(2 / 3.0, 1 / 288.0), WholeKept = Math.Pow(0.25, 1 / 72.0);
    private const double Worse = 3;
    private const double ViewOff = 0.1, WholeOff = 0.25, WholeUnder = 0.02;

    private readonly ValueSeason _season;
    private readonly ValueLevel _level;
    private readonly ValueGrid _grid;
    private TailModel _residuals;
    private Echo _rangeEcho, _seasonEcho, _levelEcho, _gridEcho, _whole;
    private double _least, _greatest, _mean, _previous;
    private long _last = long.MinValue;
    private int _seen;
    private int _sinceTold = Refractory;
    private float _toldWas;
    private ValueExplanation? _why;

    public ValueSeries() => (_season, _level, _grid) = (new ValueSeason(), new ValueLevel(), new ValueGrid());

    private ValueSeries(ValueSeason season, ValueLevel level, ValueGrid grid) => (_season, _level, _grid) = (season, level, grid);

    /// <summary>θ: the surprise that is told by default.</summary>
    public const double Threshold = 5;

    /// <summary>Judges a value, then learns it.</summary>
    public ValueScore Observe(DateTimeOffset time, double value, double threshold = Threshold)
    {
        if (!double.IsFinite(value) || Math.Abs(value) > 1e30 || time.UtcTicks < _last)
            return new ValueScore(0, false, ValueView.Range, default, _seen >= LeastKnown);
        _last = time.UtcTicks;
        if (_seen == 0)
            (_least, _greatest, _mean, _previous) = (value, value, value, value);
        var expected = _season.At(time, _mean);
        var (range, season, level, pattern) = (Range(value), _residuals.Score(Math.Abs(value - expected)), _level.Score(), _grid.Score(value, value - _previous));
        _why = new ValueExplanation(value, expected, _least, _greatest, _level.LongRun, default);
        var score = Whole(
            _rangeEcho.Through(RangeWeight * range, ViewKept, ViewOff, 0),
            _seasonEcho.Through(SeasonWeight * Math.Max(0, season - Usual), ViewKept, ViewOff, 0),
            _levelEcho.Through(LevelWeight * Math.Max(0, level - Usual), ViewKept, ViewOff, 0),
            _gridEcho.Through(PatternWeight * Math.Max(0, pattern - Usual), ViewKept, ViewOff, 0), threshold);
        _why = _why with { View = score.View };
        Learn(time, value, expected);
        return score;
    }

    /// <summary>What the last value's score rests on; null before the first.</summary>
    public ValueExplanation? Explain() => _why;

    private ValueScore Whole(double range, double season, double level, double pattern, double threshold)
    {
        var (r, s, l, p) = (Math.Pow(range, Power), Math.Pow(season, Power), Math.Pow(level, Power), Math.Pow(pattern, Power));
        var sum = r + s + l + p;
        var through = _whole.Through(Math.Pow(sum, 1 / Power), WholeKept, WholeOff, WholeUnder);
        var surprise = Calibration.Surprise(through);
        var most = Math.Max(Math.Max(r, s), Math.Max(l, p));
        var view = most == r ? ValueView.Range : most == l ? ValueView.Level : most == p ? ValueView.Pattern : ValueView.Season;
        var known = _seen >= LeastKnown;
        _sinceTold = Math.Min(_sinceTold + 1, int.MaxValue - 1);
        var raise = known && surprise >= threshold && (_sinceTold > Refractory || surprise >= _toldWas + Worse);
        if (raise)
            (_sinceTold, _toldWas) = (0, (float)surprise);
        return new ValueScore(surprise, raise, view, sum > 0 ? (r / sum, s / sum, l / sum, p / sum) : default, known);
    }

    private double Range(double value)
    {
        if (_seen <= FirstRange)
            return 0;
        var over = Math.Max(value - _greatest, _least - value) / Math.Max(_greatest - _least, 1e-9);
        return over > RangeMargin ? RangeBase + RangeGrowth * Math.Log10(Math.Min(over, 1e12) / RangeMargin) : 0;
    }

    private void Learn(DateTimeOffset time, double value, double expected)
    {
        _seen = Math.Min(_seen + 1, int.MaxValue - 1);
        var believed = _residuals.Believed;
        _residuals.Learn(Math.Abs(value - expected));
        // What is far off teaches as if it were at the edge of what was ever usual.
        var learned = Math.Clamp(value, expected - believed, expected + believed);
        _season.Learn(time, learned, expected);
        _grid.Learn(value, value - _previous);
        _level.Learn(value);
        _mean += (learned - _mean) / Math.Min(_seen, MeanMemory);
        (_least, _greatest) = (Math.Min(_least, value), Math.Max(_greatest, value));
        _previous = value;
    }

    /// <summary>Writes the state: under two kilobytes.</summary>
    public void Save(BinaryWriter writer)
    {
        DetectorState.Begin(writer, Tag, Version);
        _season.Save(writer);
        _level.Save(writer);
        _grid.Save(writer);
        _residuals.Save(writer);
        foreach (var echo in (ReadOnlySpan<Echo>)[_rangeEcho, _seasonEcho, _levelEcho, _gridEcho, _whole])
            echo.Save(writer);
        foreach (var value in (ReadOnlySpan<double>)[_least, _greatest, _mean, _previous])
            writer.Write(value);
        writer.Write(_last);
        writer.Write(_seen);
        writer.Write(_sinceTold);
        writer.Write(_toldWas);
    }

    /// <exception cref="DetectorStateException">The state is damaged or another's.</exception>
    public static ValueSeries Load(BinaryReader reader) => DetectorState.Read(reader, r =>
    {
        DetectorState.Expect(r, Tag, Version);
        var series = new ValueSeries(ValueSeason.Load(r), ValueLevel.Load(r), ValueGrid.Load(r)) { _residuals = TailModel.Load(r) };
        (series._rangeEcho, series._seasonEcho, series._levelEcho, series._gridEcho, series._whole) = (Echo.Load(r), Echo.Load(r), Echo.Load(r), Echo.Load(r), Echo.Load(r));
        (series._least, series._greatest) = (DetectorState.Double(r), DetectorState.Double(r));
        (series._mean, series._previous) = (DetectorState.Double(r), DetectorState.Double(r));
        series._last = r.ReadInt64();
        series._seen = DetectorState.Int32(r, 0, int.MaxValue);
        (series._sinceTold, series._toldWas) = (DetectorState.Int32(r, 0, int.MaxValue), DetectorState.Single(r, 0, 1000));
        return series;
    });
}
