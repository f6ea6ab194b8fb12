namespace A2AConsole.Detection.Rates;

/// <summary>The upper tail of the beta-binomial distribution: how often as many of n trials fail when the rate itself is known only so well.</summary>
public static class BetaBinomial
{
    private const double Negligible = 1e-12;

    /// <summary>−log10 P(K ≥ failures), summed term by term from the definition.</summary>
    /// <param name="alpha">Failures seen, with the prior's.</param>
    /// <param name="beta">Successes seen, with the prior's.</param>
    public static double Tail(int failures, int trials, double alpha, double beta)
    {
        if (failures <= 0 || trials < failures || !(alpha > 0) || !(beta > 0))
            return 0;
        var log = LogGamma(trials + 1) - LogGamma(failures + 1) - LogGamma(trials - failures + 1)
            + LogGamma(failures + alpha) + LogGamma(trials - failures + beta) - LogGamma(trials + alpha + beta)
            + LogGamma(alpha + beta) - LogGamma(alpha) - LogGamma(beta);
        // Each further term follows from the one before; relative to the first, so that nothing underflows.
        var (sum, term) = (1.0, 1.0);
        for (var k = failures; k < trials; k++)
        {
            term *= (trials - k) * (k + alpha) / ((k + 1) * (trials - k - 1 + beta));
            sum += term;
            if (term < sum * Negligible)
                break;
        }
        return Surprise.OfLog(Math.Min(0, log + Math.Log(sum)));
    }

    /// <summary>ln Γ(x) for x above 0, by Stirling's series after shifting (error below 10⁻¹⁰).</summary>
    internal static double LogGamma(double x)
    {
        var shift = 0.0;
        while (x < 8)
            shift += Math.Log(x++);
        var inverse = 1 / x;
        var square = inverse * inverse;
        return (x - 0.5) * Math.Log(x) - x + 0.91893853320467274178 + inverse * (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0 - square / 1680))) - shift;
    }
}
