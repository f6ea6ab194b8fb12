using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Trust.Domain;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust.Rekeying;

/// <summary>
/// Carries the open run on, a look a second. Each step finds out from what is stored where it is, so it may be cut off anywhere and
/// be done again.
/// </summary>
public sealed class RekeyRunner(
    RekeyingService rekeying, IAuthorityKeys keys, RekeyQueries queries, IRekeyCalls calls, TrustOptions options, TimeProvider time, ILogger<RekeyRunner> logger) : BackgroundService
{
    /// <summary>
    /// How long a new root is in the bundle before it signs. In an emergency shorter than usual: the edge mentions the new bundle in each
    /// answer and agents fetch it within ten seconds; who is silent meanwhile is cut off and needs a join token.
    /// </summary>
    public static readonly TimeSpan Propagation = TimeSpan.FromSeconds(30);

    private const string Actor = "system";
    private const int Chunk = 1000;
    /// <summary>Agents that are called and have not come yet, in seconds of the run's rate: no more are called than can come.</summary>
    private const int WindowSeconds = 30;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private int _rounds;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Tick, time, stoppingToken);
            try
            {
                await StepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "The re-keying run could not go on; trying again");
            }
        }
    }

    /// <summary>Does what is next of the open run, if there is one.</summary>
    internal async Task StepAsync(CancellationToken cancellationToken)
    {
        if (await queries.OpenAsync(cancellationToken) is not { } run)
            return;
        switch (run.Step)
        {
            case RekeyStep.Prepared:
                await MakeAsync(run, cancellationToken);
                break;
            case RekeyStep.AuthorityMade:
                await ReplaceAsync(run, cancellationToken);
                break;
            case RekeyStep.OldTainted:
                await rekeying.RecordAsync(Actor, $"Re-keying run {run.Id}: the agents of the old authority are called.", (context, _) =>
                {
                    RekeyChanges.Enlist(context, run.Id, time.GetUtcNow());
                    RekeyChanges.Change(context, run.Id, r => r.Step = RekeyStep.ReEnrolling);
                }, cancellationToken);
                break;
            case RekeyStep.ReEnrolling:
                await ReEnrolAsync(run, cancellationToken);
                break;
            default:
                break;
        }
    }

    private async Task MakeAsync(RekeyRun run, CancellationToken cancellationToken)
    {
        var status = await keys.StatusAsync(cancellationToken);
        var purpose = status.Authorities.Single(a => a.Fingerprint == run.OldAuthority).Member.Purpose;
        var made = status.Authorities.FirstOrDefault(a => a.State == AnchorState.Prepared && a.Member.Purpose == purpose);
        if (made is null)
        {
            var name = await keys.PrepareAsync(purpose, run.StartedBy, $"Re-keying run {run.Id}.", cancellationToken);
            made = (await keys.StatusAsync(cancellationToken)).Authorities.Single(a => a.Member.Name == name);
        }
        await rekeying.ChangeAsync(run.Id, Actor, $"has made the new authority {made.Member.Name}",
            r => (r.Step, r.NewAuthority) = (RekeyStep.AuthorityMade, made.Fingerprint), cancellationToken);
    }

    private async Task ReplaceAsync(RekeyRun run, CancellationToken cancellationToken)
    {
        var status = await keys.StatusAsync(cancellationToken);
        var made = status.Authorities.Single(a => a.Fingerprint == run.NewAuthority);
        var old = status.Authorities.Single(a => a.Fingerprint == run.OldAuthority);
        if (made.State == AnchorState.Prepared)
        {
            if (made.Member.Purpose == AuthorityCertificate.Root && time.GetUtcNow() < made.Member.Since + Propagation)
                return;
            await keys.ActivateAsync(made.Member.Name, run.StartedBy, $"Re-keying run {run.Id}.", force: true, cancellationToken);
        }
        if (old.State is AnchorState.Active or AnchorState.Retired)
            await keys.TaintAsync(old.Member.Name, run.StartedBy, $"Re-keying run {run.Id}.", cancellationToken);
        await rekeying.ChangeAsync(run.Id, Actor, $"has put {made.Member.Name} into use and tainted {old.Member.Name}", r => r.Step = RekeyStep.OldTainted, cancellationToken);
    }

    private async Task ReEnrolAsync(RekeyRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var done = await queries.RenewedAsync(run.Id, RekeyState.Called, Chunk, cancellationToken);
        // Who was stuck may come by itself, seldom.
        if (_rounds++ % 10 == 0)
            done = [.. done, .. await queries.RenewedAsync(run.Id, RekeyState.Stuck, Chunk, cancellationToken)];
        var silent = (await queries.SilentAsync(run.Id, now - options.RekeyPatience, Chunk, cancellationToken)).Where(a => !done.Contains(a.Number)).ToDictionary(a => a.Number, a => StuckRule.Why(a, now));
        var progress = (await queries.ProgressAsync(run.Id, cancellationToken))!;
        var room = Math.Min(run.PerSecond, (run.PerSecond * WindowSeconds) - (progress.Called - done.Count(n => !silent.ContainsKey(n))));
        var next = run.PausedAt is null && room > 0 ? await queries.WaitingAsync(run.Id, room, cancellationToken) : [];
        if (done.Count + silent.Count + next.Count > 0)
        {
            var receipt = await rekeying.RecordAsync(Actor, $"Re-keying run {run.Id}: {next.Count} agents called, {done.Count} have their new certificate, {silent.Count} did not come.", (context, _) =>
            {
                RekeyChanges.Complete(context, run.Id, done, now);
                RekeyChanges.MarkStuck(context, run.Id, silent);
                RekeyChanges.Call(context, run.Id, next, run.StartedBy, now);
            }, cancellationToken);
            calls.Called(next, receipt.LeafIndex);
        }
        else if (progress is { Waiting: 0, Called: 0, Stuck: 0 })
        {
            await rekeying.RevokeOldAsync(run, Actor, "Every agent has its new certificate.", force: false, cancellationToken);
        }
    }
}

/// <summary>Lets the edge know, at once, which agents are asked for a new certificate.</summary>
public interface IRekeyCalls
{
    /// <summary>These agents' rows say so since the leaf <paramref name="leaf"/>.</summary>
    void Called(IReadOnlyList<int> agents, long leaf);
}
