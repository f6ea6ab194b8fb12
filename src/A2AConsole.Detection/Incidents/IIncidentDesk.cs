using A2AConsole.Core.Alerts;

namespace A2AConsole.Detection.Incidents;

/// <summary>The work on incidents. Each step is a leaf of the ledger. Throws <see cref="TriageRefusedException"/> with what is wrong and what would be right.</summary>
public interface IIncidentDesk
{
    /// <summary>Makes an incident of alerts (at least one, none of them closed or in another incident); returns its id. Its severity is the highest of theirs.</summary>
    Task<long> CreateAsync(string title, IReadOnlyCollection<long> alerts, string? note, TriageActor actor, CancellationToken cancellationToken = default);

    Task AddAsync(long incident, IReadOnlyCollection<long> alerts, string? note, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Takes alerts out: they are open again.</summary>
    Task RemoveAsync(long incident, IReadOnlyCollection<long> alerts, string note, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Moves alerts, tasks and notes of one into another; the first is closed and says where they went.</summary>
    Task MergeAsync(long incident, long into, string note, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Makes a new incident of some of its alerts; returns its id.</summary>
    Task<long> SplitAsync(long incident, IReadOnlyCollection<long> alerts, string title, string note, TriageActor actor, CancellationToken cancellationToken = default);

    Task NoteAsync(long incident, string note, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Gives it to somebody (a user name), or back to all (null).</summary>
    Task AssignAsync(long incident, string? to, TriageActor actor, CancellationToken cancellationToken = default);

    Task SetSeverityAsync(long incident, AlertSeverity severity, string note, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Says that what caused it is stopped, and how (or that it is not after all).</summary>
    Task SetContainedAsync(long incident, bool contained, string note, TriageActor actor, CancellationToken cancellationToken = default);

    Task<int> AddTaskAsync(long incident, string text, string? assignee, TriageActor actor, CancellationToken cancellationToken = default);

    Task SetTaskAsync(long incident, int task, bool done, TriageActor actor, CancellationToken cancellationToken = default);

    /// <summary>Ends it with what was learned and, where one helps, a suggested change of policy. Its alerts end as true positives.</summary>
    Task CloseAsync(long incident, string lesson, string? policyChange, TriageActor actor, CancellationToken cancellationToken = default);

    Task ReopenAsync(long incident, string note, TriageActor actor, CancellationToken cancellationToken = default);
}
