using System.Globalization;
using System.Text;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Ledger;
using A2AConsole.Demo.Attacks;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;

namespace A2AConsole.Demo.Week;

/// <summary>An attack as its leaves are seen: what it sends, and what the edge and policy answer. Offsets are from its first message.</summary>
/// <param name="Name">As the scenario calls it.</param>
/// <param name="Agent">Whom it is played against.</param>
/// <param name="Kinds">The alerts that answer it: one of them is enough.</param>
/// <param name="Play">What is seen, in order.</param>
internal sealed record WeekScript(string Name, CastMember Agent, IReadOnlyList<AlertKind> Kinds, Func<SupplyStory, IEnumerable<(TimeSpan After, Observation Seen)>> Play)
{
    private static readonly DateTimeOffset Then = DemoWeek.Start.AddDays(18);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WeekScript> All { get; } =
    [
        new("D1 replayed release", Cast.WarehouseRelease, [AlertKind.Replay], Replayed),
        new("D2 false delay", Cast.LogisticsException, [AlertKind.Uncorroborated], FalseDelay),
        new("D3 poisoned demand", Cast.DemandFeed, [AlertKind.UnusualQuantity], Poisoned),
        new("D4 rebates pulled", Cast.SupplierSupport, [AlertKind.FanOut, AlertKind.VolumeBurst, AlertKind.UnusualAction], Rebates),
        new("D5 stolen forecast key", Cast.Forecast, [AlertKind.RoleDenied, AlertKind.UnusualAction, AlertKind.NewCounterparty], StolenKey),
        new("D6 counterfeit runtime", Cast.Replenishment, [AlertKind.AttestationDrift], Counterfeit),
        new("D11 altered amount", Cast.ProcurementApprover, [AlertKind.Tampering], Altered),
        new("D12 split order", Cast.ProcurementApprover, [AlertKind.SplitCommitment], Split),
        new("D14 approvers flooded", Cast.ApPayment, [AlertKind.ApprovalFlood], Flooded),
    ];

    private static IEnumerable<(TimeSpan, Observation)> Replayed(SupplyStory story)
    {
        var release = DemoWeek.Seen(story.AnyRelease(Then), 0, Then, "attack-d1") with { Demo = "attack:replay" };
        yield return (TimeSpan.Zero, release);
        yield return (TimeSpan.FromSeconds(2), release with { Verdict = LeafVerdict.Refused, Code = "replayed" });
        yield return (TimeSpan.FromSeconds(5), release with { Verdict = LeafVerdict.Refused, Code = "replayed" });
    }

    private static IEnumerable<(TimeSpan, Observation)> FalseDelay(SupplyStory story)
    {
        yield return (TimeSpan.Zero, Seen(Cast.LogisticsException, "logistics.exception", Cast.RouteOptimizer.SpiffeId, "false-delay",
            """{"exceptionId":"exc-false","shipmentId":"rel-false","kind":"delayed_at_port","at":"2026-06-18T08:00:00Z","location":"NLRTM","delayHours":90,"proposedAction":"expedite","costImpact":{"amount":"48000.00","currency":"EUR"},"evidence":[]}"""));
    }

    private static IEnumerable<(TimeSpan, Observation)> Poisoned(SupplyStory story)
    {
        var product = Goods.Products[3];
        yield return (TimeSpan.Zero, Seen(Cast.DemandFeed, "demand.signal", Cast.Forecast.SpiffeId, "poison", string.Create(CultureInfo.InvariantCulture,
            $$"""{"signalId":"sig-poison","gtin":"{{product.Gtin}}","site":"{{Goods.Sites[0].Gln}}","week":"2026-W25","qty":{"value":"{{(int)(product.WeeklyDemand / 7 * 8)}}","uom":"EA"},"source":"pos"}""")));
    }

    private static IEnumerable<(TimeSpan, Observation)> Rebates(SupplyStory story)
    {
        for (var i = 0; i < 40; i++)
            yield return (TimeSpan.FromSeconds(i), Seen(Cast.SupplierSupport, "supplier.terms.query", Cast.ProcurementApprover.SpiffeId, "rebates",
                string.Create(CultureInfo.InvariantCulture, $$"""{"queryId":"qry-r{{i}}","supplier":"{{4_012_345_100_000 + i}}","fields":["rebates","price_band"],"purpose":"support"}""")));
    }

    private static IEnumerable<(TimeSpan, Observation)> StolenKey(SupplyStory story)
    {
        var order = DemoWeek.Seen(story.AnyPurchase(Then), 0, Then, "attack-d5") with { Agent = Cast.Forecast.SpiffeId, Demo = "attack:stolen-key" };
        yield return (TimeSpan.Zero, order);
        yield return (TimeSpan.FromMilliseconds(20), order with { Kind = LeafKind.Decision, Verdict = LeafVerdict.Refused, Code = "policy-denied" });
    }

    private static IEnumerable<(TimeSpan, Observation)> Counterfeit(SupplyStory story)
    {
        yield return (TimeSpan.Zero, new Observation(0, Then, LeafKind.Attestation, LeafVerdict.Refused, "image-digest", Cast.Replenishment.SpiffeId, "", "image") { Demo = "attack:counterfeit" });
    }

    private static IEnumerable<(TimeSpan, Observation)> Altered(SupplyStory story)
    {
        yield return (TimeSpan.Zero, DemoWeek.Seen(story.AnyPurchase(Then), 0, Then, "attack-d11") with { Verdict = LeafVerdict.Refused, Code = "signature-invalid", Money = null, Follows = [], Demo = "attack:altered-amount" });
    }

    private static IEnumerable<(TimeSpan, Observation)> Split(SupplyStory story)
    {
        var order = story.AnyPurchase(Then);
        for (var i = 0; i < 4; i++)
            yield return (TimeSpan.FromSeconds(3 * i), DemoWeek.Seen(SwappedOrderAttack.WithLimit(order, string.Create(CultureInfo.InvariantCulture, $"{9_900 + i}.00")), 0, Then, "attack-d12-" + i.ToString(CultureInfo.InvariantCulture)) with { Demo = "attack:split-order" });
    }

    private static IEnumerable<(TimeSpan, Observation)> Flooded(SupplyStory story)
    {
        for (var i = 0; i < 14; i++)
        {
            var payment = Seen(Cast.ApPayment, "invoice.payment.requested", Cast.ErpConnector.SpiffeId, "approval-flood", string.Create(CultureInfo.InvariantCulture,
                $$"""{"requestId":"pay-f{{i}}","poNumber":"{{4_500_900_000 + i}}","payee":"{{Goods.Suppliers[0].Gln}}","ibanDigest":"sha256:{{new string('c', 64)}}","amount":{"amount":"{{81_000 + i}}.00","currency":"EUR"},"dueDate":"2026-12-24"}"""));
            yield return (TimeSpan.FromSeconds(i), payment);
            yield return (TimeSpan.FromSeconds(i) + TimeSpan.FromMilliseconds(20), payment with { Kind = LeafKind.Decision, Verdict = i < 10 ? LeafVerdict.Done : LeafVerdict.Refused, Code = i < 10 ? "approval-required" : "approvals-full" });
        }
    }

    private static Observation Seen(CastMember member, string type, string audience, string attack, string data)
        => DemoWeek.Seen(new StoryMessage(member, type, audience, attack, Encoding.UTF8.GetBytes(data)), 0, Then, "attack-" + attack) with { Demo = "attack:" + attack };
}
