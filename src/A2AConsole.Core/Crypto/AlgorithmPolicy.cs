namespace A2AConsole.Core.Crypto;

/// <summary>What a site decided about one use of an algorithm.</summary>
/// <param name="Algorithm">The algorithm's id.</param>
/// <param name="Use">Exactly one use.</param>
/// <param name="Status">How it is taken from now on.</param>
/// <param name="NotAfter">From when on a deprecated one is refused (UTC); null: no date is set.</param>
public sealed record AlgorithmDecision(string Algorithm, AlgorithmUses Use, AlgorithmStatus Status, DateTimeOffset? NotAfter);

/// <summary>How an algorithm stands for one use.</summary>
/// <param name="Status">Its status.</param>
/// <param name="NotAfter">From when on it is refused (UTC), or null.</param>
public readonly record struct AlgorithmStanding(AlgorithmStatus Status, DateTimeOffset? NotAfter)
{
    /// <summary>Whether it is accepted at <paramref name="now"/>.</summary>
    public bool IsUsable(DateTimeOffset now) => Status != AlgorithmStatus.Forbidden && (NotAfter is not { } end || now < end);

    /// <summary>Whether it is accepted with a warning at <paramref name="now"/>.</summary>
    public bool IsDeprecated(DateTimeOffset now) => Status == AlgorithmStatus.Deprecated && IsUsable(now);

    /// <summary>Whether it is accepted and no end is in sight.</summary>
    public bool IsOpenEnded => Status != AlgorithmStatus.Forbidden && NotAfter is null;
}

/// <summary>
/// Which algorithms are accepted for what: the registry, narrowed by a site's decisions. An immutable snapshot, handed to
/// whatever decides; <see cref="AlgorithmPolicySource"/> exchanges it.
/// </summary>
public sealed class AlgorithmPolicy
{
    private static readonly int Uses = AlgorithmUseNames.All.Count;
    private readonly AlgorithmStanding[] _standings = new AlgorithmStanding[AlgorithmRegistry.All.Count * Uses];

    /// <summary>The registry under a site's decisions. Those about algorithms or uses that the registry does not have count for nothing.</summary>
    public AlgorithmPolicy(IEnumerable<AlgorithmDecision> decisions)
    {
        var decided = decisions.ToDictionary(d => (d.Algorithm, d.Use));
        Decisions = [.. decided.Values];
        foreach (var algorithm in AlgorithmRegistry.All)
        {
            foreach (var (use, _) in AlgorithmUseNames.All)
            {
                _standings[IndexOf(algorithm, use)] = (algorithm.Uses & use) == 0 ? new(AlgorithmStatus.Forbidden, null)
                    : decided.TryGetValue((algorithm.Id, use), out var decision) ? new(decision.Status, Earlier(decision.NotAfter, algorithm.NotAfter))
                    : new(algorithm.Status, algorithm.NotAfter);
            }
        }
        HasDeprecated = _standings.Any(s => s.Status == AlgorithmStatus.Deprecated);
    }

    /// <summary>Whether any algorithm is deprecated for anything: without, nobody need look for somebody to warn.</summary>
    public bool HasDeprecated { get; }

    /// <summary>The registry alone: where no site has decided anything, and for checks away from one.</summary>
    public static AlgorithmPolicy Default { get; } = new([]);

    /// <summary>The decisions that it was made of.</summary>
    public IReadOnlyList<AlgorithmDecision> Decisions { get; }

    /// <summary>How an algorithm stands for exactly one use.</summary>
    public AlgorithmStanding StandingOf(SignatureAlgorithm algorithm, AlgorithmUses use) => _standings[IndexOf(algorithm, use)];

    /// <summary>Whether an algorithm is accepted for exactly one use at <paramref name="now"/>.</summary>
    public bool IsUsable(SignatureAlgorithm algorithm, AlgorithmUses use, DateTimeOffset now) => StandingOf(algorithm, use).IsUsable(now);

    /// <summary>Whether an algorithm is accepted, but with a warning.</summary>
    public bool IsDeprecated(SignatureAlgorithm algorithm, AlgorithmUses use, DateTimeOffset now) => StandingOf(algorithm, use).IsDeprecated(now);

    /// <summary>For whoever is about to sign. Throws <see cref="AlgorithmForbiddenException"/> when an algorithm is not accepted for a use.</summary>
    public void Demand(SignatureAlgorithm algorithm, AlgorithmUses use, DateTimeOffset now)
    {
        if (!IsUsable(algorithm, use, now))
            throw new AlgorithmForbiddenException(algorithm, use);
    }

    /// <summary>The algorithms accepted for a use at <paramref name="now"/>, preferred ones first, deprecated ones last.</summary>
    public IReadOnlyList<SignatureAlgorithm> UsableFor(AlgorithmUses use, DateTimeOffset now)
        => [.. AlgorithmRegistry.All.Where(a => IsUsable(a, use, now)).OrderBy(a => StandingOf(a, use).Status)];

    /// <summary>The ids of <see cref="UsableFor"/> in a sentence, leaving deprecated ones out: what to use instead.</summary>
    public string Instead(AlgorithmUses use, DateTimeOffset now)
        => string.Join(" or ", UsableFor(use, now).Where(a => !IsDeprecated(a, use, now)).Select(a => a.Id));

    /// <summary>The next moment at which an algorithm runs out for a use, or null: when what was accepted must be looked at again.</summary>
    public DateTimeOffset? NextEnd(AlgorithmUses use, DateTimeOffset now)
        => AlgorithmRegistry.All.Select(a => StandingOf(a, use)).Where(s => s.Status != AlgorithmStatus.Forbidden && s.NotAfter > now).Min(s => s.NotAfter);

    /// <summary>This policy with one decision more, or replaced.</summary>
    public AlgorithmPolicy With(AlgorithmDecision decision)
        => new([.. Decisions.Where(d => (d.Algorithm, d.Use) != (decision.Algorithm, decision.Use)), decision]);

    private static int IndexOf(SignatureAlgorithm algorithm, AlgorithmUses use) => algorithm.Ordinal * Uses + AlgorithmUseNames.IndexOf(use);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other)
        => one is null ? other : other is null ? one : one < other ? one : other;
}

/// <summary>Something was to be signed with an algorithm that the site does not accept for it.</summary>
public sealed class AlgorithmForbiddenException(SignatureAlgorithm algorithm, AlgorithmUses use)
    : InvalidOperationException($"{algorithm.Id} is not accepted for {AlgorithmUseNames.NameOf(use)} here, so nothing is signed with it; allow it, or another algorithm, for that use")
{
    public SignatureAlgorithm Algorithm => algorithm;
    public AlgorithmUses Use => use;
}

/// <summary>Holds the policy that counts now. Readers take <see cref="Current"/> once for one decision; a change takes effect for the next.</summary>
public sealed class AlgorithmPolicySource(AlgorithmPolicy initial)
{
    private volatile AlgorithmPolicy _current = initial;

    /// <summary>A source of the registry alone.</summary>
    public AlgorithmPolicySource()
        : this(AlgorithmPolicy.Default)
    {
    }

    /// <summary>The policy at this moment.</summary>
    public AlgorithmPolicy Current => _current;

    /// <summary>Another policy has come into force: for whatever goes on for longer than one decision, such as a connection. Raised on the thread of whoever decided.</summary>
    public event Action? Replaced;

    /// <summary>Exchanges the policy at once for everybody who asks from now on.</summary>
    public void Replace(AlgorithmPolicy policy)
    {
        _current = policy;
        Replaced?.Invoke();
    }
}
