namespace A2AConsole.Detection.Counts;

/// <summary>What an expectation rests on.</summary>
public enum Basis
{
    /// <summary>Everything seen so far; hours make no difference that has been noticed.</summary>
    AllHours,

    /// <summary>The same hour on other days.</summary>
    SameHourOfDay,

    /// <summary>The same hour in other weeks.</summary>
    SameHourOfWeek,
}

/// <summary>What a bucket is expected to hold: the range of the views that are still plausible, and the best of them.</summary>
internal readonly record struct Forecast(double AllHours, double Day, double Week, double Slot, double Low, double High, Basis Basis, bool DaySeen, bool HourSeen)
{
    public double Middle => (Low + High) / 2;
}

/// <summary>
/// The rate of a count over the week, learned as it goes: the hour of the week shrunk towards the hour of the day, that towards the mean, times a
/// profile within the hour (for jobs that run at the full hour). Three views compete by how well they foretell; those that are clearly worse are
/// left out, so that a constant stream is not judged by the noise of single hours.
/// </summary>
internal sealed class SeasonalBaseline
{
    public const int SlotsAnHour = 12, HoursADay = 24, HoursAWeek = 168;

    private const int MeanMemory = 14 * 288, DayMemory = 10 * SlotsAnHour, WeekMemory = 5 * SlotsAnHour;
    private const double DaySpread = 1, WeekSpread = 0.5, SlotPrior = 40, SlotMemory = 20_000;
    private const double Forget = 1 - 1.0 / 2016, Plausible = 6;
    private const double LogStep = 2000;
    private const double Least = 1e-3;

    // 168 rates as logs in two bytes each: 0.05 % apart, up to 10^14.
    private readonly ushort[] _week = new ushort[HoursAWeek];
    private readonly byte[] _weekSeen = new byte[HoursAWeek];
    private readonly float[] _day = new float[HoursADay];
    private readonly byte[] _daySeen = new byte[HoursADay];
    private readonly float[] _slotCounts = new float[SlotsAnHour], _slotLevels = new float[SlotsAnHour];
    private float _mean, _meanSeen, _dayGain, _weekGain;
    private float _hourCounts, _hourSlots;
    private int _hourSeen;
    private long _hour = -1;

    /// <summary>Buckets learned from, up to two weeks' worth.</summary>
    public int Seen => (int)_meanSeen + _hourSeen;

    /// <summary>The mean over all hours, counts a bucket.</summary>
    public double Mean => _mean;

    /// <summary>What is expected of a bucket, given how counts scatter in a bucket and in half an hour.</summary>
    public Forecast At(long bucket, double dispersion, double halfHour)
    {
        var hour = bucket / SlotsAnHour;
        var (ofDay, ofWeek, slot) = ((int)(hour % HoursADay), (int)(hour % HoursAWeek), Slot(bucket, dispersion));
        if (_meanSeen == 0)
            return new Forecast(0, 0, 0, 1, 0, 0, Basis.AllHours, false, false);
        var mean = Math.Max(Least, _mean);
        // Buckets of one hour depend on each other: an hour is worth as many as its own scatter says.
        var scatter = Math.Max(dispersion, SlotsAnHour * halfHour);
        var dayPull = (1 / mean + scatter) / DaySpread;
        var day = Math.Max(Least, (_daySeen[ofDay] * _day[ofDay] + dayPull * mean) / (_daySeen[ofDay] + dayPull));
        var weekPull = (1 / day + scatter) / WeekSpread;
        var week = Math.Max(Least, (_weekSeen[ofWeek] * Decode(_week[ofWeek]) + weekPull * day) / (_weekSeen[ofWeek] + weekPull));
        var best = Math.Max(0, Math.Max(_dayGain, _weekGain));
        var (low, high, basis) = (double.MaxValue, 0.0, Basis.AllHours);
        if (best <= Plausible)
            (low, high) = (mean, mean);
        if (_dayGain >= best - Plausible)
            (low, high, basis) = (Math.Min(low, day), Math.Max(high, day), _dayGain >= 0 ? Basis.SameHourOfDay : basis);
        if (_weekGain >= best - Plausible)
            (low, high, basis) = (Math.Min(low, week), Math.Max(high, week), _weekGain == best ? Basis.SameHourOfWeek : basis);
        if (best == 0)
            basis = Basis.AllHours;
        else if (_dayGain == best)
            basis = Basis.SameHourOfDay;
        return new Forecast(mean, day, week, slot, low * slot, high * slot, basis, _daySeen[ofDay] > 0, _weekSeen[ofWeek] > 0);
    }

