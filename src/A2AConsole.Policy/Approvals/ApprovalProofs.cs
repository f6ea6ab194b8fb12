using System.Text.Json;
using A2AConsole.Core.Approvals;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Policy.Approvals;

/// <summary>Gives every approving person's signed decision: a JSON array of <see cref="ApprovalProof"/>s, as many as the quorum took.</summary>
public sealed class ApprovalProofs(ApprovalQueries queries) : IApprovalProofs
{
    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ProofAsync(int approvalId, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(approvalId, cancellationToken) is not var (approval, _))
            return null;
        using var stream = new MemoryStream();
        await using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var vote in approval.Votes.Where(v => v is { Choice: ApprovalChoice.Approve or ApprovalChoice.ApproveLimited, Assertion: not null }))
                json.WriteRawValue(ApprovalProof.Write(vote.Record, vote.Assertion!, vote.Leaf));
            json.WriteEndArray();
        }
        return stream.ToArray();
    }
}
