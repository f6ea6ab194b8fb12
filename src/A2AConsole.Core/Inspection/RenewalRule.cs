using System.Globalization;

namespace A2AConsole.Core.Inspection;

/// <summary>When an agent is expected to renew its certificate, and from when on it has missed that.</summary>
public static class RenewalRule
{
    /// <summary>From this share of the lifetime (per mille) an agent is expected to renew.</summary>
    public const int DuePermille = 667;

    /// <summary>From this share (per mille) the renewal counts as missed: two thirds plus the SDK's jitter and retries are over.</summary>
    public const int LatePermille = 800;

    /// <summary>From when on the renewal counts as missed.</summary>
    public static DateTimeOffset MissedAt(DateTimeOffset notBefore, DateTimeOffset notAfter) => notBefore + (notAfter - notBefore) * LatePermille / 1000;

    /// <summary>
    /// Judges an agent's newest certificate: missed while it still counts says when the agent will stop, so that somebody can act
    /// before it does. <paramref name="held"/>: why its renewals are held back, or null.
    /// </summary>
    public static Shortcoming? Judge(string serial, DateTimeOffset notBefore, DateTimeOffset notAfter, string? held, DateTimeOffset now)
    {
        var missed = MissedAt(notBefore, notAfter);
        if (now < missed)
            return null;
        var why = held is null ? "" : $" Its renewals are held back: {held}";
        return now < notAfter
            ? new($"No newer certificate came in time: unless one comes, the agent stops at {At(notAfter)}.{why}", $"certificate {serial} ends {At(notAfter)}", $"a newer one by {At(missed)}")
            : new($"Its certificate ended at {At(notAfter)} and no newer one came: the agent is cut off.{why}", $"certificate {serial} ended {At(notAfter)}", $"a newer one by {At(missed)}");
    }

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
