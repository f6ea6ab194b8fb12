using A2AConsole.Core.Policies;
using CsCheck;

namespace A2AConsole.Policy.Tests.Engine;

/// <summary>Random requests to the supply-chain bundle: sensible ones, and ones with everything at its edges.</summary>
internal static class RandomRequests
{
    private static PolicyEntity[] Known => field ??= [.. Cedar.SupplyChain.Tests.SelectMany(t => t.Request.Entities).DistinctBy(e => e.Uid)];
    private static readonly Gen<long> Amount = Gen.OneOf(Gen.OneOf(-1L, 0, 49_999, 50_000, 99_999, 100_000, 499_999, 500_000, 999_999, 1_000_000, 9_999_999, 10_000_000, 50_000_000, long.MaxValue, long.MinValue), Gen.Long);
    private static readonly Gen<long> Risk = Gen.OneOf(Gen.Long[-1, 101], Gen.OneOf(29L, 30, 39, 40, 59, 60, 69, 70, 89, 90, 94, 95));
    private static readonly Gen<string> Id = Gen.Char[' ', '~'].Array[1, 30].Select(c => new string(c).Trim()).Where(s => s.Length > 0 && s[0] != '?');
    private static readonly Gen<string> Text = Gen.OneOf(Gen.OneOf("prod", "drill", "T-1", "T-7", ""), Id, Gen.String.Select(WellFormed));

    private static readonly (string Action, string Resource)[] Kinds =
        [("readDemand", "DemandSeries"), ("publishForecast", "Forecast"), ("writePurchaseOrder", "PurchaseOrder"), ("readShipment", "Shipment"), ("proposeReroute", "Shipment"), ("executeReroute", "Shipment")];

    public static readonly Gen<DecisionRequest> Any = Gen.Select(
        Gen.OneOf(Gen.OneOf("forecaster-1", "lex-1", "lex-off"), Id), Gen.OneOf(Kinds), Gen.OneOf(Gen.OneOf("S-1", "S-acid"), Id),
        Gen.Select(Amount, Risk, Gen.Bool), Gen.Select(Gen.OneOf(Gen.OneOf("g-lex", "g-forecast", ""), Id), Gen.OneOf("T-1", "T-7", "T-8"), Gen.OneOf(Gen.OneOf("prod", "drill"), Text)),
        Gen.Select(Gen.Bool, Gen.OneOf("", "olaf", "maria", "gone", "nobody")), Gen.Int[0, 3 * 86_400],
        (principal, kind, resource, figures, grant, evidence, seconds) =>
        {
            var context = new Dictionary<string, PolicyValue>
            {
                ["now"] = new DateTimeOffset(2026, 11, 19, 12, 0, 0, TimeSpan.Zero).AddSeconds(seconds),
                ["environment"] = grant.Item3,
                ["task"] = grant.Item2,
                ["risk"] = figures.Item2,
                ["costCents"] = figures.Item1,
                ["windowCents"] = figures.Item3 ? figures.Item1 : figures.Item1 / 2,
                ["evidence"] = evidence.Item2.Length == 0 ? PolicyValue.Of(("secondVerification", evidence.Item1))
                    : PolicyValue.Of(("secondVerification", evidence.Item1), ("approver", new EntityUid("Scm::Human", evidence.Item2))),
            };
            if (grant.Item1.Length > 0)
                context["grant"] = new EntityUid("Scm::Grant", grant.Item1);
            return new DecisionRequest(new EntityUid("Scm::Agent", principal), new EntityUid("Scm::Action", kind.Action), new EntityUid("Scm::" + kind.Resource, resource), new PolicyValue.Fields(context), Known);
        });

    /// <summary>A text without half surrogate pairs.</summary>
    public static string WellFormed(string text)
    {
        var characters = text.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            if (!char.IsSurrogate(characters[i]))
                continue;
            if (i + 1 < characters.Length && char.IsSurrogatePair(characters[i], characters[i + 1]))
                i++;
            else
                characters[i] = '?';
        }
        return new string(characters);
    }
}
