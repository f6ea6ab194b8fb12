using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Trust.Rekeying;

/// <summary>Why an agent that was called for a new certificate has not come, and what would help. Pure.</summary>
public static class StuckRule
{
    /// <summary>How long an agent has, from its call on, unless the settings say otherwise (<see cref="TrustOptions.RekeyPatience"/>).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const int MaxSentence = 500;

    /// <summary>The reason in a sentence.</summary>
    public static string Why(SilentAgent agent, DateTimeOffset now)
    {
        if (agent.State != AgentState.Active)
            return $"It is {agent.State.ToString().ToLowerInvariant()}: it renews nothing until that is changed.";
        if (agent.IsHeld)
            return $"Its renewals are held back: {agent.HeldReason}";
        if (agent.NotAffirmed is { } fault)
            return Cut($"Its renewal was refused: {fault}");
        if (agent.CertificateNotAfter is not { } end || end <= now)
            return "Its certificate has ended: invite it anew.";
        return agent.LastSeenAt is { } seen && seen >= agent.CalledAt
            ? "It sends, but asks for no certificate: it may not keep up with the edge's hint (an old SDK, or background renewal off)."
            : $"It was not seen since {(agent.LastSeenAt is { } last ? last.UtcDateTime.ToString("u", System.Globalization.CultureInfo.InvariantCulture) : "its enrolment")}: it is called again with its next message.";
    }

    private static string Cut(string text) => text.Length <= MaxSentence ? text : text[..(MaxSentence - 1)] + "…";
}
