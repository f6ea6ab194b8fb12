using System.Globalization;
using A2AConsole.Core.Identity;
using A2AConsole.Data;
using A2AConsole.Detection;
using A2AConsole.Ingest;
using A2AConsole.Policy.Active;
using A2AConsole.Trust;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Hosting.Settings;

/// <summary>What each setting's value must be within, and beside which others. A sentence for each that is not. Values only.</summary>
internal static class SettingBounds
{
    private const string Data = "A2AConsole:Data", Trust = TrustOptions.Section, Ingest = IngestOptions.Section, Policy = PolicyOptions.Section, Detection = DetectionOptions.Section;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Minute = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1), Day = TimeSpan.FromDays(1), Year = TimeSpan.FromDays(366);

    public static IEnumerable<string> Faults(DataOptions data, TrustOptions trust, IngestOptions ingest, PolicyOptions policy, DetectionOptions detection)
    {
        IEnumerable<string?> all =
        [
            Whole(Data, nameof(data.QueueEvents), data.QueueEvents, 1, 10_000_000),
            Whole(Data, nameof(data.QueueBytes), data.QueueBytes, 1 << 20, 1L << 40),
            Whole(Data, nameof(data.GroupEvents), data.GroupEvents, 1, 1_000_000),
            Whole(Data, nameof(data.QuarantinePerMinute), data.QuarantinePerMinute, 0, 1_000_000),
            // A retry must find its receipt for as long as the same event could be sent again.
            Span(Data, nameof(data.IdempotencyLifetime), data.IdempotencyLifetime, ingest.MaxLifetime, 30 * Day),
            Span(Data, nameof(data.PayloadLifetime), data.PayloadLifetime, Hour, 100 * Year),
            Span(Data, nameof(data.QuarantineLifetime), data.QuarantineLifetime, Hour, 100 * Year),
            Span(Data, nameof(data.CounterLifetime), data.CounterLifetime, 2 * Day, 100 * Year),
            Span(Data, nameof(data.FlowLifetime), data.FlowLifetime, Day, 100 * Year),
            Span(Data, nameof(data.RetentionInterval), data.RetentionInterval, Second, Day),
            data.Provider == DataProvider.SqlServer && string.IsNullOrWhiteSpace(data.ConnectionString) ? $"{Data}:{nameof(data.ConnectionString)} is missing: SQL Server needs one." : null,

            Domain(trust.TrustDomain),
            Url(Trust, nameof(trust.AuthorityUrl), trust.AuthorityUrl, "https"),
            Url(Trust, nameof(trust.EdgeUrl), trust.EdgeUrl, "https"),
            trust.StatusUrl is null ? null : Url(Trust, nameof(trust.StatusUrl), trust.StatusUrl, "https", "http"),
            Span(Trust, nameof(trust.RootLifetime), trust.RootLifetime, Day, 40 * Year),
            Span(Trust, nameof(trust.IssuingLifetime), trust.IssuingLifetime, Hour, trust.RootLifetime, nameof(trust.RootLifetime)),
            Span(Trust, nameof(trust.ServerLifetime), trust.ServerLifetime, Hour, trust.IssuingLifetime, nameof(trust.IssuingLifetime)),
            Span(Trust, nameof(trust.SvidLifetime), trust.SvidLifetime, Minute, 7 * Day),
            Span(Trust, nameof(trust.JoinTokenLifetime), trust.JoinTokenLifetime, 10 * Second, 7 * Day),
            Span(Trust, nameof(trust.BundleRefresh), trust.BundleRefresh, Second, Day),
            Span(Trust, nameof(trust.RekeyPatience), trust.RekeyPatience, Second, 7 * Day),
            Span(Trust, nameof(trust.NonceLifetime), trust.NonceLifetime, Second, Hour),
            Span(Trust, nameof(trust.AttestationResultLifetime), trust.AttestationResultLifetime, Second, Hour),
            Span(Trust, nameof(trust.Backdating), trust.Backdating, TimeSpan.Zero, Hour),
            Whole(Trust, nameof(trust.NoncesInAll), trust.NoncesInAll, 1, 10_000_000),
            Whole(Trust, nameof(trust.NoncesPerAddress), trust.NoncesPerAddress, 1, trust.NoncesInAll),
            Whole(Trust, nameof(trust.MaxIssuancesAtOnce), trust.MaxIssuancesAtOnce, 1, 100_000),
            Whole(Trust, nameof(trust.RefusalLeavesPerAddress), trust.RefusalLeavesPerAddress, 0, 1_000_000),
            Whole(Trust, nameof(trust.RefusalLeavesInAll), trust.RefusalLeavesInAll, 0, 1_000_000),
            trust.InspectionInterval == TimeSpan.Zero ? null : Span(Trust, nameof(trust.InspectionInterval), trust.InspectionInterval, Second, Day),
            Span(Trust, nameof(trust.ClockSkewLimit), trust.ClockSkewLimit, Second, Hour),

            .. ingest.Urls.Select((url, i) => Url(Ingest, $"{nameof(ingest.Urls)}:{i}", url, "https")),
            Whole(Ingest, nameof(ingest.MaxEventBytes), ingest.MaxEventBytes, 1024, 8 << 20),
            Whole(Ingest, nameof(ingest.MaxRequestBytes), ingest.MaxRequestBytes, ingest.MaxEventBytes, 256 << 20),
            Whole(Ingest, nameof(ingest.MaxEventsPerRequest), ingest.MaxEventsPerRequest, 1, 10_000),
            Whole(Ingest, nameof(ingest.MaxBytesInFlight), ingest.MaxBytesInFlight, 1 << 20, long.MaxValue),
            Span(Ingest, nameof(ingest.ClockSkew), ingest.ClockSkew, TimeSpan.Zero, 10 * Minute),
            Span(Ingest, nameof(ingest.MaxAge), ingest.MaxAge, Second, Day),
            Span(Ingest, nameof(ingest.MaxLifetime), ingest.MaxLifetime, Second, Day),
            Number(Ingest, nameof(ingest.EventsPerSecond), ingest.EventsPerSecond, 1, 10_000_000),
            Whole(Ingest, nameof(ingest.EventBurst), ingest.EventBurst, 1, 10_000_000),
            Number(Ingest, nameof(ingest.HandshakesPerSecond), ingest.HandshakesPerSecond, 1, 100_000),
            Whole(Ingest, nameof(ingest.HandshakeBurst), ingest.HandshakeBurst, 1, 100_000),
            Span(Ingest, nameof(ingest.HandshakeTimeout), ingest.HandshakeTimeout, Second, Hour),
            Span(Ingest, nameof(ingest.RequestHeadersTimeout), ingest.RequestHeadersTimeout, Second, Hour),
            Span(Ingest, nameof(ingest.MinBodyGracePeriod), ingest.MinBodyGracePeriod, 2 * Second, Hour),
            Span(Ingest, nameof(ingest.KeepAliveTimeout), ingest.KeepAliveTimeout, Second, Day),
            Whole(Ingest, nameof(ingest.MaxConnections), ingest.MaxConnections, 1, 1_000_000),

            Span(Policy, nameof(policy.LookEvery), policy.LookEvery, Second, Hour),
            Span(Policy, nameof(policy.Deadline), policy.Deadline, TimeSpan.FromMilliseconds(10), Minute),
            Span(Policy, nameof(policy.Window), policy.Window, Minute, 31 * Day),
            Whole(Policy, nameof(policy.MostPending), policy.MostPending, 1, 10_000),
            Number(Policy, nameof(policy.EscalateAfter), policy.EscalateAfter, 0, 1),

            Whole(Detection, nameof(detection.AlertsADay), detection.AlertsADay, 1, 100_000),
            Number(Detection, nameof(detection.Threshold), detection.Threshold, 2, 12),
            Span(Detection, nameof(detection.Learning), detection.Learning, TimeSpan.Zero, 60 * Day),
            Span(Detection, nameof(detection.Episode), detection.Episode, Minute, 7 * Day),
            Span(Detection, nameof(detection.Tick), detection.Tick, Second, Minute),
            Span(Detection, nameof(detection.Corroboration), detection.Corroboration, Second, Day),
            Span(Detection, nameof(detection.SaveEvery), detection.SaveEvery, Second, Hour),
            Number(Detection, nameof(detection.HighAmount), (double)detection.HighAmount, 1, 1e12),
            Span(Detection, nameof(detection.LookBack), detection.LookBack, Hour, 366 * Day),
            Span(Detection, nameof(detection.TrainEvery), detection.TrainEvery, Hour, 60 * Day),
        ];
        return all.OfType<string>();
    }

    private static string? Span(string section, string name, TimeSpan value, TimeSpan least, TimeSpan most, string? mostIs = null)
        => value >= least && value <= most ? null
            // "24:00:00" means 24 days to .NET: said as what it was read as.
            : $"{section}:{name} is {Words(value)}; right is from {Words(least)} to {Words(most)}{(mostIs is null ? null : $" ({mostIs})")}, written as days.hours:minutes:seconds.";

    private static string? Whole(string section, string name, long value, long least, long most)
        => value >= least && value <= most ? null : $"{section}:{name} is {Numbers.Text(value)}; right is from {Numbers.Text(least)} to {Numbers.Text(most)}.";

    private static string? Number(string section, string name, double value, double least, double most)
        => value >= least && value <= most ? null : string.Create(CultureInfo.InvariantCulture, $"{section}:{name} is {value:0.###}; right is from {least:0.###} to {most:0.###}.");

    private static string? Url(string section, string name, string value, params string[] schemes)
        => Uri.TryCreate(value.Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal), UriKind.Absolute, out var url)
            && schemes.Contains(url.Scheme) && url.PathAndQuery == "/" ? null
            : $"{section}:{name} is '{value}'; right is {schemes[0]}://host:port without a path.";

    private static string? Domain(string name) => SpiffeId.IsTrustDomain(name) ? null : $"{Trust}:TrustDomain is '{name}'; right are 1 to 200 lower-case letters, digits, dots, hyphens and underscores.";

    private static string Words(TimeSpan span)
        => span < TimeSpan.Zero ? "less than nothing" : span == TimeSpan.Zero ? "nothing"
            : span.TotalDays >= 1 && span.Ticks % Day.Ticks == 0 ? Numbers.Of((long)span.TotalDays, "day") : span.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.##} days") : Durations.Length(span);
}
