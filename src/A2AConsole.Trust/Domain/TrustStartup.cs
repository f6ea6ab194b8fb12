using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Registration;
using A2AConsole.Trust.Revoking;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Domain;

/// <summary>Opens the trust domain, puts it on record, and brings agents and certificates into memory, before anything listens.</summary>
internal sealed class TrustStartup(
    TrustDomain domain, TrustDomainRecorder recorder, AuthorityKeys keys, Standings standings, EntryAdoption adoption, Revocations revocations, ILogger<TrustStartup> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _marking = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        domain.EnsureOpen();
        // First: what a step had recorded before it was cut off is not behind, it is ahead.
        await keys.ResumeAsync(cancellationToken);
        await recorder.RecordAsync(cancellationToken);
        if (await adoption.AdoptAsync(cancellationToken) is var adopted and > 0)
            logger.LogInformation("{Count} registration entries were made for the agents that were invited before there were any", adopted);
        await standings.LoadAsync(cancellationToken);
        _marking = await revocations.ResumeAsync(_stopping.Token);
        logger.LogInformation("Trust domain {Name} is open; its root's SHA-256 is {Fingerprint}", domain.Name, domain.RootFingerprint);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        // What is not marked yet is marked by the next start.
        await _marking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();
}
