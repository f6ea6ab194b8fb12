using System.Security.Claims;
using A2AConsole.Core.Alerts;
using A2AConsole.Detection.Alerts;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Alerts;

/// <summary>
/// What people do about alerts. Which role may is decided here, whatever a page showed; what fits an alert, by its desk when the step is written. Throws
/// <see cref="NotPermittedException"/> and <see cref="TriageRefusedException"/>.
/// </summary>
public sealed class AlertActions(IAlertDesk desk)
{
    public Task<IReadOnlyList<TriageResult>> OpenAsync(ClaimsPrincipal user, IReadOnlyCollection<long> alerts) => desk.OpenAsync(alerts, Actor(user));

    public Task<IReadOnlyList<TriageResult>> AssignAsync(ClaimsPrincipal user, IReadOnlyCollection<long> alerts, string? to, string? note) => desk.AssignAsync(alerts, to, note, Actor(user));

    public Task<IReadOnlyList<TriageResult>> NoteAsync(ClaimsPrincipal user, IReadOnlyCollection<long> alerts, string note) => desk.NoteAsync(alerts, note, Actor(user));

    public Task<IReadOnlyList<TriageResult>> CloseAsync(ClaimsPrincipal user, IReadOnlyCollection<long> alerts, AlertVerdict verdict, string reason) => desk.CloseAsync(alerts, verdict, reason, Actor(user));

    public Task<IReadOnlyList<TriageResult>> ReopenAsync(ClaimsPrincipal user, IReadOnlyCollection<long> alerts, string note) => desk.ReopenAsync(alerts, note, Actor(user));

    public Task<TriageResult> ContainedAsync(ClaimsPrincipal user, long alert, string what, bool undone) => desk.ContainedAsync(alert, what, undone, Actor(user));

    public Task<int> SuppressAsync(ClaimsPrincipal user, SuppressionRequest request) => desk.SuppressAsync(request, Actor(user));

    public Task EndSuppressionAsync(ClaimsPrincipal user, int id) => desk.EndSuppressionAsync(id, Actor(user));

    /// <summary>The person as the desks see her, when she may.</summary>
    internal static TriageActor Actor(ClaimsPrincipal user)
        => Permission.TriageAlerts.Allows(user) ? new(user.Identity!.Name!) : throw new NotPermittedException(Permission.TriageAlerts.Refusal(user));
}
