using A2AConsole.Core.Policies;

namespace A2AConsole.Policy.AuthZen;

/// <summary>An external decision point in the place of the bundle's policies. Its policies' names mean nothing here, so they stand among the reasons.</summary>
public sealed class ExternalDecider : IPolicyDecider, IDisposable
{
    private readonly HttpClient _client = AuthZenDecider.NewClient();
    private readonly AuthZenDecider _decider;

    public ExternalDecider(Uri endpoint, TimeSpan timeout, TimeProvider time)
        // Only what would change something is asked about: without an answer it is denied.
        => _decider = new AuthZenDecider(_client, new AuthZenDeciderOptions(endpoint, timeout, ChangesState: _ => true), time);

    /// <inheritdoc/>
    public async ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default)
    {
        var decision = await _decider.DecideAsync(request, cancellationToken);
        return decision with { Determining = [], Reasons = decision.Reasons.Count > 0 ? decision.Reasons : decision.Determining };
    }

    public void Dispose() => _client.Dispose();
}
