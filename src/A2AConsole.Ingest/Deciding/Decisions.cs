using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Policy.Deciding;
using A2AConsole.Trust.Findings;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Ingest.Deciding;

/// <summary>Asks about messages for both ways in. Whatever goes wrong is a refusal, with a finding: nothing passes for want of an answer.</summary>
internal sealed class Decisions(IMessageDecision decision, IHeldMessages held, IFindings findings, ILogger<Decisions> logger)
{
    /// <summary>The code of a decision that failed.</summary>
    public const string Failed = "decision-failed";

    /// <inheritdoc cref="IMessageDecision.IsAskedAbout"/>
    public bool IsAskedAbout(string type) => type == Confirmation.Type || decision.IsAskedAbout(type);

    /// <summary>Decides. Not given up when the client hangs up: what was admitted is decided about.</summary>
    public async Task<MessageDecision> DecideAsync(MessageToDecide message)
    {
        try
        {
            return message.Facts.Type == Confirmation.Type ? await ConfirmAsync(message) : await decision.DecideAsync(message, CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogError(e, "Deciding about the message of leaf {Leaf} failed", message.Leaf);
            await ReportAsync(message, e);
            return new MessageDecision(MessageVerdict.Reject, "The decision about this message failed, so it is not delivered.", Failed);
        }
    }

    /// <summary>Takes an agent's word about a message that waits. What came of it is the answer; a word that counts for nothing is refused, with a code.</summary>
    private async Task<MessageDecision> ConfirmAsync(MessageToDecide message)
    {
        var said = Confirmation.Read(message.Data);
        var outcome = said.IsConfirmed ? await held.VerifyAsync(said.Digest, message.Leaf, message.Facts.Source) : await held.ContradictAsync(said.Digest, message.Leaf, message.Facts.Source);
        return outcome.Released || outcome.Code is "contradicted" or "policy-denied"
            ? new MessageDecision(MessageVerdict.Allow, outcome.Reason, outcome.Code) { Policy = PolicyVerdict.Allow }
            : new MessageDecision(MessageVerdict.Reject, outcome.Reason, outcome.Code) { Policy = PolicyVerdict.Deny };
    }

    private async Task ReportAsync(MessageToDecide message, Exception e)
    {
        try
        {
            await findings.ReportAsync(new FindingReport(FindingKind.PolicyFault, Failed, message.SenderNumber,
                $"The decision about a {message.Facts.Type} of {message.Facts.Source} failed ({e.GetType().Name}); it was refused. The log says more."));
        }
        catch (Exception second)
        {
            // The store that the decision failed for may be the one that findings need.
            logger.LogError(second, "The finding about it failed, too");
        }
    }
}
