namespace A2AConsole.Core.Policies;

/// <summary>An entity with what is known about it.</summary>
/// <param name="Uid">Which entity.</param>
/// <param name="Attributes">Its attributes by name.</param>
/// <param name="Parents">The groups that it is in.</param>
public sealed record PolicyEntity(EntityUid Uid, IReadOnlyDictionary<string, PolicyValue> Attributes, IReadOnlyList<EntityUid> Parents);

/// <summary>
/// What is asked of policy: may <paramref name="Principal"/> do <paramref name="Action"/> to <paramref name="Resource"/>. Context and entities
/// are facts that we established about this message, never an agent's word.
/// </summary>
public sealed record DecisionRequest(EntityUid Principal, EntityUid Action, EntityUid Resource, PolicyValue.Fields Context, IReadOnlyList<PolicyEntity> Entities)
{
    /// <summary>The member of the context that holds evidence: <c>{secondVerification: Bool, approver?: entity}</c>.</summary>
    public const string EvidenceMember = "evidence";
}
