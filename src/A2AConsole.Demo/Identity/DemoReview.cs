using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Core.Reviews;
using A2AConsole.Data.Stores;
using A2AConsole.Demo.World;
using A2AConsole.Trust;

namespace A2AConsole.Demo.Identity;

/// <summary>A review of the partners' agents: one was confirmed, the others wait.</summary>
internal sealed class DemoReview(IReviews reviews, IAgentDirectory directory)
{
    private static readonly ReviewActor Administrator = new("admin@acme.example", Oversees: true);

    /// <summary>How long its grace period is.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromDays(3);

    /// <summary>Opens it, for agents that are enrolled. Returns its number.</summary>
    public Task<int> OpenAsync(DateTimeOffset dueAt, CancellationToken cancellationToken)
        => reviews.OpenAsync(new ReviewPlan("Partners, autumn", new AgentFilter { Environment = Cast.WarehouseRelease.Environment }, dueAt, dueAt + Grace, IsDemo: true), Administrator, cancellationToken);

    /// <summary>Whoever answers for the customs agent says that it may go on.</summary>
    public Task ConfirmAsync(int campaign, CancellationToken cancellationToken)
        => reviews.DecideAsync(campaign, directory.NumberOf(Cast.CustomsCompliance.SpiffeId)!.Value,
            new ReviewVerdict(ReviewDecision.Confirmed, "Portside still declares all of our imports; the contract runs on, the agent does nothing else."), Administrator, cancellationToken);

    /// <summary>Reminds and lets lapse what is due.</summary>
    public Task AdvanceAsync(CancellationToken cancellationToken) => reviews.AdvanceAsync(cancellationToken);
}
