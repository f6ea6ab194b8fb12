using A2AConsole.Core.Identity;

namespace A2AConsole.Core.Alerts;

/// <summary>How much an alert matters: how unlikely it is by chance, times what is at stake.</summary>
public static class SeverityRule
{
    /// <summary>The severity.</summary>
    /// <param name="score">−log10 p.</param>
    /// <param name="tier">How much harm the agent's decisions can do; null when it is not known.</param>
    /// <param name="money">In play, in ten-thousandths.</param>
    /// <param name="high">From where on money is much, in ten-thousandths.</param>
    /// <param name="isCorroborated">Whether another kind of signal says something about the agent, too.</param>
    public static AlertSeverity Of(double score, RiskTier? tier, long money, long high, bool isCorroborated)
    {
        var points = score switch { >= 9 => 2, >= 6 => 1, _ => 0 };
        points += tier switch { RiskTier.Critical => 3, RiskTier.High => 2, RiskTier.Medium => 1, _ => 0 };
        points += money >= 10 * high ? 2 : money >= high ? 1 : 0;
        points += isCorroborated ? 1 : 0;
        return points switch { >= 6 => AlertSeverity.Critical, >= 4 => AlertSeverity.High, >= 2 => AlertSeverity.Medium, _ => AlertSeverity.Low };
    }
}
