namespace A2AConsole.Core.Identity;

/// <summary>How much harm an agent's decisions can do.</summary>
public enum RiskTier { Low, Medium, High, Critical }
