namespace A2AConsole.Data.Entities;

/// <summary>Duties as leaves and records say them.</summary>
public static class DutyNames
{
    public static string Of(Duty duty) => duty switch
    {
        Duty.Issues => "who issues its identity",
        Duty.ApprovesPolicy => "who approves its policy",
        Duty.RotatesKeys => "who rotates its keys",
        Duty.Audits => "who audits it",
        Duty.RespondsToCompromise => "who responds to its compromise",
        _ => throw new ArgumentOutOfRangeException(nameof(duty), duty, null),
    };
}
