using System.Security.Claims;
using A2AConsole.Core.Quarantine;
using A2AConsole.Policy.Quarantine;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Quarantine;

/// <summary>
/// What people do in quarantine. Which role may is decided here, whatever a page showed; what fits an item, by the rules of quarantine when the step is
/// written. Throws <see cref="NotPermittedException"/> and <see cref="Data.Stores.QuarantineRefusedException"/>.
/// </summary>
public sealed class QuarantineActions(IQuarantine quarantine)
{
    /// <summary>Takes a step on each of the items.</summary>
    public Task<IReadOnlyList<QuarantineResult>> DoAsync(ClaimsPrincipal user, QuarantineMove move, IReadOnlyCollection<long> items, string? to, string note)
    {
        if (!Permission.HandleQuarantine.Allows(user))
            throw new NotPermittedException(Permission.HandleQuarantine.Refusal(user));
        var actor = ActorOf(user);
        return move switch
        {
            QuarantineMove.Noted => quarantine.NoteAsync(items, note, actor),
            QuarantineMove.Assigned or QuarantineMove.Unassigned => quarantine.AssignAsync(items, move == QuarantineMove.Assigned ? to : null, note, actor),
            QuarantineMove.Escalated => quarantine.EscalateAsync(items, note, actor),
            QuarantineMove.Rejected => quarantine.RejectAsync(items, note, actor),
            QuarantineMove.Released => quarantine.ReleaseAsync(items, note, actor),
            _ => throw new ArgumentOutOfRangeException(nameof(move), move, null),
        };
    }

    /// <summary>The person as the rules of quarantine see her.</summary>
    public static QuarantineActor ActorOf(ClaimsPrincipal user) => new(user.Identity?.Name ?? "", user.IsInRole(Roles.Manager) || user.IsInRole(Roles.Administrator));
}
