using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Queries;

namespace A2AConsole.Policy.Quarantine;

/// <summary>What became of one item.</summary>
/// <param name="Id">The item's leaf.</param>
/// <param name="Done">Whether the step was taken.</param>
/// <param name="Code">A stable code when it was not.</param>
/// <param name="Detail">What came of it, or why not, in a sentence.</param>
public sealed record QuarantineResult(long Id, bool Done, string? Code, string Detail);

/// <summary>
/// The work on what was refused. Each step on each item is a leaf of the ledger with its note. Items that a step does not fit stay as they are and say why;
/// the others go on. Throws <see cref="Data.Stores.QuarantineRefusedException"/> when the request as a whole is not one.
/// </summary>
public interface IQuarantine
{
    /// <summary>Adds a note.</summary>
    Task<IReadOnlyList<QuarantineResult>> NoteAsync(IReadOnlyCollection<long> items, string note, QuarantineActor actor, CancellationToken cancellationToken = default);

    /// <summary>Gives the work to somebody, or (null) back to all.</summary>
    Task<IReadOnlyList<QuarantineResult>> AssignAsync(IReadOnlyCollection<long> items, string? to, string note, QuarantineActor actor, CancellationToken cancellationToken = default);

    /// <summary>Puts it before the managers.</summary>
    Task<IReadOnlyList<QuarantineResult>> EscalateAsync(IReadOnlyCollection<long> items, string note, QuarantineActor actor, CancellationToken cancellationToken = default);

    /// <summary>Ends the work: nothing of it takes effect. Row, digest and leaf stay.</summary>
    Task<IReadOnlyList<QuarantineResult>> RejectAsync(IReadOnlyCollection<long> items, string note, QuarantineActor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets it try again, through the checks and through policy as they are now (<see cref="ReleaseRule"/>). What they refuse waits on, with what they said.
    /// </summary>
    Task<IReadOnlyList<QuarantineResult>> ReleaseAsync(IReadOnlyCollection<long> items, string note, QuarantineActor actor, CancellationToken cancellationToken = default);
}

/// <summary>An item that somebody releases.</summary>
/// <param name="Item">The item, with what was received.</param>
/// <param name="Leaf">Its leaf.</param>
/// <param name="Facts">As the rules see it.</param>
/// <param name="Actor">Who releases it.</param>
/// <param name="Note">Why.</param>
public sealed record ReleaseAttempt(QuarantineDetail Item, Core.Ledger.LedgerLeaf Leaf, QuarantineCaseFacts Facts, QuarantineActor Actor, string Note);

/// <summary>What came of a release.</summary>
/// <param name="Leaf">Where it was admitted or decided; null when it was not let through.</param>
/// <param name="Code">A stable code when it was not.</param>
/// <param name="Detail">What the checks or policy said, in a sentence.</param>
public sealed record WayOutcome(long? Leaf, string? Code, string Detail)
{
    /// <summary>Whether the way has recorded the release itself, in one transaction with what it did.</summary>
    public bool IsRecorded { get; init; }
}

/// <summary>A way out of quarantine. A host offers those whose parts run in it.</summary>
public interface IReleaseWay
{
    ReleaseWay Way { get; }

    Task<WayOutcome> ReleaseAsync(ReleaseAttempt attempt, CancellationToken cancellationToken);
}
