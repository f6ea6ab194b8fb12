using A2AConsole.Core.Ledger;

namespace A2AConsole.Web.Shared;

/// <summary>What the verdict tokens (colour, icon, word) can say.</summary>
public enum Verdict
{
    Unknown,
    Admitted,
    Refused,
    /// <summary>Waits for a person.</summary>
    Held,
    /// <summary>Recorded, without having been judged.</summary>
    Done,
}

/// <summary>Leaves' verdicts as the screen says them.</summary>
public static class Verdicts
{
    public static Verdict Of(LeafVerdict verdict) => verdict switch
    {
        LeafVerdict.Admitted => Verdict.Admitted,
        LeafVerdict.Refused => Verdict.Refused,
        LeafVerdict.Done => Verdict.Done,
        _ => Verdict.Unknown,
    };
}
