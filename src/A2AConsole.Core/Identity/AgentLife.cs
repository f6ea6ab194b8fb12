using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Core.Identity;

/// <summary>What can happen to an agent.</summary>
public enum AgentStep
{
    /// <summary>A join token is made for it.</summary>
    Invite,
    /// <summary>It spends a join token.</summary>
    Enrol,
    /// <summary>It replaces its certificate over mutual TLS.</summary>
    Renew,
    /// <summary>Somebody asks it to take a new key and certificate.</summary>
    Rotate,
    Suspend,
    Resume,
    /// <summary>Its newest certificate is revoked.</summary>
    Revoke,
    Retire,
}

/// <summary>
/// The states of an agent and the steps between them. Every step not named here is forbidden, and each has a code and a sentence
/// that say so: <c>Invited → Active ⇄ Suspended</c>, <c>→ Revoked → Invited</c>, and <c>→ Retired</c> from everywhere, for good.
/// </summary>
public static class AgentLife
{
    /// <summary>Codes of steps that are forbidden.</summary>
    public const string Suspended = "agent-suspended", Revoked = "agent-revoked", Retired = "agent-retired", Invited = "agent-not-enrolled",
        RenewalHeld = "renewal-held", NotActive = "agent-not-active", NotSuspended = "agent-not-suspended", NothingToRevoke = "agent-nothing-to-revoke";

    /// <summary>Takes a step, or says why it is forbidden. A step may end where it began: a renewal leaves an agent active.</summary>
    public static bool TryStep(AgentState from, AgentStep step, out AgentState to, [NotNullWhen(false)] out LifeRefusal? refusal)
    {
        refusal = null;
        AgentState? next = (step, from) switch
        {
            (AgentStep.Retire, not AgentState.Retired) => AgentState.Retired,
            // A further token for an active agent is for one that lost its key.
            (AgentStep.Invite, AgentState.Invited or AgentState.Revoked) => AgentState.Invited,
            (AgentStep.Invite, AgentState.Active) => AgentState.Active,
            (AgentStep.Enrol, AgentState.Invited or AgentState.Active) => AgentState.Active,
            (AgentStep.Renew or AgentStep.Rotate, AgentState.Active) => AgentState.Active,
            (AgentStep.Suspend, AgentState.Active) => AgentState.Suspended,
            (AgentStep.Resume, AgentState.Suspended) => AgentState.Active,
            (AgentStep.Revoke, AgentState.Active or AgentState.Suspended or AgentState.Revoked) => AgentState.Revoked,
            _ => null,
        };
        to = next ?? from;
        if (next is null)
            refusal = Why(from, step);
        return refusal is null;
    }

    /// <summary>Whether the edge may deal with an agent in this state, whatever certificate it shows; null: it may.</summary>
    public static LifeRefusal? WhyNotAdmitted(AgentState state) => state == AgentState.Active ? null : Why(state, AgentStep.Renew);

    /// <summary>Renewals and enrolments are held back, for the reason that somebody gave.</summary>
    public static LifeRefusal HeldBack(string? reason)
        => new(RenewalHeld, $"No certificate is issued to the agent until that is lifted: {(string.IsNullOrWhiteSpace(reason) ? "it is held back." : reason)}");

    private static LifeRefusal Why(AgentState from, AgentStep step) => (step, from) switch
    {
        (_, AgentState.Retired) => new(Retired, "The agent was retired for good; a successor needs an identity of its own."),
        (AgentStep.Resume, _) => new(NotSuspended, "The agent is not suspended, so there is nothing to resume."),
        (AgentStep.Suspend, _) => new(NotActive, "Only an active agent can be suspended."),
        (AgentStep.Revoke, _) => new(NothingToRevoke, "The agent has no certificate that could be revoked."),
        (_, AgentState.Suspended) => new(Suspended, "The agent is suspended; it must be resumed first."),
        (_, AgentState.Revoked) => new(Revoked, "The agent's certificate was revoked; it must be invited and enrol again."),
        (_, AgentState.Invited) => new(Invited, "The agent was invited and has not enrolled since; it enrols with its join token."),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "no rule forbids this step"),
    };
}

/// <summary>Why a step in a life is forbidden: a stable code and a sentence that says what would be right.</summary>
public sealed record LifeRefusal(string Code, string Detail);