    /// <summary>Learns a bucket; <paramref name="count"/> is clipped already.</summary>
    public void Learn(long bucket, double count, in Forecast forecast, double dispersion)
    {
        var hour = bucket / SlotsAnHour;
        if (hour != _hour)
        {
            EndHour();
            _hour = hour;
        }
        _hourCounts += (float)count;
        _hourSlots += (float)forecast.Slot;
        _hourSeen++;
        if (!(forecast.AllHours > 0))
            return;
        var slot = (int)(bucket % SlotsAnHour);
        var level = forecast.Basis == Basis.AllHours ? forecast.AllHours : forecast.Basis == Basis.SameHourOfDay ? forecast.Day : forecast.Week;
        _slotCounts[slot] += (float)count;
        _slotLevels[slot] += (float)level;
        if (_slotLevels[slot] > SlotMemory * (1 + dispersion * level))
        {
            _slotCounts[slot] /= 2;
            _slotLevels[slot] /= 2;
        }
        var all = Gain(count, forecast.AllHours * forecast.Slot, dispersion);
        _dayGain = Kept(_dayGain, Gain(count, forecast.Day * forecast.Slot, dispersion) - all);
        _weekGain = Kept(_weekGain, Gain(count, forecast.Week * forecast.Slot, dispersion) - all);
    }

    private static float Kept(float gain, double more) => (float)Math.Clamp(gain * Forget + more, -60, 1e6);

    // The negative-binomial log-likelihood, without what is the same for every mean.
    private static double Gain(double count, double mean, double dispersion)
    {
        var scatter = 1 + dispersion * mean;
        return count * Math.Log(mean / scatter) - Math.Log(scatter) / dispersion;
    }

    private void EndHour()
    {
        if (_hourSeen == 0 || _hour < 0)
            return;
        double rate = _hourCounts / Math.Max(_hourSlots, 0.05f);
        var (ofDay, ofWeek, n) = ((int)(_hour % HoursADay), (int)(_hour % HoursAWeek), _hourSeen);
        _meanSeen = Math.Min(MeanMemory, _meanSeen + n);
        _mean += (float)((rate - _mean) * n / _meanSeen);
        _daySeen[ofDay] = (byte)Math.Min(DayMemory, _daySeen[ofDay] + n);
        _day[ofDay] += (float)((rate - _day[ofDay]) * n / _daySeen[ofDay]);
        var before = Decode(_week[ofWeek]);
        _weekSeen[ofWeek] = (byte)Math.Min(WeekMemory, _weekSeen[ofWeek] + n);
        _week[ofWeek] = Encode(before + (rate - before) * n / _weekSeen[ofWeek]);
        (_hourCounts, _hourSlots, _hourSeen) = (0, 0, 0);
    }

    private double Slot(long bucket, double dispersion)
    {
        var slot = (int)(bucket % SlotsAnHour);
        var prior = SlotPrior * (1 + dispersion * _mean);
        return Math.Max(0.01, (_slotCounts[slot] + prior) / (_slotLevels[slot] + prior));
    }

    private static double Decode(ushort code) => Math.Exp(code / LogStep) - 1;

    private static ushort Encode(double rate) => (ushort)Math.Min(ushort.MaxValue, Math.Round(Math.Log(1 + rate) * LogStep));

    public void Save(BinaryWriter writer)
    {
        foreach (var code in _week)
            writer.Write(code);
        writer.Write(_weekSeen);
        DetectorState.Singles(writer, _day);
        writer.Write(_daySeen);
        DetectorState.Singles(writer, _slotCounts);
        DetectorState.Singles(writer, _slotLevels);
        DetectorState.Singles(writer, [_mean, _meanSeen, _dayGain, _weekGain, _hourCounts, _hourSlots]);
        writer.Write(_hourSeen);
        writer.Write(_hour);
    }

    public static SeasonalBaseline Load(BinaryReader reader)
    {
        var baseline = new SeasonalBaseline();
        for (var i = 0; i < HoursAWeek; i++)
            baseline._week[i] = reader.ReadUInt16();
        reader.BaseStream.ReadExactly(baseline._weekSeen);
        DetectorState.Singles(reader, baseline._day, 0);
        reader.BaseStream.ReadExactly(baseline._daySeen);
        DetectorState.Singles(reader, baseline._slotCounts, 0);
        DetectorState.Singles(reader, baseline._slotLevels, 0);
        baseline._mean = DetectorState.Single(reader, 0);
        baseline._meanSeen = DetectorState.Single(reader, 0, MeanMemory);
        baseline._dayGain = DetectorState.Single(reader, -60, 1e6f);
        baseline._weekGain = DetectorState.Single(reader, -60, 1e6f);
        baseline._hourCounts = DetectorState.Single(reader, 0);
        baseline._hourSlots = DetectorState.Single(reader, 0);
        baseline._hourSeen = DetectorState.Int32(reader, 0, SlotsAnHour);
        baseline._hour = reader.ReadInt64();
        return baseline._hour >= -1 ? baseline : throw new DetectorStateException("the state is damaged: an hour before time");
    }
}
