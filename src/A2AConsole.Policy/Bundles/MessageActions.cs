using System.Collections.Frozen;
using A2AConsole.Core.Identity;
using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Bundles;

/// <summary>An attribute of the resource that a message is about.</summary>
/// <param name="Pointer">Where its value stands in the signed data (JSON pointer, RFC 6901), or null when it is always the default.</param>
/// <param name="Default">Its value when nothing of this kind stands there; says which kind it must be.</param>
public sealed record ResourceAttribute(string? Pointer, PolicyValue Default);

/// <summary>What one type of message asks to be done, and what that takes. Pointers are JSON pointers into the signed data.</summary>
public sealed record MessageAction
{
    /// <summary>The message's type.</summary>
    public required string Type { get; init; }

    /// <summary>The policy action that it asks for.</summary>
    public required EntityUid Action { get; init; }

    /// <summary>Whether it changes the world: only then is it decided about, and never delivered without a live allow.</summary>
    public bool ChangesState { get; init; } = true;

    /// <summary>How much harm it can do.</summary>
    public RiskTier Tier { get; init; } = RiskTier.High;

    /// <summary>The entity type of what it is done to.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Where that is named; null: the message itself is the resource.</summary>
    public string? ResourcePointer { get; init; }

    /// <summary>The resource's attributes by name.</summary>
    public IReadOnlyDictionary<string, ResourceAttribute> ResourceAttributes { get; init; } = FrozenDictionary<string, ResourceAttribute>.Empty;

    /// <summary>Where the money stands that it commits (<c>{amount, currency}</c>), or null when it commits none.</summary>
    public string? MoneyPointer { get; init; }

    /// <summary>Where the task is named that it belongs to, or null: then only grants for any task fit.</summary>
    public string? TaskPointer { get; init; }

    /// <summary>Where evidence stands, or null when this type has none. Missing or empty evidence adds to the risk.</summary>
    public string? EvidencePointer { get; init; }

    /// <summary>How many people must approve when it needs a person, and the role of the console's users that they hold.</summary>
    public int Quorum { get; init; } = 1;

    /// <inheritdoc cref="Quorum"/>
    public string ApproverRole { get; init; } = "manager";

    /// <summary>How long it waits for a decision.</summary>
    public TimeSpan HoldFor { get; init; } = TimeSpan.FromHours(4);

    /// <summary>The roles of the agents whose confirmation is a second verification.</summary>
    public IReadOnlyList<string> VerifierRoles { get; init; } = [];
}

/// <summary>What the types of messages ask of policy (<c>actions.json</c>). A type that is not here changes nothing.</summary>
public sealed record MessageActions
{
    /// <summary>For a bundle that names none.</summary>
    public static MessageActions None { get; } = new();

    /// <summary>The entity types of agents, grants and roles.</summary>
    public string AgentType { get; init; } = "Scm::Agent";

    /// <inheritdoc cref="AgentType"/>
    public string GrantType { get; init; } = "Scm::Grant";

    /// <inheritdoc cref="AgentType"/>
    public string RoleType { get; init; } = "Scm::Role";

    /// <summary>How far back commitments count together.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(24);

    /// <summary>By the message's type.</summary>
    public IReadOnlyDictionary<string, MessageAction> ByType { get; init; } = FrozenDictionary<string, MessageAction>.Empty;

    /// <summary>What a type of message asks for, when it changes the world.</summary>
    public MessageAction? Find(string type) => ByType.TryGetValue(type, out var action) && action.ChangesState ? action : null;
}
