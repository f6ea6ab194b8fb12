namespace A2AConsole.Policy.Interactions;

/// <summary>One end of a flow: who, of which organisation, in which trust zone.</summary>
public sealed record Party(string Role, string Organisation, string Zone);

/// <summary>How far a payload may be seen.</summary>
public enum PayloadSensitivity
{
    Public,
    Internal,
    Confidential,
    Restricted,
}

/// <summary>What happens to a flow's message when something about it fails, and to a flow that nobody declared.</summary>
public enum FailureMode
{
    /// <summary>Kept apart with its bytes until somebody decides.</summary>
    Quarantine,

    /// <summary>Put before a person.</summary>
    ManualReview,

    /// <summary>Refused; the business goes on by the fallback that the flow names.</summary>
    SafeFallback,
}

/// <summary>Which boundary a flow crosses.</summary>
public enum TrustBoundary
{
    None,
    Zone,
    Organisation,
}

/// <summary>How a message is tried again.</summary>
/// <param name="Attempts">In all, the first one included.</param>
/// <param name="Idempotent">Whether the same content twice has the effect of once.</param>
public sealed record RetryBehaviour(int Attempts, bool Idempotent);

/// <summary>What an attacker would want of a flow, and what stands against it.</summary>
/// <param name="Asi">OWASP agentic risks, <c>ASI01</c> to <c>ASI10</c>.</param>
/// <param name="Atlas">MITRE ATLAS techniques, for example <c>AML.T0048.000</c>.</param>
/// <param name="Controls">Policies of the bundle by <c>@id</c>, and our own checks as <c>admission:replay</c>. Empty: nothing meets it.</param>
/// <param name="Line">Where it stands.</param>
public sealed record AttackerGoal(string Id, string Goal, IReadOnlyList<string> Asi, IReadOnlyList<string> Atlas, IReadOnlyList<string> Controls, int Line);

/// <summary>A declared flow.</summary>
/// <param name="Authorization">The actions that it asks policy for, by their names in the schema; empty where none is asked for.</param>
/// <param name="PersistenceDays">How long payloads are kept, in days; 0: not at all.</param>
/// <param name="HumanOverride">Where a person can step in; null: nowhere.</param>
/// <param name="Fallback">What the business does instead, for <see cref="FailureMode.SafeFallback"/>.</param>
/// <param name="Line">Where it stands.</param>
public sealed record Interaction(
    string Id, string Title, Party Initiator, Party Counterpart, IReadOnlyList<string> MessageTypes, string Authentication, IReadOnlyList<string> Authorization,
    PayloadSensitivity Sensitivity, int PersistenceDays, RetryBehaviour Retry, string? HumanOverride, TrustBoundary Boundary, FailureMode FailureMode, string? Fallback,
    IReadOnlyList<AttackerGoal> Goals, int Line);

/// <summary>The declared flows of a bundle.</summary>
/// <param name="UndeclaredMode">What happens to a flow that nobody declared.</param>
public sealed record InteractionModel(IReadOnlyList<Interaction> Interactions, FailureMode UndeclaredMode)
{
    /// <summary>The flow that a message belongs to; null when nobody declared it.</summary>
    public Interaction? Find(string initiatorRole, string counterpartRole, string messageType)
        => Interactions.FirstOrDefault(i => i.Initiator.Role == initiatorRole && i.Counterpart.Role == counterpartRole && i.MessageTypes.Contains(messageType));

    /// <summary>The attacker's goals that nothing stands against.</summary>
    public IEnumerable<(Interaction Flow, AttackerGoal Goal)> GoalsWithoutControl
        => Interactions.SelectMany(i => i.Goals.Where(g => g.Controls.Count == 0).Select(g => (i, g)));
}

/// <summary>A flow that was seen: who sent what to whom, how often.</summary>
public sealed record ObservedFlow(string InitiatorRole, string CounterpartRole, string MessageType, long Count);

/// <summary>Declared beside observed.</summary>
/// <param name="Undeclared">Seen, and nobody declared it.</param>
/// <param name="NeverSeen">Declared, and never seen.</param>
public sealed record InteractionComparison(IReadOnlyList<ObservedFlow> Undeclared, IReadOnlyList<(Interaction Flow, string MessageType)> NeverSeen)
{
    public static InteractionComparison Of(InteractionModel model, IReadOnlyCollection<ObservedFlow> observed)
        => new([.. observed.Where(o => model.Find(o.InitiatorRole, o.CounterpartRole, o.MessageType) is null)],
            [.. from flow in model.Interactions
                from type in flow.MessageTypes
                where !observed.Any(o => o.InitiatorRole == flow.Initiator.Role && o.CounterpartRole == flow.Counterpart.Role && o.MessageType == type)
                select (flow, type)]);
}
