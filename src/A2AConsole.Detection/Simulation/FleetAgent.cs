namespace A2AConsole.Detection.Simulation;

/// <summary>How an agent's traffic comes.</summary>
public enum TrafficFamily
{
    /// <summary>The same rate day and night.</summary>
    Constant,

    /// <summary>A smooth day: a tenth of the rate at night, most in the afternoon, all days alike.</summary>
    Diurnal,

    /// <summary>Office hours on five days; a sixth at weekends and a tenth at night.</summary>
    Office,

    /// <summary>A rate that wanders by itself within the hour: log-normal (25 %) with an hour's memory.</summary>
    Bursty,

    /// <summary>A batch in the first five minutes of each hour, little between.</summary>
    Hourly,

    /// <summary>A message now and then, with more scatter.</summary>
    Sparse,
}

/// <summary>
/// One simulated agent. Counts are negative-binomial around a rate: its average (log-uniform from 0.3 to 100 in five minutes; sparse from 0.3 to 3),
/// times its family's course over day and week, times a factor for the day (log-normal, 5 %). The scatter α is log-uniform from 0.03 to 0.4;
/// half as much again for sparse agents, two fifths of it for planned batches.
/// </summary>
public sealed class FleetAgent
{
    public const int BucketsADay = 288;

    private const double LeastRate = 0.3, MostRate = 100, DaySpread = 0.05, WanderSpread = 0.25;

    private Chance _chance;
    private readonly double _peakHour;
    private double _wander, _today = 1;
    private long _day = -1;

    public FleetAgent(long seed, int number)
    {
        _chance = new Chance(seed, number);
        Family = (TrafficFamily)(number % 6);
        var most = Family == TrafficFamily.Sparse ? 3 : MostRate;
        Rate = LeastRate * Math.Exp(_chance.Uniform() * Math.Log(most / LeastRate));
        Dispersion = 0.03 * Math.Exp(_chance.Uniform() * Math.Log(0.4 / 0.03)) * Family switch { TrafficFamily.Sparse => 1.5, TrafficFamily.Hourly => 0.4, _ => 1 };
        _peakHour = _chance.Between(11, 17);
    }

    public TrafficFamily Family { get; }

    /// <summary>Average messages in five minutes.</summary>
    public double Rate { get; }

    /// <summary>α of a bucket.</summary>
    public double Dispersion { get; }

    /// <summary>The course over day and week at a bucket (0 is Monday, midnight), average 1.</summary>
    public double Course(long bucket)
    {
        var hour = bucket % BucketsADay / 12.0;
        var day = bucket / BucketsADay % 7;
        return Family switch
        {
            TrafficFamily.Diurnal => 0.1 + 0.9 * (1 + Math.Cos((hour - _peakHour) * Math.PI / 12)),
            TrafficFamily.Office => (day >= 5 ? 1.0 / 6 : 1) * (hour is >= 8 and < 18 ? 1 : 0.1) / 0.3621,
            TrafficFamily.Hourly => bucket % 12 == 0 ? 7.6 : 0.4,
            _ => 1,
        };
    }

    /// <summary>The next bucket's count; buckets must be asked for in turn.</summary>
    /// <param name="times">What an attack does to the rate: 5 for a burst, 0 for silence, 1 else.</param>
    public int Next(long bucket, double times = 1)
    {
        if (bucket / BucketsADay != _day)
        {
            _day = bucket / BucketsADay;
            _today = Math.Exp(DaySpread * _chance.Normal());
        }
        var mean = Rate * Course(bucket) * _today;
        if (Family == TrafficFamily.Bursty)
        {
            const double Kept = 0.92;
            _wander = Kept * _wander + Math.Sqrt(1 - Kept * Kept) * _chance.Normal();
            mean *= Math.Exp(WanderSpread * _wander - WanderSpread * WanderSpread / 2);
        }
        return _chance.Count(mean * times, Dispersion);
    }
}
