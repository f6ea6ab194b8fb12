namespace A2AConsole.Detection;

/// <summary>The one unit of every detector's score: −log10 of the probability that the ordinary course of things brings something at least as strange.</summary>
public static class Surprise
{
    /// <summary>Beyond this nothing is told apart: a probability of 10⁻³⁰⁰ is a number only on paper.</summary>
    public const double Most = 300;

    /// <summary>A probability as surprise; what is no probability surprises nobody.</summary>
    public static double Of(double probability)
        => double.IsNaN(probability) || probability >= 1 ? 0 : probability <= 0 ? Most : Math.Min(Most, -Math.Log10(probability));

    /// <summary>A natural log of a probability as surprise.</summary>
    public static double OfLog(double logProbability)
        => double.IsNaN(logProbability) || logProbability >= 0 ? 0 : Math.Min(Most, logProbability * (-1 / Math.Log(10)));
}
