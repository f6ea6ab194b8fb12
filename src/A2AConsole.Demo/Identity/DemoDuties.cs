using A2AConsole.Demo.World;
using A2AConsole.Trust;
using A2AConsole.Trust.Life;

namespace A2AConsole.Demo.Identity;

/// <summary>Names who answers for what, agent by agent; some duties stay open, as they do.</summary>
internal sealed class DemoDuties(IAgentLife life, IAgentDirectory directory)
{
    public Task AssignAsync(IEnumerable<CastMember> members, CancellationToken cancellationToken)
        => Task.WhenAll(members.Where(m => m.Duties.Count > 0).Select(async member =>
        {
            if (directory.NumberOf(member.SpiffeId) is { } number)
                await life.SetResponsibilitiesAsync(number, member.Duties, "system", "Named when the agent was taken in.", cancellationToken);
        }));
}
