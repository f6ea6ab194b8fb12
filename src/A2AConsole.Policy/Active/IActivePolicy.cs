using A2AConsole.Core.Policies;
using A2AConsole.Policy.Bundles;

namespace A2AConsole.Policy.Active;

/// <summary>The bundle that decides now. Implemented by the life cycle of bundles.</summary>
public interface IActivePolicy
{
    /// <summary>The active bundle; null when none is active or the engine is not there: then nothing that changes state passes. See <see cref="WhyNone"/>.</summary>
    PolicyBundle? Bundle { get; }

    /// <summary>Why there is none, in a sentence with what to do; null when there is one.</summary>
    string? WhyNone { get; }

    /// <summary>Completes when the policies are loaded, or it is known why not: seconds after the first start.</summary>
    Task Ready { get; }

    /// <summary>Decides by the active bundle (and lets a shadowed one decide beside it). A deny with a fault when there is none.</summary>
    ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default);

    /// <summary>Raised after another bundle became active.</summary>
    event Action? Changed;
}
