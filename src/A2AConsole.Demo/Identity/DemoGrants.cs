using A2AConsole.Data.Queries;
using A2AConsole.Demo.World;
using A2AConsole.Policy.Active;
using A2AConsole.Policy.Grants;
using A2AConsole.Trust;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Demo.Identity;

/// <summary>What the cast may act as: without a grant policy lets nobody do anything. Given once; what people change afterwards stays.</summary>
internal sealed class DemoGrants(IServiceProvider services, IAgentDirectory directory, TimeProvider time, ILogger<DemoGrants> logger)
{
    private static readonly TimeSpan Length = TimeSpan.FromDays(120);
    private static readonly GrantActor System = new("system", true);

    private static readonly (CastMember Member, string Role)[] Roles =
    [
        (Cast.Forecast, "forecast"), (Cast.Replenishment, "replenishment"), (Cast.ProcurementApprover, "procurement"), (Cast.WarehouseRelease, "warehouse"),
        (Cast.CustomsCompliance, "customs"), (Cast.ApPayment, "payments"), (Cast.LogisticsException, "logistics-exception"),
    ];

    public async Task GiveAsync(CancellationToken cancellationToken)
    {
        // A host without policy has no grants either.
        if (services.GetService(typeof(GrantService)) is not GrantService grants || services.GetService(typeof(GrantQueries)) is not GrantQueries queries || services.GetService(typeof(IActivePolicy)) is not IActivePolicy policy)
            return;
        await policy.Ready.WaitAsync(cancellationToken);
        var now = time.GetUtcNow();
        foreach (var (member, role) in Roles)
        {
            if (directory.NumberOf(member.SpiffeId) is not { } number || !grants.Roles.Contains(role) || (await queries.OfAgentAsync(number, 1, cancellationToken)).Count > 0)
                continue;
            try
            {
                await grants.GiveAsync(new GrantPlan(number, role, GrantRules.AnyTask, [member.Environment], now, now + Length, null, null, $"{member.Organisation}'s part in the supply chain"), System, isDemo: true, cancellationToken);
            }
            catch (GrantRefusedException e)
            {
                logger.LogWarning("{Agent} was granted nothing: {Why}", member.Name, e.Message);
            }
        }
    }
}
