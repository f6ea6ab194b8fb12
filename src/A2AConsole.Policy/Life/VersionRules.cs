using A2AConsole.Data.Entities;

namespace A2AConsole.Policy.Life;

/// <summary>A step in the life of a version.</summary>
public enum VersionStep
{
    Edit,
    Test,
    Shadow,
    Withdraw,
    Approve,
    Activate,
    RollBack,
    Discard,
}

/// <summary>Why a step was not taken. <see cref="Code"/> is stable.</summary>
public sealed class PolicyRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Which step may be taken from which state, and by whom: a draft is its author's, and what decides was approved by somebody else.</summary>
public static class VersionRules
{
    public const string WrongState = "policy-wrong-state", NotAuthor = "policy-not-author", OwnVersion = "policy-own-version", ShadowTaken = "policy-shadow-taken", Changed = "policy-changed";

    /// <summary>Null, or why the step may not be taken. People are compared without regard to case, as accounts are.</summary>
    public static (string Code, string Message)? Check(VersionStep step, PolicyVersionState state, string author, string actor)
    {
        var own = string.Equals(author, actor, StringComparison.OrdinalIgnoreCase);
        if (!FromStates(step).Contains(state))
            return (WrongState, $"{Verb(step)} {Required(step)}; this version is {Word(state)}.");
        return step switch
        {
            VersionStep.Edit when !own => (NotAuthor, $"This draft is {author}'s: begin a draft of your own from it."),
            VersionStep.Approve when own => (OwnVersion, "Nobody approves a version of her own: a second person reads it."),
            _ => null,
        };
    }

    /// <summary>A state in words.</summary>
    public static string Word(PolicyVersionState state) => state switch
    {
        PolicyVersionState.Draft => "a draft",
        PolicyVersionState.Tested => "tested",
        PolicyVersionState.Shadowing => "shadowing",
        PolicyVersionState.Approved => "approved",
        PolicyVersionState.Active => "active",
        PolicyVersionState.Superseded => "superseded",
        PolicyVersionState.Discarded => "discarded",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>The state that a step leads to.</summary>
    public static PolicyVersionState After(VersionStep step) => step switch
    {
        VersionStep.Edit => PolicyVersionState.Draft,
        VersionStep.Test or VersionStep.Withdraw => PolicyVersionState.Tested,
        VersionStep.Shadow => PolicyVersionState.Shadowing,
        VersionStep.Approve => PolicyVersionState.Approved,
        VersionStep.Activate or VersionStep.RollBack => PolicyVersionState.Active,
        VersionStep.Discard => PolicyVersionState.Discarded,
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private static PolicyVersionState[] FromStates(VersionStep step) => step switch
    {
        VersionStep.Edit or VersionStep.Test => [PolicyVersionState.Draft, PolicyVersionState.Tested],
        VersionStep.Shadow => [PolicyVersionState.Tested],
        VersionStep.Withdraw => [PolicyVersionState.Shadowing, PolicyVersionState.Approved],
        VersionStep.Approve => [PolicyVersionState.Shadowing],
        VersionStep.Activate => [PolicyVersionState.Approved],
        VersionStep.RollBack => [PolicyVersionState.Superseded],
        VersionStep.Discard => [PolicyVersionState.Draft, PolicyVersionState.Tested, PolicyVersionState.Shadowing, PolicyVersionState.Approved],
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private static string Verb(VersionStep step) => step switch
    {
        VersionStep.Edit => "Only a draft",
        VersionStep.Test => "Only a draft",
        VersionStep.Shadow => "Only a tested version",
        VersionStep.Withdraw => "Only a version that decides beside the active one",
        VersionStep.Approve => "Only a version that decides beside the active one",
        VersionStep.Activate => "Only an approved version",
        VersionStep.RollBack => "Only a version that was active",
        _ => "Only a version that was never active",
    };

    private static string Required(VersionStep step) => step switch
    {
        VersionStep.Edit => "is edited",
        VersionStep.Test => "is tested",
        VersionStep.Shadow => "is shadowed",
        VersionStep.Withdraw => "is withdrawn",
        VersionStep.Approve => "is approved",
        VersionStep.Activate => "is activated",
        VersionStep.RollBack => "is gone back to",
        _ => "is discarded",
    };
}
