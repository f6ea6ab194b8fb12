using System.Globalization;
using A2AConsole.Core.Detection;

namespace A2AConsole.Detection.Signals;

/// <summary>One observation with what is known of its agent, and where signals go.</summary>
internal readonly struct Moment(Observation seen, AgentMemory agent, RoleMemory role, DetectionOptions options, List<Signal> signals)
{
    /// <summary>Rules that need no statistics say this.</summary>
    public const double Certain = 10;

    public Observation Seen { get; } = seen;
    public AgentMemory Agent { get; } = agent;
    public RoleMemory Role { get; } = role;
    public DetectionOptions Options { get; } = options;

    /// <summary>Whether enough is known of the agent to call something new.</summary>
    public bool IsKnown => Agent.IsKnown(Seen.At, Options.Learning);

    /// <summary>Says something about the agent.</summary>
    public void Say(AlertKind kind, string cause, double score, AlertExplanation why, IReadOnlyList<long>? leaves = null, long count = 1)
        => signals.Add(new Signal(kind, Agent.Id, Seen.At, score, why)
        {
            Cause = cause.Length <= 200 ? cause : cause[..200], Leaves = leaves ?? [Seen.Leaf], Count = count, Money = Seen.Money is { } money ? Math.Abs(money.TenThousandths) : 0, Currency = Seen.Money?.Currency, Demo = Seen.Demo,
        });

    /// <summary>A number as people read it.</summary>
    public static string Text(double value)
        => Math.Abs(value) >= 1000 ? value.ToString("#,##0", CultureInfo.InvariantCulture) : value.ToString(Math.Abs(value) >= 10 ? "0" : "0.##", CultureInfo.InvariantCulture);

    /// <summary>The last part of an identity, or the whole of what is none.</summary>
    public static string Name(string spiffeId) => spiffeId.StartsWith("spiffe://", StringComparison.Ordinal) ? spiffeId[(spiffeId.LastIndexOf('/') + 1)..] : spiffeId;
}
