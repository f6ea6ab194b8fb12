using System.Globalization;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Admission;

/// <summary>An event counts only around the time at which it was made; outside of it nonces need not be remembered.</summary>
public static class FreshnessRule
{
    public static Fault? Check(DateTimeOffset time, DateTimeOffset expires, DateTimeOffset now, AdmissionLimits limits)
        => time - now > limits.Skew
            ? new(RefusalCode.NotYetValid, At($"The event's time is {Seconds(time - now)} s ahead of ours ({now:HH:mm:ss}Z); at most {Seconds(limits.Skew)} s are allowed: set the clock."))
        : expires - time > limits.MaxLifetime
            ? new(RefusalCode.LifetimeTooLong, At($"The event is to be valid for {Seconds(expires - time)} s; at most {Seconds(limits.MaxLifetime)} s are allowed."))
        : now - expires > limits.Skew
            ? new(RefusalCode.Expired, At($"The event expired {Seconds(now - expires)} s ago; sign it anew with the same idempotencykey."))
        : now - time > limits.MaxAge + limits.Skew
            ? new(RefusalCode.Stale, At($"The event is {Seconds(now - time)} s old; at most {Seconds(limits.MaxAge)} s are allowed: sign it anew with the same idempotencykey."))
        : null;

    /// <summary>Until when the event could pass this rule: so long its nonce and message id must be remembered.</summary>
    public static DateTimeOffset ReplayUntil(DateTimeOffset expires, AdmissionLimits limits) => expires + limits.Skew;

    private static string At(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static long Seconds(TimeSpan span) => (long)Math.Ceiling(span.TotalSeconds);
}
