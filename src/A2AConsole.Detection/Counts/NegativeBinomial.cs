namespace A2AConsole.Detection.Counts;

/// <summary>Tails of the negative-binomial distribution with variance μ + α·μ², in closed form.</summary>
public static class NegativeBinomial
{
    /// <summary>
    /// P(X ≥ x) for x above the mean, P(X ≤ x) below it, as surprise (−log10): Chernoff's bound with the correction of Bahadur and Rao for
    /// lattices, which makes it right within a few percent where it matters. Costs four logarithms; at 0 it is exact.
    /// </summary>
    /// <param name="count">What was counted.</param>
    /// <param name="mean">μ, what was expected.</param>
    /// <param name="dispersion">α; 0 is Poisson.</param>
    public static double Tail(double count, double mean, double dispersion)
    {
        if (!(mean > 0) || !(count >= 0) || count == mean)
            return 0;
        // Below this Poisson's is the same and the sums stay exact.
        var poisson = dispersion * mean < 1e-6;
        var size = poisson ? 0 : 1 / dispersion;
        if (count == 0)
            return Surprise.OfLog(poisson ? -mean : size * Math.Log(size / (mean + size)));
        var ratio = Math.Log(count / mean);
        var scatter = poisson ? 0 : Math.Log((count + size) / (mean + size));
        var exponent = poisson ? count * ratio - (count - mean) : count * ratio - (count + size) * scatter;
        // The tilt that makes the count the mean; close to the mean the correction does not hold and the bound alone stands.
        var tilt = Math.Abs(ratio - scatter);
        var correction = Math.Max(0, Math.Log((1 - Math.Exp(-tilt)) * Math.Sqrt(2 * Math.PI * count * (1 + dispersion * count))));
        return Surprise.OfLog(-exponent - correction);
    }

    /// <summary>Standard deviation at a mean.</summary>
    public static double Deviation(double mean, double dispersion) => Math.Sqrt(mean + dispersion * mean * mean);
}
