using A2AConsole.Core.Alerts;

namespace A2AConsole.Detection.Alerts;

/// <summary>
/// The work on alerts. Each step on each alert is a leaf of the ledger; alerts that a step does not fit stay as they are and say why, the others
/// go on. Throws <see cref="TriageRefusedException"/> when the request as a whole is not one (no alerts, too many, no note where one is needed).
/// </summary>
public interface IAlertDesk
{
    /// <summary>Somebody begins to work on them: new ones become open, and hers where nobody's.</summary>
    Task<IReadOnlyList<TriageResult>> OpenAsync(IReadOnlyCollection<long> alerts, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Gives them to somebody (a user name), or back to all (null).</summary>
    Task<IReadOnlyList<TriageResult>> AssignAsync(IReadOnlyCollection<long> alerts, string? to, string? note, TriageActor actor, CancellationToken cancellationToken = default);

    Task<IReadOnlyList<TriageResult>> NoteAsync(IReadOnlyCollection<long> alerts, string note, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends them with a verdict and its reason. A verdict moves the threshold of that kind, agent and cause (benign: higher, true: lower, within
    /// bounds), which <see cref="TriageResult.Detail"/> says in numbers.
    /// </summary>
    Task<IReadOnlyList<TriageResult>> CloseAsync(IReadOnlyCollection<long> alerts, AlertVerdict verdict, string reason, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Takes a verdict back: the alert is open again and the threshold stands where it stood.</summary>
    Task<IReadOnlyList<TriageResult>> ReopenAsync(IReadOnlyCollection<long> alerts, string note, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Writes down that something was contained (or let go again), by whom and how; what contained it has its own leaf.</summary>
    Task<TriageResult> ContainedAsync(long alert, string what, bool undone, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Holds alerts back for a while; returns its id.</summary>
    Task<int> SuppressAsync(SuppressionRequest request, TriageActor actor, CancellationToken cancellationToken = default);

    Task EndSuppressionAsync(int id, TriageActor actor, CancellationToken cancellationToken = default);
}
