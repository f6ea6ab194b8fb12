using A2AConsole.Policy.Deciding;

namespace A2AConsole.Ingest.A2A;

/// <summary>
/// What stands in for a policy engine where none is registered: it decides nothing. Whatever passed the checks (identity, signature, freshness,
/// replay, schema, binding of parts) is delivered, as it is for events that are posted to the edge.
/// </summary>
internal sealed class ChecksOnly : IMessageDecision
{
    private static readonly MessageDecision Passed = new(MessageVerdict.Allow, "The checks passed; no policy decides here.");

    public bool IsAskedAbout(string type) => false;

    public ValueTask<MessageDecision> DecideAsync(MessageToDecide message, CancellationToken cancellationToken) => ValueTask.FromResult(Passed);
}
