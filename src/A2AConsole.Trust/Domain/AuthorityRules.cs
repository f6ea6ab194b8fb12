using System.Globalization;
using A2AConsole.Data.Entities;

namespace A2AConsole.Trust.Domain;

/// <summary>
/// What may be done with an authority and what follows from it: prepare → activate → taint → revoke. A root goes together
/// with the issuing CAs under it. Exactly one root and one issuing CA under it are active at any time. Pure.
/// </summary>
public static class AuthorityRules
{
    /// <summary>
    /// The roster after a step. Throws <see cref="AuthorityStepException"/> when the step is not allowed.
    /// <paramref name="propagation"/> is how long a prepared root must have been in the bundle before it may sign, unless forced:
    /// an agent that does not know it yet would take the edge for a stranger.
    /// </summary>
    public static AuthorityRoster Apply(AuthorityRoster roster, AuthorityStep step, TimeSpan propagation) => step.Kind switch
    {
        AuthorityStepKind.Prepare => Prepare(roster, step),
        AuthorityStepKind.Activate => Activate(roster, step, propagation),
        AuthorityStepKind.Taint => Taint(roster, step),
        AuthorityStepKind.Revoke => Revoke(roster, step),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <summary>The name that the next authority of a purpose gets: <c>root-2</c> after <c>root</c>. Names are never used again.</summary>
    public static string NextName(AuthorityRoster roster, string purpose)
        => string.Create(CultureInfo.InvariantCulture, $"{purpose}-{roster.Members.Count(m => m.Purpose == purpose) + 1}");

    private static AuthorityRoster Prepare(AuthorityRoster roster, AuthorityStep step)
    {
        if (roster.Members.FirstOrDefault(m => m.State == AnchorState.Prepared) is { } waiting)
            throw new AuthorityStepException("authority-already-prepared", $"{waiting.Name} is prepared and waits: activate it, or revoke it to give it up.");
        var issuing = NextName(roster, AuthorityCertificate.Issuing);
        if (step.Name == issuing)
        {
            var root = roster.Active(AuthorityCertificate.Root).Name;
            return Next(roster, [.. roster.Members, new(issuing, AuthorityCertificate.Issuing, root, AnchorState.Prepared, step.At)]);
        }
        if (step.Name != NextName(roster, AuthorityCertificate.Root))
            throw new AuthorityStepException("authority-unknown", $"{step.Name} is not the name of the next authority.");
        return Next(roster,
        [
            .. roster.Members,
            new(step.Name, AuthorityCertificate.Root, step.Name, AnchorState.Prepared, step.At),
            new(issuing, AuthorityCertificate.Issuing, step.Name, AnchorState.Prepared, step.At),
        ]);
    }

    private static AuthorityRoster Activate(AuthorityRoster roster, AuthorityStep step, TimeSpan propagation)
    {
        var member = Require(roster, step);
        if (member.State != AnchorState.Prepared)
            throw new AuthorityStepException("authority-not-prepared", $"{member.Name} is {Word(member.State)}; only a prepared authority can be activated.");
        if (member.Purpose == AuthorityCertificate.Issuing && roster.Find(member.Root)!.State != AnchorState.Active)
            throw new AuthorityStepException("authority-root-not-active", $"{member.Name} belongs to {member.Root}: activate that, and both are in use.");
        if (member.Purpose == AuthorityCertificate.Root && !step.Forced && step.At - member.Since < propagation)
        {
            throw new AuthorityStepException("authority-not-propagated", string.Create(CultureInfo.InvariantCulture,
                $"{member.Name} is in the bundle since {member.Since.UtcDateTime:u}; agents that have not fetched it yet would take the edge for a stranger. Activate it from {(member.Since + propagation).UtcDateTime:u} on, or force it and enrol again those who were cut off."));
        }
        var comes = roster.Members.Where(m => m.State == AnchorState.Prepared && (m == member || m.Root == member.Name)).ToHashSet();
        var purposes = comes.Select(m => m.Purpose).ToHashSet(StringComparer.Ordinal);
        return Next(roster, [.. roster.Members.Select(m =>
            comes.Contains(m) ? m with { State = AnchorState.Active, Since = step.At }
            : m.State == AnchorState.Active && purposes.Contains(m.Purpose) ? m with { State = AnchorState.Retired, Since = step.At }
            : m)]);
    }

    private static AuthorityRoster Taint(AuthorityRoster roster, AuthorityStep step)
    {
        var member = Require(roster, step);
        return member.State switch
        {
            AnchorState.Active => throw new AuthorityStepException("authority-active", $"{member.Name} signs what is issued now: prepare and activate another one first."),
            AnchorState.Retired => Move(roster, member, AnchorState.Tainted, step),
            _ => throw new AuthorityStepException("authority-not-retired", $"{member.Name} is {Word(member.State)}; only one that was replaced can be tainted."),
        };
    }

    private static AuthorityRoster Revoke(AuthorityRoster roster, AuthorityStep step)
    {
        var member = Require(roster, step);
        return member.State switch
        {
            AnchorState.Active => throw new AuthorityStepException("authority-active", $"{member.Name} signs what is issued now: prepare and activate another one first."),
            AnchorState.Retired => throw new AuthorityStepException("authority-not-tainted", $"{member.Name} was not tainted: taint it first, so that what it signed is replaced before it stops to count."),
            AnchorState.Revoked => throw new AuthorityStepException("authority-revoked", $"{member.Name} is revoked already."),
            AnchorState.Prepared when roster.Find(member.Root)!.State == AnchorState.Prepared && member.Root != member.Name
                => throw new AuthorityStepException("authority-root-not-active", $"{member.Name} belongs to {member.Root}: revoke that, and both are given up."),
            _ => Move(roster, member, AnchorState.Revoked, step),
        };
    }

    private static AuthorityRoster Move(AuthorityRoster roster, AuthorityMember member, AnchorState state, AuthorityStep step)
        => Next(roster, [.. roster.Members.Select(m =>
            (m == member || m.Root == member.Name) && m.IsTrusted ? m with { State = state, Since = step.At } : m)]);

    private static AuthorityRoster Next(AuthorityRoster roster, IReadOnlyList<AuthorityMember> members) => new(roster.Sequence + 1, members);

    private static AuthorityMember Require(AuthorityRoster roster, AuthorityStep step)
        => roster.Find(step.Name) ?? throw new AuthorityStepException("authority-unknown", $"There is no authority {step.Name}.");

    private static string Word(AnchorState state) => state.ToString().ToLowerInvariant();
}

/// <summary>A step is not allowed: a stable code, and a sentence that says what would be right.</summary>
public sealed class AuthorityStepException(string code, string message) : Exception(message)
{
    /// <summary>E.g. <c>authority-in-use</c>.</summary>
    public string Code => code;
}
