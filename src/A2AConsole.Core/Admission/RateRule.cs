using System.Globalization;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Admission;

/// <summary>An agent's token bucket: how much was left, and when that was so.</summary>
public readonly record struct TokenBucket(double Tokens, DateTimeOffset At)
{
    /// <summary>A full bucket.</summary>
    public static TokenBucket Full(AdmissionLimits limits, DateTimeOffset now) => new(limits.Burst, now);
}

/// <summary>How much an agent may send: a token bucket, as a pure function of its state and the time.</summary>
public static class RateRule
{
    /// <summary>
    /// Takes up to <paramref name="wanted"/> tokens: how many events may pass, and the bucket after it. A clock that steps back
    /// gives nothing and takes nothing.
    /// </summary>
    public static (int Granted, TokenBucket Next) Take(TokenBucket bucket, int wanted, AdmissionLimits limits, DateTimeOffset now)
    {
        var tokens = Refill(bucket, limits, now);
        var granted = (int)Math.Min(wanted, Math.Floor(tokens));
        return (granted, new TokenBucket(tokens - granted, now > bucket.At ? now : bucket.At));
    }

    /// <summary>Puts tokens back that were taken for nothing: a request that the queue did not take.</summary>
    public static TokenBucket GiveBack(TokenBucket bucket, int granted, AdmissionLimits limits)
        => bucket with { Tokens = Math.Min(limits.Burst, bucket.Tokens + granted) };

    /// <summary>How long until one event may pass.</summary>
    public static TimeSpan RetryAfter(TokenBucket bucket, AdmissionLimits limits)
        => TimeSpan.FromSeconds(Math.Max(0, 1 - bucket.Tokens) / limits.EventsPerSecond);

    /// <summary>The refusal of an event that found the bucket empty.</summary>
    public static Fault Refuse(AdmissionLimits limits)
        => new(RefusalCode.RateLimited, string.Create(CultureInfo.InvariantCulture, $"An agent may send {limits.EventsPerSecond:0.##} events a second and {limits.Burst:0} at once; send again later."));

    private static double Refill(TokenBucket bucket, AdmissionLimits limits, DateTimeOffset now)
        => now <= bucket.At ? bucket.Tokens : Math.Min(limits.Burst, bucket.Tokens + (now - bucket.At).TotalSeconds * limits.EventsPerSecond);
}
