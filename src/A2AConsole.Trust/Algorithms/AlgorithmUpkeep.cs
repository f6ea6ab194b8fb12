using A2AConsole.Core.Crypto;
using A2AConsole.Core.Envelopes;
using A2AConsole.Data.Entities;
using A2AConsole.Trust.Findings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Algorithms;

/// <summary>
/// Puts the decisions on record into force before anything listens, follows those of other processes, and once a minute writes
/// down who used what, with a finding for each agent that uses something deprecated.
/// </summary>
internal sealed class AlgorithmUpkeep(
    AlgorithmPolicies policies, AlgorithmUsage usage, IFindings findings, TimeProvider time, ILogger<AlgorithmUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private const int RoundsOfUsage = 4;

    /// <summary>How long an agent must not have used a deprecated algorithm for its finding to end.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromDays(1);

    private readonly Dictionary<string, DateTimeOffset> _lastUse = new(StringComparer.Ordinal);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Fails the start when it cannot be read: what was forbidden must not be taken because the store was slow.
        await policies.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(async () => await usage.FlushAsync(), "write down who uses which algorithm");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 1; !stoppingToken.IsCancellationRequested; round++)
        {
            await Task.Delay(Interval, time, stoppingToken);
            await TryAsync(() => policies.RefreshAsync(stoppingToken), "read the decisions about algorithms");
            if (round % RoundsOfUsage == 0)
                await TryAsync(() => RoundAsync(stoppingToken), "write down who uses which algorithm");
        }
    }

    /// <summary>One round of usage and findings.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        var (policy, now) = (policies.Current, time.GetUtcNow());
        foreach (var seen in await usage.FlushAsync())
        {
            if (!policy.IsDeprecated(seen.Algorithm, seen.Use, now))
                continue;
            var subject = SubjectOf(seen);
            _lastUse[subject] = now;
            var warning = new AlgorithmWarning(seen.Algorithm, seen.Use, policy.StandingOf(seen.Algorithm, seen.Use).NotAfter, policy.Instead(seen.Use, now));
            await findings.ReportAsync(new FindingReport(FindingKind.AlgorithmDeprecated, subject, seen.AgentNumber, warning.Detail, seen.Algorithm.Id, warning.Instead), cancellationToken);
        }
        foreach (var subject in await findings.OpenSubjectsAsync(FindingKind.AlgorithmDeprecated, cancellationToken))
        {
            // One that was open before this process began: it gets its day.
            if (!_lastUse.TryGetValue(subject, out var last))
                _lastUse[subject] = last = now;
            if (!IsDeprecated(policy, subject, now))
                await ResolveAsync(subject, "The algorithm is not deprecated any more: it is allowed, or refused.", cancellationToken);
            else if (now - last >= Quiet)
                await ResolveAsync(subject, "The agent has not used the algorithm for a day.", cancellationToken);
        }
    }

    private async Task ResolveAsync(string subject, string reason, CancellationToken cancellationToken)
    {
        await findings.ResolveAsync(FindingKind.AlgorithmDeprecated, subject, "system", reason, cancellationToken);
        _lastUse.Remove(subject);
    }

    // What is being given up, then who uses it: "ed25519/envelope spiffe://…".
    private static string SubjectOf(AlgorithmSeen seen) => $"{seen.Algorithm.Id}/{AlgorithmUseNames.NameOf(seen.Use)} {seen.SpiffeId}";

    private static bool IsDeprecated(AlgorithmPolicy policy, string subject, DateTimeOffset now)
    {
        var parts = subject.Split(' ', 2)[0].Split('/', 2);
        return parts.Length == 2 && AlgorithmRegistry.Find(parts[0]) is { } algorithm && AlgorithmUseNames.Find(parts[1]) is var use and not AlgorithmUses.None
            && policy.IsDeprecated(algorithm, use, now);
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
            logger.LogError(e, "Could not {What}; trying again later", what);
        }
    }
}
