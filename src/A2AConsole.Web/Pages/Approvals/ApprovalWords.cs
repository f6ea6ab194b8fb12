using System.Globalization;
using A2AConsole.Core.Policies;
using A2AConsole.Data.Entities;
using A2AConsole.Policy.Approvals;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Approvals;

/// <summary>Approvals in words.</summary>
public static class ApprovalWords
{
    /// <summary>A state's name.</summary>
    public static string Of(ApprovalState state) => state switch
    {
        ApprovalState.Pending => "Waits",
        ApprovalState.AskedBack => "Asked back",
        ApprovalState.Approved => "Approved",
        ApprovalState.Refused => "Refused",
        ApprovalState.Expired => "Expired",
        ApprovalState.Withdrawn => "Withdrawn",
        ApprovalState.Used => "Approved and released",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>The verdict that a state shows as.</summary>
    public static Verdict Mark(ApprovalState state) => state switch
    {
        ApprovalState.Pending or ApprovalState.AskedBack => Verdict.Held,
        ApprovalState.Approved or ApprovalState.Used => Verdict.Admitted,
        ApprovalState.Refused => Verdict.Refused,
        _ => Verdict.Unknown,
    };

    /// <summary>A choice, as something done.</summary>
    public static string Of(ApprovalChoice choice) => choice switch
    {
        ApprovalChoice.Approve => "approved",
        ApprovalChoice.ApproveLimited => "approved up to a lower limit",
        ApprovalChoice.Refuse => "refused",
        ApprovalChoice.AskBack => "asked back",
        _ => throw new ArgumentOutOfRangeException(nameof(choice)),
    };

    /// <summary>A choice's button.</summary>
    public static string Verb(ApprovalChoice choice) => choice switch
    {
        ApprovalChoice.Approve => "Approve",
        ApprovalChoice.ApproveLimited => "Approve up to the limit",
        ApprovalChoice.Refuse => "Refuse",
        ApprovalChoice.AskBack => "Ask back",
        _ => throw new ArgumentOutOfRangeException(nameof(choice)),
    };

    /// <summary>What came of a decision.</summary>
    public static string Said(ApprovalOutcome outcome) => outcome switch
    {
        { Release.Released: true } => "Approved. The message was released.",
        { Release: { } release } => $"Your approval is recorded, but the message does not go out: {release.Reason}",
        { State: ApprovalState.Refused } => "Refused. Its sender is told why.",
        { State: ApprovalState.AskedBack } => "Asked back. The request goes on waiting, and its clock goes on.",
        _ => "Your approval is recorded. It takes another person's before the message is released.",
    };

    /// <summary>Money in the smallest unit of its currency: "EUR 18,450.00".</summary>
    public static string Money(long minor, string currency)
    {
        var digits = CurrencyUnits.Digits(currency) ?? 2;
        var value = (decimal)minor;
        for (var i = 0; i < digits; i++)
            value /= 10;
        return $"{currency} {value.ToString("N" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)}";
    }

    /// <summary>The amount that a message names, as people write it; one that cannot be told so stands as it came.</summary>
    public static string Named(Approval approval) => approval is not { Amount: { } amount, Currency: { } currency } ? "no money"
        : MinorUnits.TryParse(amount, currency, out var minor, out _) ? Money(minor, currency) : $"{currency} {amount}";

    /// <summary>How much of a request's time is over, 0 to 1.</summary>
    public static double Used(DateTimeOffset askedAt, DateTimeOffset expiresAt, DateTimeOffset now)
        => expiresAt <= askedAt ? 1 : Math.Clamp((now - askedAt) / (expiresAt - askedAt), 0, 1);

    /// <summary>"41 min left".</summary>
    public static string Left(DateTimeOffset expiresAt, DateTimeOffset now) => expiresAt <= now ? "time is over" : Durations.Length(expiresAt - now) + " left";
}
