using System.Globalization;

namespace A2AConsole.Core.Policies;

/// <summary>What is known of a message that says something about its risk.</summary>
/// <param name="Tier">low, medium, high or critical: how much harm the action can do.</param>
/// <param name="KnownCounterparty">Whether its sender addressed this receiver before.</param>
/// <param name="KnownType">Whether its sender sent this type before.</param>
/// <param name="HasOwner">Whether somebody answers for the sender.</param>
/// <param name="Attested">Whether the sender's certificate rests on more than a join token.</param>
/// <param name="OpenFindings">Open findings about the sender.</param>
/// <param name="Evidence">The pieces of evidence that the message refers to.</param>
/// <param name="Corroborated">How many of them are the digest of an event on the ledger that somebody else sent.</param>
/// <param name="Cost">What it commits, in the smallest unit of the bundle's currency.</param>
/// <param name="UsualCost">The mean of what the sender committed by this action before; null where it is not known yet.</param>
public sealed record RiskFacts(
    string Tier, bool KnownCounterparty, bool KnownType, bool HasOwner, bool Attested, int OpenFindings, int Evidence, int Corroborated, long Cost, double? UsualCost);

/// <summary>One thing that adds to a risk.</summary>
/// <param name="Points">Of 100.</param>
/// <param name="Why">In words.</param>
public sealed record RiskPoint(int Points, string Why);

/// <summary>
/// How risky a message is, 0 to 100: a sum of points, each with its reason, so that whoever decides can see what it is made of. Rules, not a
/// model: the same facts give the same number.
/// </summary>
public sealed record RiskScore(int Value, IReadOnlyList<RiskPoint> Points)
{
    private const double UnusualFactor = 3;
    private const int MostForFindings = 30;

    /// <summary>Scores a message.</summary>
    public static RiskScore Of(RiskFacts facts)
    {
        var points = new List<RiskPoint>();
        Add(TierPoints(facts.Tier), $"the action's tier is {facts.Tier}");
        if (!facts.KnownCounterparty)
            Add(15, "its sender never addressed this receiver before");
        if (!facts.KnownType)
            Add(10, "its sender never sent this type before");
        if (!facts.HasOwner)
            Add(15, "nobody answers for its sender");
        if (!facts.Attested && facts.Tier is "high" or "critical")
            Add(5, "its sender's certificate rests on a join token only");
        if (facts.OpenFindings > 0)
            Add(Math.Min(MostForFindings, 10 * facts.OpenFindings), string.Create(CultureInfo.InvariantCulture, $"{facts.OpenFindings} open {(facts.OpenFindings == 1 ? "finding" : "findings")} about its sender"));
        if (facts.Evidence > 0 && facts.Corroborated == 0)
            Add(20, "nothing on the ledger supports the evidence that it names");
        if (facts.UsualCost is { } usual && facts.Cost > usual * UnusualFactor)
            Add(15, string.Create(CultureInfo.InvariantCulture, $"it commits {facts.Cost / usual:0.0} times what its sender usually does"));
        return new RiskScore(Math.Min(100, points.Sum(p => p.Points)), points);

        void Add(int value, string why)
        {
            if (value > 0)
                points.Add(new RiskPoint(value, why));
        }
    }

    private static int TierPoints(string tier) => tier switch
    {
        "low" => 0,
        "medium" => 5,
        "high" => 10,
        "critical" => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "no tier"),
    };
}
