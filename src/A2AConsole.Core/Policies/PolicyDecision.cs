namespace A2AConsole.Core.Policies;

/// <summary>What policy says about a request.</summary>
public enum PolicyVerdict
{
    /// <summary>It may be done, now.</summary>
    Allow,

    /// <summary>A second verification by a machine would lift what stands against it.</summary>
    Verify,

    /// <summary>A person's approval would lift what stands against it.</summary>
    Human,

    /// <summary>It may not be done, and no evidence changes that.</summary>
    Deny,
}

/// <summary>Which bundle decided: its name and version, and the digest of every byte of it (<c>sha256:…</c>).</summary>
public sealed record BundleId(string Name, string Version, string Digest);

/// <summary>Why there was no proper answer. A decision with a fault is a deny and worth an alert.</summary>
/// <param name="Code">One of <see cref="DecisionFaults"/>.</param>
/// <param name="Message">What was wrong and what would be right.</param>
public sealed record DecisionFault(string Code, string Message);

/// <summary>The codes of <see cref="DecisionFault"/>; stable.</summary>
public static class DecisionFaults
{
    /// <summary>A policy could not be evaluated, for example for want of an entity. The engine would skip it, and with it a forbid.</summary>
    public const string EvaluationError = "evaluation-error";

    /// <summary>The request does not conform to the bundle's schema.</summary>
    public const string RequestInvalid = "request-invalid";

    /// <summary>The bundle's schema has no such action.</summary>
    public const string UnknownAction = "unknown-action";

    /// <summary>An identifier breaks the rules of <see cref="EntityUid"/>.</summary>
    public const string InvalidIdentifier = "invalid-identifier";

    /// <summary>A name or a text in the request cannot be passed on: a member reserved by the policy language, half a surrogate pair.</summary>
    public const string InvalidValue = "invalid-value";

    /// <summary>The request holds an entity twice, or one that belongs to the bundle (a row of the risk table).</summary>
    public const string EntityConflict = "entity-conflict";

    /// <summary>The request is larger or nested deeper than the limits.</summary>
    public const string TooLarge = "too-large";

    /// <summary>Evaluation did not end in time.</summary>
    public const string Deadline = "deadline";

    /// <summary>Every instance of the engine was busy for as long as a caller may wait.</summary>
    public const string Busy = "busy";

    /// <summary>The engine failed: out of memory, or a defect of it.</summary>
    public const string EngineFault = "engine-fault";

    /// <summary>A policy asks for evidence of a kind that nobody can give.</summary>
    public const string UnknownEvidence = "unknown-evidence";

    /// <summary>No bundle of policies is active.</summary>
    public const string NoBundle = "no-active-bundle";

    /// <summary>An external decision point could not be asked, or gave no proper answer.</summary>
    public const string Unreachable = "decision-point-unreachable";
}

/// <summary>An answer of policy, with what is needed to explain and to repeat it.</summary>
/// <param name="Verdict">What may be done.</param>
/// <param name="Determining">The policies that decided, by <c>@id</c>, in ordinal order.</param>
/// <param name="Reasons">Their <c>@reason</c> or <c>@title</c>, in the same order, where they have one.</param>
/// <param name="Needs">The kinds of evidence that would lift the refusal (<c>@requires</c>); empty unless Verify or Human.</param>
/// <param name="Bundle">Which policies decided.</param>
/// <param name="Fault">Set when there was no proper answer; the verdict is Deny then.</param>
/// <param name="FailedPolicies">The policies that could not be evaluated.</param>
public sealed record PolicyDecision(
    PolicyVerdict Verdict, IReadOnlyList<string> Determining, IReadOnlyList<string> Reasons, IReadOnlyList<string> Needs, BundleId Bundle,
    DecisionFault? Fault = null, IReadOnlyList<string>? FailedPolicies = null)
{
    /// <summary>A deny because there was no proper answer.</summary>
    public static PolicyDecision Faulted(BundleId bundle, string code, string message, IReadOnlyList<string>? failedPolicies = null)
        => new(PolicyVerdict.Deny, [], [], [], bundle, new DecisionFault(code, message), failedPolicies);
}

/// <summary>Decides by policy. Never throws for what a request holds: what cannot be decided is denied, with a fault.</summary>
public interface IPolicyDecider
{
    /// <summary>Decides one request. Safe for many callers at once.</summary>
    ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default);
}
