using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;

namespace A2AConsole.Demo.Attacks;

/// <summary>
/// A carrier's agent claims a delay at a port, so that an expensive expedite is bought. Its message is well-formed and signed: no check refuses it. What
/// gives it away is that nobody else says anything of the kind, and what it costs.
/// </summary>
internal sealed class FalseDelayAttack : IAttack
{
    public string Name => "false-delay";

    public bool IsTold => true;

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.LogisticsException);
        var id = "rel-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var verdict = await stage.PostAsync(identity, stage.Sign(Claim(id, stage.Time.GetUtcNow()), identity, Name).Envelope, cancellationToken);
        return [new Attempt("a delay at a port that nobody else saw, EUR 48,000 to buy it off", "admitted", verdict.Code)];
    }

    /// <summary>The claim about a shipment; the evidence that it cites is its own word.</summary>
    internal static StoryMessage Claim(string shipment, DateTimeOffset now) => new(Cast.LogisticsException, "logistics.exception", Cast.RouteOptimizer.SpiffeId, "false-" + shipment, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$"""{"exceptionId":"exc-{{shipment}}","shipmentId":"{{shipment}}","kind":"delayed_at_port","at":"{{now.UtcDateTime.AddMinutes(-20):yyyy-MM-ddTHH:mm:ssZ}}","location":"NLRTM","delayHours":90,"proposedAction":"expedite","costImpact":{"amount":"48000.00","currency":"EUR"},"evidence":[{"ref":"note:{{shipment}}","digest":"sha256:{{new string('d', 64)}}"}]}""")));
}

/// <summary>A partner's support agent pulls the rebates of one supplier after the other. Each question is one it may ask; their number and breadth are not.</summary>
internal sealed class RebatesAttack(int queries) : IAttack
{
    public string Name => "rebates";

    public bool IsTold => true;

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.SupplierSupport);
        using var connection = stage.Connect(identity);
        var refused = 0;
        for (var i = 0; i < queries; i++)
            refused += (await AttackStage.PostAsync(connection, stage.Sign(Query(i), identity, Name).Envelope, cancellationToken)).Code == "admitted" ? 0 : 1;
        return [new Attempt($"the rebates of {queries} suppliers", "0 refused", string.Create(CultureInfo.InvariantCulture, $"{refused} refused"))];
    }

    /// <summary>The question about one supplier.</summary>
    internal static StoryMessage Query(int supplier) => new(Cast.SupplierSupport, "supplier.terms.query", Cast.ProcurementApprover.SpiffeId, "rebates", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$"""{"queryId":"qry-{{Guid.NewGuid().ToString("N")[..12]}}","supplier":"{{Goods.SupplierGln(supplier)}}","fields":["rebate","price_band"],"purpose":"support"}""")));
}
