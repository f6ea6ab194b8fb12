using A2AConsole.Core.Admission;

namespace A2AConsole.Core.Quarantine;

/// <summary>By which way something may leave quarantine.</summary>
public enum ReleaseWay
{
    /// <summary>By none: nobody can make good what was wrong.</summary>
    Never,
    /// <summary>Through every check once more, then through policy.</summary>
    Checks,
    /// <summary>Through policy once more: the checks were passed.</summary>
    Policy,
}

/// <summary>What a refusal's code says about a release.</summary>
/// <param name="Way">The way.</param>
/// <param name="Why">Why so, in a sentence for people.</param>
public readonly record struct ReleaseAnswer(ReleaseWay Way, string Why);

/// <summary>
/// What may leave quarantine. A person answers for time, rate and what we did not know yet; never for an identity, a signature or a second
/// use. A code that is not named here is never released.
/// </summary>
public static class ReleaseRule
{
    /// <summary>The codes of messages that passed the checks and were refused by policy.</summary>
    public static IReadOnlyList<string> PolicyCodes { get; } = ["policy-denied", "policy-fault", "approvals-full"];

    /// <summary>The code of a minute's refusals that were counted instead of kept.</summary>
    public const string Summary = "summary";

    /// <summary>What a code says.</summary>
    public static ReleaseAnswer Of(string code)
    {
        if (PolicyCodes.Contains(code, StringComparer.Ordinal))
            return new(ReleaseWay.Policy, "Policy is asked again, as it and its grants are now; what it allows goes on, what needs a person is put to one.");
        if (code == Summary)
            return Never("It stands for refusals that were counted instead of kept: there is nothing to release.");
        return Refusal.Find(code) is not { } refusal
            ? Never("A connection was refused before anything was read: there is nothing to release.")
            : refusal.Code switch
            {
                RefusalCode.RateLimited => Again("It was never looked at, for want of rate: a release makes every check now."),
                RefusalCode.Stale => Again("It came too late, which a person may answer for until its sender's own end; every other check is made again."),
                RefusalCode.NotYetValid => Again("Its time lay ahead of ours; once it has come, every check is made again."),
                RefusalCode.UnknownType => Again("Its type was not known; when its schema is registered now, it passes, and every check is made again."),
                RefusalCode.SchemaViolation => Again("Its data did not match the schema; when the schema takes it now, it passes, and every check is made again."),
                RefusalCode.TooLarge => Never("Only its beginning was kept."),
                RefusalCode.Expired or RefusalCode.LifetimeTooLong => Never("Its sender set an end that does not hold: nobody prolongs what somebody else signed. Have it sent anew."),
                RefusalCode.Replayed or RefusalCode.IdempotencyConflict => Never("Its id, nonce or key was used before: it would count twice."),
                RefusalCode.MessageIdDiffers or RefusalCode.AudienceDiffers or RefusalCode.PartsNotSigned or RefusalCode.PartsDiffer or RefusalCode.HopsUnexpected
                    => Never("What it says is not what its sender signed: nobody else can vouch for it."),
                _ when refusal.Check == AdmissionCheck.Parse => Never("It cannot be read without doubt, so nobody can say what would be released."),
                _ => Never("Its identity or signature did not hold, and nobody here can vouch for it in its sender's place."),
            };
    }

    private static ReleaseAnswer Again(string why) => new(ReleaseWay.Checks, why);

    private static ReleaseAnswer Never(string why) => new(ReleaseWay.Never, why);
}
