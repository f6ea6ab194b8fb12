using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Live;

/// <summary>
/// What everybody who has the console open asks after each commit: did an alert or an incident change, and how long are the queues. Read once for all of them.
/// </summary>
public sealed class TriagePulse(QueueQueries queues, TimeProvider time)
{
    // How long the lengths of queues may lag: they are glanced at.
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<(int Alerts, int Incidents)>? _stamp;
    private Task<QueueLengths>? _lengths;
    private long _stampOf = -1;
    private DateTimeOffset _lengthsAt;

    /// <summary>Another value than before when an alert or an incident was touched up to a head.</summary>
    public Task<(int Alerts, int Incidents)> StampAsync(LedgerHead head)
    {
        lock (_gate)
        {
            if (_stamp is { IsFaulted: false, IsCanceled: false } && _stampOf >= head.Size)
                return _stamp;
            _stampOf = head.Size;
            return _stamp = queues.StampAsync();
        }
    }

    /// <summary>The queues' lengths, at most a second old.</summary>
    public Task<QueueLengths> LengthsAsync()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_lengths is { IsFaulted: false, IsCanceled: false } && (now - _lengthsAt).Duration() < Shared)
                return _lengths;
            _lengthsAt = now;
            return _lengths = queues.ReadAsync();
        }
    }
}
