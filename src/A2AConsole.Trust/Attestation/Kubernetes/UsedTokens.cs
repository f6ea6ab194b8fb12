using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using A2AConsole.Core.Attestation;

namespace A2AConsole.Trust.Attestation.Kubernetes;

/// <summary>
/// Tokens that were used once, until they expire. In memory: after a restart one could be used again within its age, which is
/// one of the reasons why such tokens count for little.
/// </summary>
internal sealed class UsedTokens(int capacity = UsedTokens.Capacity)
{
    /// <summary>How many are remembered; with more, none is taken.</summary>
    public const int Capacity = 100_000;

    private readonly ConcurrentDictionary<UInt128, DateTimeOffset> _used = new();

    /// <summary>Takes a token for its one use; says why not.</summary>
    public EvidenceFault? Take(ServiceAccountToken token, DateTimeOffset now)
    {
        // By what was signed, since an ECDSA signature has two forms; 128 bits of the digest are enough to find it again.
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token.Signed), digest);
        var key = MemoryMarshal.Read<UInt128>(digest);
        if (_used.Count >= capacity)
        {
            foreach (var entry in _used)
            {
                if (entry.Value <= now)
                    _used.TryRemove(entry);
            }
            if (_used.Count >= capacity)
                return new(KubernetesCodes.Busy, "Too many tokens were used lately to remember another one; try again in a few minutes.");
        }
        return _used.TryAdd(key, token.Expires) ? null : new(KubernetesCodes.Reused, "The token was used before; one that is not bound to nonce and key counts once.");
    }
}
