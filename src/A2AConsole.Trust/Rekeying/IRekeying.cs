using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;

namespace A2AConsole.Trust.Rekeying;

/// <summary>
/// The emergency playbook: an authority's key is given up and every agent that lives by it gets a new key and certificate. Durable
/// step by step: new authority made → it signs, the old one is tainted → agents are called at a rate → the old one is revoked. A
/// restart goes on where it was.
/// </summary>
/// <remarks>
/// From tainted to revoked, what the old authority signed <em>and the ledger knows</em> still counts, at the edge and for the one renewal that
/// brings the new certificate. What was forged with the old key is on no ledger and counts for nothing. Revoked, nothing counts:
/// whoever has not come by then needs a join token.
/// </remarks>
public interface IRekeying
{
    /// <summary>Begins a run. Throws <see cref="RekeyConflictException"/> when one is open. Returns its number.</summary>
    Task<int> StartAsync(RekeyOrder order, string actor, CancellationToken cancellationToken = default);

    /// <summary>Calls no further agents until <see cref="ResumeAsync"/>; those that were called may come.</summary>
    Task PauseAsync(int runId, string actor, CancellationToken cancellationToken = default);

    /// <summary>Goes on calling, at another rate when given one.</summary>
    Task ResumeAsync(int runId, string actor, int? perSecond = null, CancellationToken cancellationToken = default);

    /// <summary>Puts the stuck agents back into the queue.</summary>
    Task CallStuckAgainAsync(int runId, string actor, CancellationToken cancellationToken = default);

    /// <summary>Revokes the old authority though agents are stuck: they will need a join token each.</summary>
    Task FinishAsync(int runId, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>Ends the run where it is. The new authority goes on signing, the old one stays as it is.</summary>
    Task CancelAsync(int runId, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>Where a run is; null when there is no such run.</summary>
    Task<RekeyProgress?> ProgressAsync(int runId, CancellationToken cancellationToken = default);
}

/// <summary>What is to be done.</summary>
/// <param name="Purpose">
/// <c>issuing</c>: a new issuing CA under the same root. <c>root</c>: both new; needed where agents must not believe a server that the
/// thief of an issuing key could make, since agents trust whatever the root does.
/// </param>
/// <param name="Reason">Why, for the record.</param>
/// <param name="PerSecond">How many agents a second are called, 1–1000.</param>
public sealed record RekeyOrder(string Purpose, string Reason, int PerSecond);
