using System.Security.Claims;
using A2AConsole.Core.Registration;
using A2AConsole.Trust;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Pages.Entries;

/// <summary>
/// Changes of registration entries. Who may is decided here, whatever a page showed. Throws <see cref="NotPermittedException"/>
/// and <see cref="EntryRefusedException"/>.
/// </summary>
public sealed class EntryActions(IRegistrations registrations)
{
    public Task<RegisteredEntry> CreateAsync(ClaimsPrincipal user, EntryTerms terms) => registrations.CreateAsync(terms, Actor(user));

    public Task<IReadOnlyList<string>> ChangeAsync(ClaimsPrincipal user, int id, EntryTerms terms, ReadOnlyMemory<byte> seen) => registrations.ChangeAsync(id, terms, Actor(user), seen);

    public Task SetEnabledAsync(ClaimsPrincipal user, int id, bool isEnabled, string reason) => registrations.SetEnabledAsync(id, isEnabled, reason, Actor(user));

    /// <summary>Why this person may not change entries, or null when she may.</summary>
    public static string? WhyNot(ClaimsPrincipal user) => Permission.ChangeEntries.Allows(user) ? null : Permission.ChangeEntries.Refusal(user);

    private static string Actor(ClaimsPrincipal user) => WhyNot(user) is { } why ? throw new NotPermittedException(why) : "user:" + user.Identity!.Name;
}
