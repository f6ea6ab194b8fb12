using System.Globalization;
using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Inspection;

/// <summary>Whether somebody goes on showing a certificate that was taken back, or whose agent is out of service.</summary>
public static class UseAfterEndRule
{
    /// <summary>How long after the last attempt it is over.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromDays(1);

    /// <summary><paramref name="refusal"/>: why the certificate does not count now; null when it counts again. <paramref name="lastAt"/>: the last attempt.</summary>
    public static Shortcoming? Judge(string serial, LifeRefusal? refusal, DateTimeOffset lastAt, DateTimeOffset now)
        => refusal is null || now - lastAt >= Quiet
            ? null
            : new($"Its certificate {serial} was shown at {lastAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)} and refused. {refusal.Detail} Find out who holds its key.",
                $"certificate {serial}, {refusal.Code}", "no attempt to connect");
}
