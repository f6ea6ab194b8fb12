using System.Numerics;

namespace A2AConsole.Detection.Simulation;

/// <summary>Random numbers that are the same for the same seed on every machine and in every version: xoshiro256** (Blackman, Vigna), seeded by splitmix64.</summary>
public struct Chance
{
    private ulong _a, _b, _c, _d;
    private double _spare;

    public Chance(long seed, long stream = 0)
    {
        var state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL ^ ((ulong)stream + 1) * 0xD1B54A32D192ED03UL);
        (_a, _b, _c, _d) = (Split(ref state), Split(ref state), Split(ref state), Split(ref state));
        _spare = double.NaN;
    }

    private static ulong Split(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    private ulong Bits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in (0, 1).</summary>
    public double Uniform() => ((Bits() >> 11) + 0.5) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + (high - low) * Uniform();

    /// <summary>A whole number from 0 to below <paramref name="below"/>.</summary>
    public int Below(int below) => (int)(Uniform() * below);

    /// <summary>Standard normal (Marsaglia's polar method).</summary>
    public double Normal()
    {
        if (!double.IsNaN(_spare))
        {
            var kept = _spare;
            _spare = double.NaN;
            return kept;
        }
        double u, v, s;
        do
        {
            u = 2 * Uniform() - 1;
            v = 2 * Uniform() - 1;
            s = u * u + v * v;
        }
        while (s is >= 1 or 0);
        var scale = Math.Sqrt(-2 * Math.Log(s) / s);
        _spare = v * scale;
        return u * scale;
    }

    /// <summary>Gamma of mean 1 and variance <paramref name="variance"/> (Marsaglia, Tsang).</summary>
    public double Gamma(double variance)
    {
        if (variance < 1e-9)
            return 1;
        var shape = 1 / variance;
        var boost = shape < 1 ? Math.Pow(Uniform(), 1 / shape) : 1;
        var d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal();
            var v = 1 + c * x;
            if (v <= 0)
                continue;
            v = v * v * v;
            var u = Uniform();
            var square = x * x;
            if (u < 1 - 0.0331 * square * square || Math.Log(u) < 0.5 * square + d * (1 - v + Math.Log(v)))
                return d * v * boost * variance;
        }
    }

    /// <summary>Poisson: by inversion for small means, by transformed rejection (Hörmann's PTRS) for larger ones.</summary>
    public int Poisson(double mean)
    {
        if (!(mean > 0))
            return 0;
        if (mean < 12)
        {
            var limit = Math.Exp(-mean);
            var product = Uniform();
            var small = 0;
            while (product > limit)
            {
                product *= Uniform();
                small++;
            }
            return small;
        }
        var b = 0.931 + 2.53 * Math.Sqrt(mean);
        var a = -0.059 + 0.02483 * b;
        var inverse = 1.1239 + 1.1328 / (b - 3.4);
        var sure = 0.9277 - 3.6224 / (b - 2);
        while (true)
        {
            var u = Uniform() - 0.5;
            var v = Uniform();
            var us = 0.5 - Math.Abs(u);
            var k = Math.Floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= sure)
                return (int)k;
            if (k < 0 || (us < 0.013 && v > us))
                continue;
            if (Math.Log(v) + Math.Log(inverse) - Math.Log(a / (us * us) + b) <= -mean + k * Math.Log(mean) - LogFactorial(k))
                return (int)k;
        }
    }

    /// <summary>Negative binomial with variance μ + α·μ².</summary>
    public int Count(double mean, double dispersion) => Poisson(mean * Gamma(dispersion));

    private static double LogFactorial(double k)
    {
        if (k < 10)
        {
            var product = 1.0;
            for (var i = 2; i <= k; i++)
                product *= i;
            return Math.Log(product);
        }
        var n = k + 1;
        return (n - 0.5) * Math.Log(n) - n + 0.91893853320467274178 + 1 / (12 * n) - 1 / (360 * n * n * n);
    }
}
