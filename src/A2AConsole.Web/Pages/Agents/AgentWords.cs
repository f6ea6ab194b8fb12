using System.Globalization;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>States, tiers, zones and counts as the pages say them.</summary>
public static class AgentWords
{
    public static string Of(AgentState state) => state switch
    {
        AgentState.Invited => "Invited",
        AgentState.Active => "Active",
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

    /// <summary>The enum's word in URLs.</summary>
    public static string Key<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>"12,345".</summary>
    public static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 agent", "12,345 agents".</summary>
    public static string Count(long count, string noun, string? plural = null) => $"{Number(count)} {(count == 1 ? noun : plural ?? noun + "s")}";
}
