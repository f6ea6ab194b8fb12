using System.Collections.Concurrent;
using System.Security.Claims;

namespace A2AConsole.Web.Access;

/// <summary>
/// The sessions that somebody signed out of, so that pages still open in them, and copies of their cookie, are worth nothing.
/// Sessions live by the machine's clock, as their cookies do. After a restart a copied cookie counts until it expires.
/// </summary>
internal sealed class EndedSessions(TimeProvider clock)
{
    /// <summary>The claim that tells one sign-in from another.</summary>
    public const string ClaimType = "a2aconsole:session";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>Now, by the clock that sessions live by.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>A claim for a new sign-in.</summary>
    public static Claim New() => new(ClaimType, Guid.NewGuid().ToString("N"));

    /// <summary>Notes that this person's session is over.</summary>
    public void End(ClaimsPrincipal user)
    {
        if (user.FindFirst(ClaimType) is not { } session)
            return;
        var now = Now;
        // A cookie slides while it is used, and it cannot be used any more: after its lifetime it is gone by itself.
        foreach (var (old, at) in _ended)
            if (now - at > AccessRules.SessionLifetime)
                _ended.TryRemove(old, out _);
        _ended[session.Value] = now;
    }

    /// <summary>Whether this person's session is over.</summary>
    public bool HasEnded(ClaimsPrincipal user) => user.FindFirst(ClaimType) is { } session && _ended.ContainsKey(session.Value);
}
