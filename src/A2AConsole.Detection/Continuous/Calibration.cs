namespace A2AConsole.Detection.Continuous;

/// <summary>
/// What the ensemble's sum means as a probability: how often ordinary series (white and autocorrelated noise, days with and without a weekend,
/// log-normal amounts; no injected anomaly) bring at least as much. Straight on the logarithmic scale between the measured points.
/// </summary>
internal static class Calibration
{
    private static readonly double[] Sums = [0, 1.4, 2.7, 3.6, 4.7, 15.6, 16.7, 17.5], Surprises = [0, 2, 2.5, 3, 3.5, 4, 4.5, 5];

    public static double Surprise(double sum)
    {
        for (var i = 1; i < Sums.Length; i++)
            if (sum < Sums[i])
                return Surprises[i - 1] + (sum - Sums[i - 1]) / (Sums[i] - Sums[i - 1]) * (Surprises[i] - Surprises[i - 1]);
        return Math.Min(Detection.Surprise.Most, Surprises[^1] + (sum - Sums[^1]) * (Surprises[^1] - Surprises[^2]) / (Sums[^1] - Sums[^2]));
    }
}
