using A2AConsole.Data.Entities;
using A2AConsole.Policy.Deciding;
using A2AConsole.Trust.Findings;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Ingest.Deciding;

/// <summary>Asks about messages for both ways in. Whatever goes wrong is a refusal, with a finding: nothing passes for want of an answer.</summary>
internal sealed class Decisions(IMessageDecision decision, IFindings findings, ILogger<Decisions> logger)
{
    /// <summary>The code of a decision that failed.</summary>
    public const string Failed = "decision-failed";

    /// <inheritdoc cref="IMessageDecision.IsAskedAbout"/>
    public bool IsAskedAbout(string type) => decision.IsAskedAbout(type);

    /// <summary>Decides. Not given up when the client hangs up: what was admitted is decided about.</summary>
    public async Task<MessageDecision> DecideAsync(MessageToDecide message)
    {
        try
        {
            return await decision.DecideAsync(message, CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogError(e, "Deciding about the message of leaf {Leaf} failed", message.Leaf);
            await ReportAsync(message, e);
            return new MessageDecision(MessageVerdict.Reject, "The decision about this message failed, so it is not delivered.", Failed);
        }
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
