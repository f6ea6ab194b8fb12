using A2AConsole.Core.Approvals;
using A2AConsole.Core.Notices;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Trust;
using A2AConsole.Trust.Findings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Policy.Notices;

/// <summary>
/// Tells people that something waits for them. What is to be told is read from what waits, so nothing is lost by a stop; each notice is tried until it arrived,
/// a repeat has the same id. A way that does not work is a finding.
/// </summary>
public sealed class NoticeDesk(NoticeQueries queries, IEnumerable<INoticeChannel> channels, IFindings findings, ITrustDomain domain, NoticeOptions options, TimeProvider time)
{
    private static readonly string[] Analysts = ["Analyst"];

    private readonly IReadOnlyList<INoticeChannel> _channels = [.. channels];

    /// <summary>The ways that are configured.</summary>
    public IReadOnlyList<INoticeChannel> Channels => _channels;

    /// <summary>Puts a test on a way.</summary>
    public Task<int> TestAsync(string channel, CancellationToken cancellationToken = default) => queries.AddTestAsync(channel, time.GetUtcNow(), cancellationToken);

    /// <summary>Looks for what is to be told, and tries what is due. How many arrived.</summary>
    public async Task<int> TendAsync(CancellationToken cancellationToken = default)
    {
        if (_channels.Count == 0)
            return 0;
        await queries.CollectAsync([.. _channels.Select(c => c.Name)], options.AlertsFrom, time.GetUtcNow(), cancellationToken);
        var arrived = 0;
        foreach (var notice in await queries.DueAsync(time.GetUtcNow(), cancellationToken))
            arrived += await TryAsync(notice, cancellationToken) ? 1 : 0;
        return arrived;
    }

    private async Task<bool> TryAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (_channels.FirstOrDefault(c => c.Name == notice.Channel) is not { } channel)
        {
            await queries.DoneAsync(notice.Id, notice.Attempts, null, null, "Given up: this way is not configured any more.", cancellationToken);
            return false;
        }
        if (await TextAsync(notice, cancellationToken) is not var (text, roles, except))
        {
            await queries.DoneAsync(notice.Id, notice.Attempts, null, null, "Not sent: somebody saw to it before.", cancellationToken);
            return false;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        try
        {
            var outcome = await channel.SendAsync(text, await queries.AddressesAsync(roles, except, cancellationToken), limit.Token);
            await queries.DoneAsync(notice.Id, notice.Attempts + 1, time.GetUtcNow(), null, outcome, cancellationToken);
            await findings.ResolveAsync(FindingKind.NoticeFailed, channel.Name, Finding.System, "A notice arrived.", cancellationToken);
            return true;
        }
        catch (Exception e) when (e is NoticeFailedException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var why = e is NoticeFailedException ? e.Message : $"{channel.Where} did not answer in time.";
            var attempts = notice.Attempts + 1;
            var next = NoticeSchedule.Next(attempts, time.GetUtcNow());
            await queries.DoneAsync(notice.Id, attempts, null, next, next is null ? $"Given up after {attempts} attempts: {why}" : why, cancellationToken);
            if (attempts >= NoticeSchedule.TellAfter)
                await findings.ReportAsync(new FindingReport(FindingKind.NoticeFailed, channel.Name, null, $"Notices by {channel.Name} do not arrive: {why}"), cancellationToken);
            return false;
        }
    }

    private async Task<(NoticeText Text, IReadOnlyList<string> Roles, string? Except)?> TextAsync(Notice notice, CancellationToken cancellationToken)
    {
        switch (notice.Kind)
        {
            case NoticeKind.ApprovalAsked or NoticeKind.ApprovalEscalated:
                if (await queries.ApprovalAsync(notice.About, cancellationToken) is not { } approval)
                    return null;
                var roles = approval.ApproverRole.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                // Its owner may not decide: she is not asked to.
                return (NoticeText.Of(notice, approval, domain.Name), notice.Kind == NoticeKind.ApprovalEscalated ? [.. roles, .. ApprovalRules.AddedByEscalation(roles)] : roles, approval.Owner);
            case NoticeKind.QuarantineEscalated:
                return await queries.QuarantinedAsync(notice.About, cancellationToken) is var (item, step) ? (NoticeText.Of(notice, item, step, domain.Name), ApprovalRules.Overseers, null) : null;
            case NoticeKind.AlertRaised:
                return await queries.AlertAsync(notice.About, cancellationToken) is { } alert ? (NoticeText.Of(notice, alert, domain.Name), Analysts, null) : null;
            case NoticeKind.Test:
                return (NoticeText.Test(notice, domain.Name), ["Administrator"], null);
            default:
                throw new ArgumentOutOfRangeException(nameof(notice), notice.Kind, null);
        }
    }
}

/// <summary>Tends to notices, now and then.</summary>
internal sealed class NoticeUpkeep(NoticeDesk desk, NoticeOptions options, TimeProvider time, ILogger<NoticeUpkeep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (desk.Channels.Count == 0)
            return;
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await desk.TendAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogError(e, "Tending to notices failed; it is tried again");
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
