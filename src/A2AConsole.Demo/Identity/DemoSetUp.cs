using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Demo.World;
using A2AConsole.Trust;
using A2AConsole.Trust.Revoking;

namespace A2AConsole.Demo.Identity;

/// <summary>
/// What is arranged once, when the demo first goes live, around the agents' enrolment: entries that ask for evidence before it; after it, where
/// no past was written, what the past would have left. Whatever people change afterwards stays as they left it.
/// </summary>
internal sealed class DemoSetUp(DemoOptions options, DemoEntries entries, DemoReview review, DemoDuties duties, DemoGrants grants, IRevocations revocations, IAgentDirectory directory, TimeProvider time)
{
    private static readonly TimeSpan ReviewTime = TimeSpan.FromDays(5);

    private string Mark => Path.Combine(options.Directory, "set-up");

    private bool IsDone => File.Exists(Mark);

    /// <summary>Before the agents enrol.</summary>
    public Task BeforeAsync(CancellationToken cancellationToken) => IsDone ? Task.CompletedTask : entries.RequireEvidenceAsync(cancellationToken);

    /// <summary>Once the agents are enrolled. <paramref name="hasPast"/>: a past was written.</summary>
    public async Task AfterAsync(bool hasPast, CancellationToken cancellationToken)
    {
        if (IsDone)
            return;
        await grants.GiveAsync(cancellationToken);
        if (hasPast)
        {
            await duties.AssignAsync([Cast.ReturnsDesk, Cast.BerthPlanner], cancellationToken);
        }
        else
        {
            await duties.AssignAsync(Cast.All, cancellationToken);
            await review.ConfirmAsync(await review.OpenAsync(time.GetUtcNow() + ReviewTime, cancellationToken), cancellationToken);
            if (directory.NumberOf(Cast.SlotBroker.SpiffeId) is not null)
                await revocations.RevokeAsync(new(RevocationScope.Agent, Cast.SlotBroker.SpiffeId, RevocationReason.KeyCompromise, StolenLaptop), "user:analyst@acme.example", null, cancellationToken);
        }
        await File.WriteAllTextAsync(Mark, time.GetUtcNow().ToString("u", System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
    }

    /// <summary>Why Harbour Lines' agent was revoked.</summary>
    public static string StolenLaptop => $"{Cast.SlotBroker.Organisation} reported a stolen laptop with the agent's key.";
}
