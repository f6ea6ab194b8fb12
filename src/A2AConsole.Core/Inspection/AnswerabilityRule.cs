namespace A2AConsole.Core.Inspection;

/// <summary>Whether somebody answers for an agent, and for each duty towards it.</summary>
public static class AnswerabilityRule
{
    /// <summary><paramref name="unanswered"/>: the duties that nobody holds, as questions (<c>who audits it</c>).</summary>
    public static Shortcoming? Judge(string? owner, IReadOnlyList<string> unanswered)
    {
        if (owner is not null && unanswered.Count == 0)
            return null;
        var gaps = (owner is null ? ["who owns it"] : (string[])[]).Concat(unanswered).ToList();
        return new($"Nobody is named for {gaps.Count} of its questions: {string.Join(", ", gaps)}. Name somebody for each on the agent's page.",
            "unanswered: " + string.Join(", ", gaps), "an owner, and a name for each duty");
    }
}
