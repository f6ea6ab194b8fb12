using A2AConsole.Trust.Authority;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Revoking;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Domain;

/// <summary>
/// What the trust domain does by itself: renews its own certificates at two thirds of their life, writes the summaries of
/// refusals, forgets certificates that no longer matter.
/// </summary>
internal sealed class TrustUpkeep(
    TrustDomain domain, TrustDomainRecorder recorder, AuthorityKeys keys, RefusalJournal refusals, Standings standings, Revocations revocations,
    TrustOptions options, TimeProvider time, ILogger<TrustUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    // Stays set until the ledger took it: a renewal whose record failed is recorded in a later round.
    private bool _isRecordDue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken);
            await TryAsync(() => refusals.FlushAsync(cancellationToken: stoppingToken), "write the summaries of refusals");
            await TryAsync(() => FollowAsync(stoppingToken), "follow the changes of the authority's keys");
            await TryAsync(() => RenewAsync(stoppingToken), "renew the trust domain's certificates");
            await TryAsync(() => revocations.WithdrawSupersededAsync(stoppingToken), "revoke what rotations replaced");
            standings.Prune();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(() => refusals.FlushAsync(all: true, cancellationToken), "write the summaries of refusals");
    }

    // Another process of the same key directory may have taken a step, and one of our own may wait for the ledger.
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        domain.ReloadIfChanged();
        if (options.AuthorityEnabled)
            await keys.ResumeAsync(cancellationToken);
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (domain.RenewIfDue())
        {
            _isRecordDue = true;
            logger.LogInformation("The trust domain renewed its own certificates");
        }
        if (!_isRecordDue)
            return;
        await recorder.RecordAsync(cancellationToken);
        _isRecordDue = false;
    }

    // One failure must not end the upkeep: the next round tries again.
    private async Task TryAsync(Func<Task> work, string what)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogError(e, "Could not {What}; trying again in {Seconds} s", what, Interval.TotalSeconds);
        }
    }
}
