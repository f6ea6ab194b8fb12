using A2AConsole.Core.Admission;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Ingest.Edge;
using A2AConsole.Policy.Deciding;

namespace A2AConsole.Ingest.Deciding;

/// <summary>Decides about those events of a posted request that would change something, after they are on the ledger.</summary>
internal sealed class EventDecisions(Decisions decisions, HeldQueries earlier)
{
    // One agent's decisions share its windows and its place on the ledger's writer; those that are saved together cost less.
    private const int AtOnce = 8;

    /// <summary>
    /// The decisions by the events' places; null when nothing of the request is asked about, as in nearly every request. Of an event that came again under its
    /// idempotency key it is the earlier one.
    /// </summary>
    public async Task<MessageDecision?[]?> DecideAsync(EdgePeer peer, AdmissionRequest request, AdmissionResult result)
    {
        List<int>? asked = null;
        for (var i = 0; i < result.Items.Count; i++)
        {
            if (result.Items[i].Verdict != ItemVerdict.Refused && request.Items[i].Facts is { } facts && decisions.IsAskedAbout(facts.Type))
                (asked ??= []).Add(i);
        }
        if (asked is null)
            return null;
        var answers = new MessageDecision?[result.Items.Count];
        await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, _) => answers[i] = await OneAsync(peer, request, request.Items[i], result.Items[i]));
        return answers;
    }

    private async Task<MessageDecision?> OneAsync(EdgePeer peer, AdmissionRequest request, AdmissionItem item, ItemResult admitted)
    {
        var facts = item.Facts!;
        if (admitted.Verdict == ItemVerdict.Repeated)
            return facts.Type == Confirmation.Type ? null : await EarlierAsync(admitted.LeafIndex!.Value);
        var isBatched = !request.BatchEnvelope.IsEmpty;
        var signed = SignedData.Read(item.Bytes, isBatched) ?? throw new InvalidOperationException("An event that was admitted cannot be read.");
        var decision = await decisions.DecideAsync(new MessageToDecide(facts, signed.Data, peer.AgentNumber, facts.Audience ?? "", admitted.LeafIndex!.Value, null, null)
        {
            Body = item.Bytes.ToArray(), Demo = facts.Demo,
        });
        return IsOfNoConcern(decision) ? null : decision;
    }

    // It is of a type that is asked about, and changes nothing all the same.
    private static bool IsOfNoConcern(MessageDecision decision) => decision is { Verdict: MessageVerdict.Allow, Policy: null };

    private async Task<MessageDecision> EarlierAsync(long leaf)
    {
        if (await earlier.DecisionOfAsync(leaf) is not { } row)
            return new MessageDecision(MessageVerdict.Reject, "The message was admitted before, and no decision about it is on record; it must not be acted on. Send a new message, with another idempotency key.", "decision-missing");
        var held = row.Verdict is PolicyVerdict.Human or PolicyVerdict.Verify ? await earlier.FindAsync(leaf) : null;
        return new MessageDecision(
            row.Verdict == PolicyVerdict.Allow ? MessageVerdict.Allow : held is not null ? MessageVerdict.Hold : MessageVerdict.Reject, row.Reason, row.Code, row.Id, held?.Id, held?.ExpiresAt)
        {
            Policy = row.Verdict, Policies = row.Policies.Split(' ', StringSplitOptions.RemoveEmptyEntries), Bundle = new BundleId("", row.BundleVersion, row.BundleDigest),
        };
    }
}
