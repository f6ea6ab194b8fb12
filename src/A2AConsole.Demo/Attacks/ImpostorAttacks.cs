using A2AConsole.Demo.World;

namespace A2AConsole.Demo.Attacks;

/// <summary>A certificate that names one of our agents, issued by an authority that is not ours.</summary>
internal sealed class UnknownAgentAttack : IAttack
{
    public string Name => "unknown-agent";

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = Forgery.Counterfeit(Cast.ApPayment.SpiffeId, stage.Time.GetUtcNow());
        var signed = stage.Sign(stage.Story.AnyPurchase(stage.Time.GetUtcNow()), identity, Name);
        var verdict = await stage.PostAsync(identity, signed.Envelope, cancellationToken);
        return [new Attempt("a counterfeit ap-payment of a foreign authority", AttackStage.NoConnection, verdict.Code)];
    }
}

/// <summary>
/// One agent's envelope over another's connection; and a stolen forecast key that writes a purchase approval in the approver's name.
/// </summary>
internal sealed class WrongSignerAttack : IAttack
{
    public string Name => "wrong-signer";

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var approver = stage.Steal(Cast.ProcurementApprover);
        using var forecast = stage.Steal(Cast.Forecast);
        var now = stage.Time.GetUtcNow();
        using var connection = stage.Connect(forecast);
        var foreign = stage.Sign(stage.Story.AnyPurchase(now), approver, Name);
        var carried = await AttackStage.PostAsync(connection, foreign.Envelope, cancellationToken);
        var inName = Forgery.PayloadOf(stage.Sign(stage.Story.AnyPurchase(now), approver, Name).Envelope);
        var stolen = await AttackStage.PostAsync(connection, Forgery.SignAnew(inName, forecast), cancellationToken);
        return
        [
            new Attempt("procurement-approver's envelope over forecast's connection", "wrong-signer", carried.Code),
            new Attempt("a purchase approval written with forecast's stolen key", "source-mismatch", stolen.Code),
        ];
    }
}
