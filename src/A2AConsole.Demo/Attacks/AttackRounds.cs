using Microsoft.Extensions.Logging;

namespace A2AConsole.Demo.Attacks;

/// <summary>Plays the attacks in turn, for as long as the demo runs, and says in the log whether each was repelled.</summary>
internal sealed class AttackRounds(AttackStage stage, DemoOptions options, ILogger logger)
{
    // Half as many again as are kept one by one by default.
    private const int FloodMessages = 90;

    // More than may wait for people at once.
    private const int PaymentsAsked = 14;

    // Far more suppliers than a case of support is about.
    private const int SuppliersAsked = 40;

    /// <summary>A new set of all attacks; some remember their last round.</summary>
    public static IReadOnlyList<IAttack> All() =>
    [
        new ReplayAttack(), new AlteredAmountAttack(), new WrongSignerAttack(), new MalformedAttack(), new StaleMessageAttack(),
        new UnknownAgentAttack(), new FloodAttack(FloodMessages), new SwappedOrderAttack(), new ApprovalFloodAttack(PaymentsAsked),
        new FalseDelayAttack(), new RebatesAttack(SuppliersAsked),
        new LateralAttack(), new SplitOrderAttack(),
    ];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
#pragma warning disable CA5394 // Repeatable chance is the point; nothing secret is drawn from it.
        var random = new Random(options.Seed + 300);
        var attacks = All();
        await Task.Delay(options.FirstAttackAfter, cancellationToken);
        for (var round = 0; ; round++)
        {
            await PlayAsync(attacks[round % attacks.Count], cancellationToken);
            var pause = round < attacks.Count ? options.AttackInterval : options.LaterAttackInterval;
            await Task.Delay(pause * (1 + random.NextDouble()), cancellationToken);
        }
#pragma warning restore CA5394
    }

    private async Task PlayAsync(IAttack attack, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var attempt in await attack.PlayAsync(stage, cancellationToken))
            {
                if (attempt.Repelled)
                    logger.LogInformation("Demo attack {Attack}: {What} → {Answer}, as it must be", attack.Name, attempt.What, attempt.Actual);
                else
                    logger.LogError("Demo attack {Attack}: {What} → {Answer}, but {Expected} was expected", attack.Name, attempt.What, attempt.Actual, attempt.Expected);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("Demo attack {Attack} could not be played: {Reason}", attack.Name, e.Message);
        }
    }
}
