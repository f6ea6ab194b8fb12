using A2AConsole.Core.Detection;
using A2AConsole.Core.Identity;

namespace A2AConsole.Detection.Alerts;

/// <summary>What people have set that bears on alerts, as of now: thresholds that verdicts moved, suppressions, and the agents' tiers.</summary>
public sealed record AlertRules
{
    /// <summary>How far a threshold is moved, by kind, agent and cause.</summary>
    public IReadOnlyDictionary<(AlertKind Kind, string Agent, string Cause), double> Shifts { get; init; } = new Dictionary<(AlertKind, string, string), double>();

    public IReadOnlyList<Suppression> Suppressions { get; init; } = [];

    /// <summary>Tiers by SPIFFE ID.</summary>
    public IReadOnlyDictionary<string, RiskTier> Tiers { get; init; } = new Dictionary<string, RiskTier>();

    /// <summary>One suppression. Nulls do not narrow.</summary>
    public sealed record Suppression(int Id, AlertKind? Kind, string? Agent, string? Role, string? Cause, bool IsMaintenance, DateTimeOffset From, DateTimeOffset Until)
    {
        /// <summary>Whether it holds a signal back.</summary>
        public bool Covers(AlertKind kind, string agent, string role, string cause, DateTimeOffset at)
            => at >= From && at < Until && (Kind is null || Kind == kind) && (Agent is null || Agent == agent) && (Role is null || Role == role) && (Cause is null || Cause == cause);
    }

    /// <summary>The suppression that holds a signal back, or null.</summary>
    public Suppression? Suppressing(Signal signal)
    {
        var role = SpiffeId.TryParse(signal.Agent, out var id, out _) ? id.Role : "";
        return Suppressions.FirstOrDefault(s => s.Covers(signal.Kind, signal.Agent, role, signal.Cause, signal.At));
    }

    /// <summary>Whether an agent is under maintenance: nothing of it is judged or learned.</summary>
    public bool IsMaintained(string agent, string role, DateTimeOffset at)
        => Suppressions.Any(s => s.IsMaintenance && s.Kind is null && s.Cause is null && at >= s.From && at < s.Until && (s.Agent is null || s.Agent == agent) && (s.Role is null || s.Role == role));
}
