using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.Engine;

/// <summary>
/// Evidence as it would look if it were there: the request is put again with it, to learn whether it would help. The approver's identifier is one
/// that <see cref="EntityUid"/> allows nobody.
/// </summary>
internal sealed record SupposedEvidence(bool SecondVerification, EntityUid? Approver, PolicyEntity? ApproverEntity)
{
    private const string Anybody = "?anybody";

    public static SupposedEvidence Of(IReadOnlyList<string> needs, string approverType, IReadOnlyDictionary<string, PolicyValue> approverAttributes)
    {
        var human = needs.Contains(EvidenceRule.HumanApproval);
        var uid = new EntityUid(approverType, Anybody);
        return new SupposedEvidence(needs.Contains(EvidenceRule.SecondVerification), human ? uid : null, human ? new PolicyEntity(uid, approverAttributes, []) : null);
    }

    /// <summary>A context with this evidence laid over its own.</summary>
    public PolicyValue.Fields Into(PolicyValue.Fields context)
    {
        var evidence = new Dictionary<string, PolicyValue>(StringComparer.Ordinal);
        if (context.Members.GetValueOrDefault(DecisionRequest.EvidenceMember) is PolicyValue.Fields own)
        {
            foreach (var (name, value) in own.Members)
                evidence[name] = value;
        }
        if (SecondVerification)
            evidence["secondVerification"] = true;
        if (Approver is { } approver)
            evidence["approver"] = approver;
        return new PolicyValue.Fields(new Dictionary<string, PolicyValue>(context.Members, StringComparer.Ordinal) { [DecisionRequest.EvidenceMember] = new PolicyValue.Fields(evidence) });
    }
}
