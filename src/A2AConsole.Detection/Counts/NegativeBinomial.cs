namespace A2AConsole.Detection.Counts;

/// <summary>Tails of the negative-binomial distribution with variance μ + α·μ², in closed form.</summary>
public static class NegativeBinomial
{
    /// <summary>
    /// Chernoff's bound on P(X ≥ x) for x above the mean, on P(X ≤ x) below it, as surprise (−log10). It never claims more than the exact tail
    /// would, and costs two logarithms.
    /// </summary>
    /// <param name="count">What was counted.</param>
    /// <param name="mean">μ, what was expected.</param>
    /// <param name="dispersion">α; 0 is Poisson.</param>
    public static double Tail(double count, double mean, double dispersion)
    {
        if (!(mean > 0) || count < 0)
            return 0;
        double exponent;
        if (dispersion * mean < 1e-6)
        {
            exponent = count > 0 ? count * Math.Log(count / mean) - (count - mean) : mean;
        }
        else
        {
            var size = 1 / dispersion;
            exponent = (count > 0 ? count * Math.Log(count / mean) : 0) - (count + size) * Math.Log((count + size) / (mean + size));
        }
        return exponent > 0 ? Math.Min(Surprise.Most, exponent * (1 / Math.Log(10))) : 0;
    }

    /// <summary>Standard deviation at a mean.</summary>
    public static double Deviation(double mean, double dispersion) => Math.Sqrt(mean + dispersion * mean * mean);
}
