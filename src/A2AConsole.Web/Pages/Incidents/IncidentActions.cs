using System.Security.Claims;
using A2AConsole.Core.Alerts;
using A2AConsole.Detection.Incidents;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Pages.Alerts;

namespace A2AConsole.Web.Pages.Incidents;

/// <summary>
/// What people do about incidents. Which role may is decided here, whatever a page showed; what fits an incident, by its desk. Throws
/// <see cref="NotPermittedException"/> and <see cref="TriageRefusedException"/>.
/// </summary>
public sealed class IncidentActions(IIncidentDesk desk)
{
    public Task<long> CreateAsync(ClaimsPrincipal user, string title, IReadOnlyCollection<long> alerts, string? note) => desk.CreateAsync(title, alerts, note, AlertActions.Actor(user));

    public Task AddAsync(ClaimsPrincipal user, long incident, IReadOnlyCollection<long> alerts, string? note) => desk.AddAsync(incident, alerts, note, AlertActions.Actor(user));

    public Task RemoveAsync(ClaimsPrincipal user, long incident, IReadOnlyCollection<long> alerts, string note) => desk.RemoveAsync(incident, alerts, note, AlertActions.Actor(user));

    public Task MergeAsync(ClaimsPrincipal user, long incident, long into, string note) => desk.MergeAsync(incident, into, note, AlertActions.Actor(user));

    public Task<long> SplitAsync(ClaimsPrincipal user, long incident, IReadOnlyCollection<long> alerts, string title, string note) => desk.SplitAsync(incident, alerts, title, note, AlertActions.Actor(user));

    public Task NoteAsync(ClaimsPrincipal user, long incident, string note) => desk.NoteAsync(incident, note, AlertActions.Actor(user));

    public Task AssignAsync(ClaimsPrincipal user, long incident, string? to) => desk.AssignAsync(incident, to, AlertActions.Actor(user));

    public Task SetSeverityAsync(ClaimsPrincipal user, long incident, AlertSeverity severity, string note) => desk.SetSeverityAsync(incident, severity, note, AlertActions.Actor(user));

    public Task SetContainedAsync(ClaimsPrincipal user, long incident, bool contained, string note) => desk.SetContainedAsync(incident, contained, note, AlertActions.Actor(user));

    public Task<int> AddTaskAsync(ClaimsPrincipal user, long incident, string text, string? assignee) => desk.AddTaskAsync(incident, text, assignee, AlertActions.Actor(user));

    public Task SetTaskAsync(ClaimsPrincipal user, long incident, int task, bool done) => desk.SetTaskAsync(incident, task, done, AlertActions.Actor(user));

    public Task CloseAsync(ClaimsPrincipal user, long incident, string lesson, string? policyChange) => desk.CloseAsync(incident, lesson, policyChange, AlertActions.Actor(user));

    public Task ReopenAsync(ClaimsPrincipal user, long incident, string note) => desk.ReopenAsync(incident, note, AlertActions.Actor(user));
}
