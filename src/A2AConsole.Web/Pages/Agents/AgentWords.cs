using A2AConsole.Core.Attestation;
using A2AConsole.Core.Identity;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>States, tiers and zones as the pages say them.</summary>
public static class AgentWords
{
    public static string Of(AgentState state) => state switch
    {
        AgentState.Invited => "Invited",
        AgentState.Active => "Active",
        AgentState.Suspended => "Suspended",
        AgentState.Retired => "Retired",
        AgentState.Revoked => "Revoked",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static string Of(RiskTier tier) => tier switch
    {
        RiskTier.Low => "Low",
        RiskTier.Medium => "Medium",
        RiskTier.High => "High",
        RiskTier.Critical => "Critical",
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, null),
    };

    public static string Of(CertificateZone zone) => zone switch
    {
        CertificateZone.None => "No certificate",
        CertificateZone.Healthy => "Healthy",
        CertificateZone.Due => "Renewal due",
        CertificateZone.Late => "Renewal missed",
        CertificateZone.Expired => "Expired",
        CertificateZone.Revoked => "Revoked",
        _ => throw new ArgumentOutOfRangeException(nameof(zone), zone, null),
    };

    /// <summary>Who or what vouches for an agent.</summary>
    public static string Of(AssuranceLevel? assurance) => assurance switch
    {
        null => "Nobody yet",
        AssuranceLevel.Invited => "An invitation",
        AssuranceLevel.Platform => "Its platform",
        AssuranceLevel.Hardware => "Its hardware",
        _ => throw new ArgumentOutOfRangeException(nameof(assurance), assurance, null),
    };

    /// <summary>A duty as the question that its holder answers.</summary>
    public static string Of(Duty duty) => duty switch
    {
        Duty.Issues => "Issues its identity",
        Duty.ApprovesPolicy => "Approves its policy",
        Duty.RotatesKeys => "Rotates its keys",
        Duty.Audits => "Audits it",
        Duty.RespondsToCompromise => "Responds to compromise",
        _ => throw new ArgumentOutOfRangeException(nameof(duty), duty, null),
    };

    /// <summary>The enum's word in URLs.</summary>
    public static string Key<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
