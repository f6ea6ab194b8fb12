using A2AConsole.Core.Inventory;
using A2AConsole.Data.Queries;

namespace A2AConsole.Trust.Algorithms;

/// <summary>Puts together what cryptography the site uses now.</summary>
public sealed class InventoryReader(AlgorithmQueries queries, IAlgorithmPolicies policies, ITrustDomain domain, TimeProvider time)
{
    /// <summary>How far back use counts as use.</summary>
    public static readonly TimeSpan Recently = TimeSpan.FromDays(30);

    /// <summary>Reads the inventory: a handful of grouped queries, whatever the number of agents.</summary>
    public async Task<CryptoInventory> ReadAsync(CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        return new CryptoInventory
        {
            TrustDomain = domain.Name,
            Version = typeof(InventoryReader).Assembly.GetName().Version!.ToString(3),
            At = now,
            Algorithms = policies.Current,
            Uses = [.. (await queries.UsageAsync(now - Recently, cancellationToken)).Select(u => new InventoryUse(u.Algorithm, u.Use, u.RecentAgents, u.LastSeenAt))],
            Keys = [.. (await queries.KeysAsync(now, cancellationToken)).Select(k => new InventoryKeys(k.Algorithm, k.Certificates, k.SigningKeys))],
            Authorities = [.. (await queries.AuthoritiesAsync(cancellationToken)).Select(a => new InventoryCertificate(a.Der, a.Purpose, a.State.ToString()))],
        };
    }
}
