using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Bundles;

/// <summary>What a type of message would do if it were delivered: how it becomes a question to policy, and what its approval takes.</summary>
/// <param name="MessageType">The event's type.</param>
/// <param name="Action">The policy action.</param>
/// <param name="ResourceType">The entity type of what it is done to.</param>
/// <param name="ResourceId">JSON pointer (RFC 6901) to the resource's id in the event's data.</param>
/// <param name="ResourceAttributes">What is assumed of the resource, as the schema asks for it: the event says nothing of it that could be believed.</param>
/// <param name="Money">JSON pointer to the amount that it commits (<c>{amount, currency}</c>); null: it commits none.</param>
/// <param name="Per">JSON pointer to what its commitments are counted for; null: all of the agent's by this action count together.</param>
/// <param name="OnlyWithMoney">Whether a message that names no amount changes nothing.</param>
/// <param name="Tier">low, medium, high or critical.</param>
/// <param name="Asks">What is asked of an approver; <c>{id}</c> stands for the resource's id.</param>
/// <param name="ApproverRoles">Who may approve it: any of these roles.</param>
/// <param name="Quorum">How many must.</param>
/// <param name="Hold">How long it waits.</param>
/// <param name="Verifiers">The roles (of identities) whose agents may verify it a second time.</param>
public sealed record MessageAction(
    string MessageType, EntityUid Action, string ResourceType, string ResourceId, IReadOnlyDictionary<string, PolicyValue> ResourceAttributes, string? Money, string? Per, bool OnlyWithMoney, string Tier, string Asks,
    IReadOnlyList<string> ApproverRoles, int Quorum, TimeSpan Hold, IReadOnlyList<string> Verifiers)
{
    /// <summary>The tiers, lowest first.</summary>
    public static IReadOnlyList<string> Tiers { get; } = ["low", "medium", "high", "critical"];
}
