using System.Globalization;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Findings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Outage;

/// <summary>
/// Looks every quarter of a minute whether the authority answers, and reports an outage as a finding. The edge goes on by what it
/// knows; certificates that are not renewed end by themselves, so those of high tiers fail closed without anybody's doing.
/// </summary>
public sealed class AuthorityHealth(
    IAuthorityProbe probe, AuthorityQueries queries, IFindings findings, TrustOptions options, TimeProvider time, ILogger<AuthorityHealth> logger) : BackgroundService, IAuthorityHealth
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private volatile OutageRule _seen = new();
    private bool _isReported;

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public AuthorityHealthReport Current
    {
        get
        {
            var seen = _seen;
            return new AuthorityHealthReport(options.AuthorityEnabled, probe.Address, seen.DownSince, seen.Why, seen.AnsweredAt);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ExpiringAgent>> FirstToExpireAsync(int count, CancellationToken cancellationToken = default)
        => queries.NextToExpireAsync(count, time.GetUtcNow(), cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken);
            await LookAsync(stoppingToken);
        }
    }

    /// <summary>Looks once and says what changed.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var before = _seen;
        var now = _seen = before.After(await probe.LookAsync(cancellationToken), time.GetUtcNow());
        if (before.DownSince is null != now.DownSince is null)
        {
            logger.LogWarning("The authority at {Address} {State} {Why}", probe.Address, now.DownSince is null ? "answers again" : "does not answer:", now.Why);
            Changed?.Invoke();
        }
        try
        {
            await ReportAsync(now, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The ledger may be away as well: the next look tries again.
            logger.LogError(e, "The authority's outage could not be recorded");
        }
    }

    private async Task ReportAsync(OutageRule seen, CancellationToken cancellationToken)
    {
        if (seen.DownSince is { } since)
        {
            var first = await FirstToExpireAsync(1, cancellationToken);
            var next = first.Count == 0 ? "No certificate is running out."
                : string.Create(CultureInfo.InvariantCulture, $"The first certificate to end is that of {first[0].SpiffeId} at {first[0].NotAfter.UtcDateTime:u}.");
            await findings.ReportAsync(new FindingReport(FindingKind.AuthorityOutage, Subject(), null,
                string.Create(CultureInfo.InvariantCulture, $"The authority does not answer since {since.UtcDateTime:u}: {seen.Why}. Nothing is issued or renewed; the edge goes on admitting. {next}")), cancellationToken);
            _isReported = true;
        }
        else if (seen.Failures == 0 && (_isReported || seen.AnsweredAt is not null))
        {
            // Also what an earlier process reported.
            if (_isReported || (await findings.OpenSubjectsAsync(FindingKind.AuthorityOutage, cancellationToken)).Contains(Subject()))
                await findings.ResolveAsync(FindingKind.AuthorityOutage, Subject(), "system", "The authority answers again.", cancellationToken);
            _isReported = false;
        }
    }

    private string Subject() => probe.Address.Length <= 200 ? probe.Address : probe.Address[..200];
}
