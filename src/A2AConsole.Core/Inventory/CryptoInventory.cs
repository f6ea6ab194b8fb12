using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Inventory;

/// <summary>What cryptography a site uses, as a bill of materials lists it.</summary>
public sealed record CryptoInventory
{
    /// <summary>The trust domain's name.</summary>
    public required string TrustDomain { get; init; }
    /// <summary>The product's version.</summary>
    public required string Version { get; init; }
    /// <summary>When it was taken (UTC).</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>What is accepted for what.</summary>
    public required AlgorithmPolicy Algorithms { get; init; }
    /// <summary>How many agents use which algorithm for what, lately.</summary>
    public required IReadOnlyList<InventoryUse> Uses { get; init; }
    /// <summary>How many valid certificates of agents have keys of which algorithm.</summary>
    public required IReadOnlyList<InventoryKeys> Keys { get; init; }
    /// <summary>The authority's own certificates.</summary>
    public required IReadOnlyList<InventoryCertificate> Authorities { get; init; }
}

/// <summary>How many agents used an algorithm for something, and when last (UTC).</summary>
public sealed record InventoryUse(string Algorithm, string Use, int Agents, DateTimeOffset LastSeenAt);

/// <summary>How many valid certificates have a key of an algorithm: as their own, and as a further signing key.</summary>
public sealed record InventoryKeys(string Algorithm, int Certificates, int SigningKeys);

/// <summary>A certificate of the authority.</summary>
/// <param name="Der">DER.</param>
/// <param name="Purpose"><c>root</c>, <c>issuing</c>, <c>server</c> …</param>
/// <param name="State">Where it is in its life, e.g. <c>Active</c>.</param>
public sealed record InventoryCertificate(ReadOnlyMemory<byte> Der, string Purpose, string State);
