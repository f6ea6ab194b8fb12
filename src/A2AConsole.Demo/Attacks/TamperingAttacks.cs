using A2AConsole.Demo.World;

namespace A2AConsole.Demo.Attacks;

/// <summary>Somebody between agent and edge raises the amount of a purchase approval after it was signed.</summary>
internal sealed class AlteredAmountAttack : IAttack
{
    public string Name => "altered-amount";

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.ProcurementApprover);
        var signed = stage.Sign(stage.Story.AnyPurchase(stage.Time.GetUtcNow()), identity, Name);
        var altered = Forgery.Swap(signed.Envelope, Forgery.RaiseAmount(Forgery.PayloadOf(signed.Envelope)));
        var verdict = await stage.PostAsync(identity, altered, cancellationToken);
        return [new Attempt("a purchase approval with a raised amount", "signature-invalid", verdict.Code)];
    }
}

/// <summary>A message was held back and comes when the world has moved on.</summary>
internal sealed class StaleMessageAttack : IAttack
{
    public string Name => "stale-message";

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.WarehouseRelease);
        var signed = stage.Sign(stage.Story.AnyRelease(stage.Time.GetUtcNow()), identity, Name, age: TimeSpan.FromMinutes(9), lifetime: TimeSpan.FromMinutes(14));
        var verdict = await stage.PostAsync(identity, signed.Envelope, cancellationToken);
        return [new Attempt("a shipment release that is nine minutes old", "stale", verdict.Code)];
    }
}
