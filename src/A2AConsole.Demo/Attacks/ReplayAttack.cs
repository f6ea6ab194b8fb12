using A2AConsole.Demo.World;

namespace A2AConsole.Demo.Attacks;

/// <summary>
/// A shipment release is recorded on the wire and sent again: over the same connection, over a new one, and, at a later round,
/// after it has expired.
/// </summary>
internal sealed class ReplayAttack : IAttack
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    // The edge allows clocks a minute; past this it must say that the message has expired, not that it is replayed.
    private static readonly TimeSpan SurelyExpired = TimeSpan.FromSeconds(65);

    private (ReadOnlyMemory<byte> Envelope, DateTimeOffset Expires)? _recorded;

    public string Name => "replay";

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.WarehouseRelease);
        using var connection = stage.Connect(identity);
        var attempts = new List<Attempt>();
        if (_recorded is { } old && stage.Time.GetUtcNow() > old.Expires + SurelyExpired)
        {
            var verdict = await AttackStage.PostAsync(connection, old.Envelope, cancellationToken);
            attempts.Add(new Attempt("a recorded shipment release after it expired", "expired", verdict.Code));
            _recorded = null;
        }
        var original = stage.Sign(stage.Story.AnyRelease(stage.Time.GetUtcNow()), identity, Name, lifetime: Lifetime);
        var admitted = await AttackStage.PostAsync(connection, original.Envelope, cancellationToken);
        attempts.Add(new Attempt("the original shipment release", "admitted", admitted.Code));
        var again = await AttackStage.PostAsync(connection, original.Envelope, cancellationToken);
        attempts.Add(new Attempt("the same bytes again", "replayed", again.Code));
        var elsewhere = await stage.PostAsync(identity, original.Envelope, cancellationToken);
        attempts.Add(new Attempt("the same bytes over a new connection", "replayed", elsewhere.Code));
        _recorded ??= (original.Envelope, original.Expires);
        return attempts;
    }
}
