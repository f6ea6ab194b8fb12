using System.Security.Cryptography;

namespace A2AConsole.Core.Crypto;

/// <summary>How willing we are to accept an algorithm.</summary>
public enum AlgorithmStatus
{
    Preferred,
    Allowed,
    /// <summary>Still accepted, until <see cref="SignatureAlgorithm.NotAfter"/>; new keys should not be made for it.</summary>
    Deprecated,
    Forbidden,
}

/// <summary>What an algorithm may be used for here.</summary>
[Flags]
public enum AlgorithmUses
{
    None = 0,
    /// <summary>Agents sign events and hold certificates for such keys.</summary>
    AgentKey = 1,
    /// <summary>Authorities sign certificates with it.</summary>
    Certificate = 2,
    /// <summary>The ledger signs its checkpoints with it.</summary>
    Checkpoint = 4,
}

/// <summary>One signature algorithm as <see cref="AlgorithmRegistry"/> lists it.</summary>
public sealed record SignatureAlgorithm
{
    /// <summary>The stable id, e.g. <c>ecdsa-p256-sha256</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The family, e.g. <c>ecdsa</c>.</summary>
    public required string Family { get; init; }
    /// <summary>Classical security strength in bits.</summary>
    public required int Strength { get; init; }
    public required AlgorithmStatus Status { get; init; }
    public required AlgorithmUses Uses { get; init; }
    /// <summary>The moment from which it is refused (UTC), or null.</summary>
    public DateTimeOffset? NotAfter { get; init; }
    /// <summary>Bytes of a signature in the form that we take, or 0 where that depends on the key.</summary>
    public int SignatureSize { get; init; }
    /// <summary>The OID of the subject public key's algorithm.</summary>
    internal string? KeyOid { get; init; }
    /// <summary>The OID of the curve, for elliptic-curve keys.</summary>
    internal string? CurveOid { get; init; }
    /// <summary>The OID of a certificate signature made with it.</summary>
    internal string? SignatureOid { get; init; }
    /// <summary>The digest it signs, where it has one of its own choosing.</summary>
    internal HashAlgorithmName Hash { get; init; }

    /// <summary>Whether it is accepted for <paramref name="use"/> at <paramref name="now"/>.</summary>
    public bool IsUsable(AlgorithmUses use, DateTimeOffset now)
        => Status != AlgorithmStatus.Forbidden && (Uses & use) == use && (NotAfter is null || now < NotAfter);
}
