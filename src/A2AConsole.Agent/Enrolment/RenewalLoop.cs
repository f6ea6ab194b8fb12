namespace A2AConsole.Sdk;

/// <summary>Renews in the background: at two thirds of the lifetime, give or take a jitter; after failures with growing pauses.</summary>
internal sealed class RenewalLoop(AgentOptions options, Func<AgentIdentity> current, Func<CancellationToken, Task> renew, Action<RenewalFailedEventArgs> failed)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    // Longer delays than this are not taken by timers; the loop just looks again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        var wait = UntilRenewal(current());
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(wait < LongestWait ? wait : LongestWait, options.TimeProvider, cancellationToken);
                if (wait > LongestWait)
                {
                    wait -= LongestWait;
                    continue;
                }
                await renew(cancellationToken);
                failures = 0;
                wait = UntilRenewal(current());
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                failures++;
                var identity = current();
                wait = Backoff.Pause(failures, FirstPause, (identity.NotAfter - identity.NotBefore) / 12, options.Jitter);
                var revoked = e is EnrolmentRefusedException { Code: "certificate-revoked" };
                failed(new RenewalFailedEventArgs(e, failures, identity.NotAfter, revoked ? null : options.TimeProvider.GetUtcNow() + wait));
                // A revoked certificate stays revoked: asking again would only fill the ledger.
                if (revoked)
                    return;
            }
        }
    }

    /// <summary>When a certificate is to be renewed, seen from now; zero when that is past.</summary>
    private TimeSpan UntilRenewal(AgentIdentity identity)
    {
        var lifetime = identity.NotAfter - identity.NotBefore;
        var part = options.RenewAt + (2 * options.Jitter.NextDouble() - 1) * options.RenewalJitter;
        var wait = identity.NotBefore + lifetime * part - options.TimeProvider.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
