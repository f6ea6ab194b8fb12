using A2AConsole.Data.Queries;
using A2AConsole.Trust.Gate;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Domain;

/// <summary>Opens the trust domain, puts it on record, and brings agents and revocations into memory, before anything listens.</summary>
internal sealed class TrustStartup(
    TrustDomain domain, TrustDomainRecorder recorder, AuthorityKeys keys, TrustQueries queries, AgentDirectory directory, RevocationList revocations,
    TimeProvider time, ILogger<TrustStartup> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        domain.EnsureOpen();
        // First: what a step had recorded before it was cut off is not behind, it is ahead.
        await keys.ResumeAsync(cancellationToken);
        await recorder.RecordAsync(cancellationToken);
        foreach (var (spiffeId, number) in await queries.AgentNumbersAsync(cancellationToken))
            directory.Add(spiffeId, number);
        foreach (var (serial, notAfter) in await queries.RevokedAsync(time.GetUtcNow() - TrustUpkeep.RevocationsKeptPastExpiry, cancellationToken))
            revocations.Load(serial, notAfter);
        logger.LogInformation("Trust domain {Name} is open; its root's SHA-256 is {Fingerprint}", domain.Name, domain.RootFingerprint);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
