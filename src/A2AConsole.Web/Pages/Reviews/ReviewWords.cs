using A2AConsole.Core.Reviews;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Shared;

namespace A2AConsole.Web.Pages.Reviews;

/// <summary>Reviews as the screen says them.</summary>
public static class ReviewWords
{
    public static string Of(ReviewDecision decision) => decision switch
    {
        ReviewDecision.Pending => "Waits",
        ReviewDecision.Confirmed => "Confirmed",
        ReviewDecision.Changed => "Changed",
        ReviewDecision.Retired => "Retired",
        _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, null),
    };

    public static string Of(CampaignState state) => state switch
    {
        CampaignState.Draft => "Being made",
        CampaignState.Open => "Open",
        CampaignState.Finished => "Finished",
        CampaignState.Cancelled => "Given up",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>How a campaign's dates stand now: "due in 5 days", "overdue since 2 days; renewals are held in 3 days".</summary>
    public static string Due(CampaignRow campaign, DateTimeOffset now) => campaign.State switch
    {
        CampaignState.Finished or CampaignState.Cancelled => $"{Of(campaign.State).ToLowerInvariant()} {Durations.Ago(now - (campaign.FinishedAt ?? now))}",
        _ => campaign.Schedule.Standing(false, now) switch
        {
            ReviewStanding.Overdue => $"overdue since {Durations.Length(now - campaign.Schedule.DueAt)}; renewals are held in {Durations.Length(campaign.Schedule.GraceEndsAt - now)}",
            ReviewStanding.Lapsed => $"lapsed {Durations.Ago(now - campaign.Schedule.GraceEndsAt)}",
            _ => $"due {Durations.Ago(now - campaign.Schedule.DueAt)}",
        },
    };
}
