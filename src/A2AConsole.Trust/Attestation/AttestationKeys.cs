using System.Collections.Concurrent;
using A2AConsole.Core.Crypto;
using A2AConsole.Trust.Custody;

namespace A2AConsole.Trust.Attestation;

/// <summary>
/// The keys that sign attestation results, one for each algorithm that the site accepts for them; they stay in custody, and are made
/// with the first use. The most preferred one signs, so that a decision about algorithms takes effect with the next result.
/// </summary>
internal sealed class AttestationKeys(IKeyCustody custody, AlgorithmPolicySource algorithms)
{
    /// <summary>The name in custody of the first algorithm's key; others' have the algorithm's id added.</summary>
    public const string Name = "attestation";

    private readonly ConcurrentDictionary<SignatureAlgorithm, Lazy<AttestationKey>> _opened = new();

    /// <summary>The key that signs now. Throws <see cref="AlgorithmForbiddenException"/> when the site accepts no algorithm for results.</summary>
    public AttestationKey Current(DateTimeOffset now)
        => algorithms.Current.UsableFor(AlgorithmUses.AttestationResult, now) is [var best, ..] ? Open(best)
            : throw new AlgorithmForbiddenException(AlgorithmRegistry.Default, AlgorithmUses.AttestationResult);

    /// <summary>The key of an id whose algorithm is accepted, or null.</summary>
    public AttestationKey? Find(string? id, DateTimeOffset now) => Accepted(now).FirstOrDefault(k => k.Id == id);

    /// <summary>The public halves of the keys whose results count, as a JWK set (RFC 7517).</summary>
    public object Jwks(DateTimeOffset now) => new { keys = Accepted(now).Select(k => k.Jwk).ToArray() };

    // Those that exist: nobody has a result of a key that was never made. The one that signs next exists from now on.
    private IEnumerable<AttestationKey> Accepted(DateTimeOffset now)
    {
        var usable = algorithms.Current.UsableFor(AlgorithmUses.AttestationResult, now);
        return usable.Where(a => a == usable[0] || _opened.ContainsKey(a) || custody.Contains(NameOf(a))).Select(Open);
    }

    private AttestationKey Open(SignatureAlgorithm algorithm)
        => _opened.GetOrAdd(algorithm, a => new Lazy<AttestationKey>(() => new AttestationKey(a, custody.GetOrCreate(NameOf(a), KindOf(a))))).Value;

    private static string NameOf(SignatureAlgorithm algorithm) => algorithm == AlgorithmRegistry.EcdsaP256 ? Name : $"{Name}-{algorithm.Id}";

    private static KeyKind KindOf(SignatureAlgorithm algorithm)
        => algorithm == AlgorithmRegistry.EcdsaP256 ? KeyKind.EcdsaP256
            : algorithm == AlgorithmRegistry.Ed25519 ? KeyKind.Ed25519
            : throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "custody makes no such keys");
}
