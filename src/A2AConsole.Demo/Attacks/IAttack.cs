namespace A2AConsole.Demo.Attacks;

/// <summary>A scripted attack: a real attempt through a real socket, which must be refused, or told of where nothing about it is refusable.</summary>
internal interface IAttack
{
    /// <summary>What the data calls it: <c>attack:&lt;name&gt;</c>.</summary>
    string Name { get; }

    /// <summary>Whether it is policy that repels it, not a check before it.</summary>
    bool NeedsPolicy => false;

    /// <summary>Whether nothing refuses it, since each of its messages is in order: detection tells of it.</summary>
    bool IsTold => false;

    /// <summary>Plays it once and tells, for each attempt, what should have come and what came.</summary>
    Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken);
}

/// <summary>One attempt of an attack.</summary>
/// <param name="What">In words, for the log.</param>
/// <param name="Expected">The refusal code that must come, or <see cref="AttackStage.NoConnection"/>.</param>
/// <param name="Actual">What came: a code, <c>admitted</c>, or <see cref="AttackStage.NoConnection"/>.</param>
internal sealed record Attempt(string What, string Expected, string Actual)
{
    public bool Repelled => Expected == Actual;
}
