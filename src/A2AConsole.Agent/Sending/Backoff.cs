namespace A2AConsole.Sdk;

/// <summary>Exponential pauses with jitter: doubling from a first to a longest, less a random half.</summary>
internal static class Backoff
{
    /// <summary>
    /// A pause of any length up to a longest that doubles: where many were cut off together, this spreads their return most evenly.
    /// </summary>
    public static TimeSpan AnyPause(int failures, TimeSpan first, TimeSpan longest, Random random)
    {
        var doubled = first * Math.Pow(2, Math.Min(failures - 1, 30));
        return (doubled < longest ? doubled : longest) * random.NextDouble();
    }

    /// <param name="failures">How many attempts have failed so far; 1 or more.</param>
    /// <param name="first">The first pause.</param>
    /// <param name="longest">The longest pause.</param>
    /// <param name="random">The jitter.</param>
    public static TimeSpan Pause(int failures, TimeSpan first, TimeSpan longest, Random random)
    {
        var doubled = first * Math.Pow(2, Math.Min(failures - 1, 30));
        var pause = doubled < longest ? doubled : longest;
        return pause * (1 - random.NextDouble() / 2);
    }
}
