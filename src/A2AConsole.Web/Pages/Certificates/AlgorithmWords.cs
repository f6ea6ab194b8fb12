using A2AConsole.Core.Crypto;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Certificates;

/// <summary>What relies on an algorithm, in sentences: read before it is given up.</summary>
public static class AlgorithmWords
{
    /// <summary>One sentence each. <paramref name="agents"/> used it in the last 30 days; <paramref name="reliance"/> null: not counted yet.</summary>
    public static IEnumerable<string> Relies(string algorithm, AlgorithmUses use, int agents, AlgorithmReliance? reliance)
    {
        switch (use)
        {
            case AlgorithmUses.Certificate:
                yield return "The authorities sign every certificate with it.";
                break;
            case AlgorithmUses.Checkpoint:
                yield return "The ledger signs its checkpoints with it: without, nothing is recorded.";
                break;
            case AlgorithmUses.AttestationResult:
                yield return "The authority may sign attestation results with it; the most preferred one signs the next.";
                break;
            default:
                yield return agents == 0 ? "No agent used it in the last 30 days." : $"{Numbers.Of(agents, "agent")} used it in the last 30 days.";
                if (reliance is { Certificates: > 0 })
                    yield return use == AlgorithmUses.AgentKey
                        ? $"{Numbers.Of(reliance.Certificates, "valid certificate is", "valid certificates are")} for such a key."
                        : $"{Numbers.Of(reliance.Certificates, "valid certificate")} can sign with it.";
                if (reliance is { Entries: > 0 })
                    yield return use == AlgorithmUses.AgentKey
                        ? $"{Numbers.Of(reliance.Entries, "entry allows", "entries allow")} no other key: nothing is issued under {(reliance.Entries == 1 ? "it" : "them")} without {algorithm}."
                        : $"{Numbers.Of(reliance.Entries, "entry asks", "entries ask")} for a post-quantum signature: {(reliance.Entries == 1 ? "its" : "their")} agents need another such algorithm then.";
                break;
        }
    }
}
