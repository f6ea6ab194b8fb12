using System.Security.Cryptography;

namespace A2AConsole.Core.Crypto;

/// <summary>How willing we are to accept an algorithm.</summary>
public enum AlgorithmStatus
{
    Preferred,
    Allowed,
    /// <summary>Still accepted, until a date where one is set; new keys should not be made for it, and whoever uses it is told.</summary>
    Deprecated,
    Forbidden,
}

/// <summary>What an algorithm may be used for here. <see cref="AlgorithmUseNames"/> has their names.</summary>
[Flags]
public enum AlgorithmUses
{
    None = 0,
    /// <summary>Agents hold certificates for such keys, and prove them in TLS and in certification requests.</summary>
    AgentKey = 1,
    /// <summary>Authorities sign certificates with it.</summary>
    Certificate = 2,
    /// <summary>The ledger signs its checkpoints with it.</summary>
    Checkpoint = 4,
    /// <summary>Agents sign events and batches with it.</summary>
    Envelope = 8,
    /// <summary>The authority signs attestation results (EAT) with it.</summary>
    AttestationResult = 16,
}

/// <summary>One signature algorithm as <see cref="AlgorithmRegistry"/> lists it. Whether it is accepted here and now is <see cref="AlgorithmPolicy"/>'s to say.</summary>
public sealed record SignatureAlgorithm
{
    /// <summary>The stable id, e.g. <c>ecdsa-p256-sha256</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The family, e.g. <c>ecdsa</c>.</summary>
    public required string Family { get; init; }
    /// <summary>What people call it, e.g. <c>ECDSA P-256</c>.</summary>
    public required string Name { get; init; }
    /// <summary>Classical security strength in bits.</summary>
    public required int Strength { get; init; }
    /// <summary>NIST's post-quantum security category (1–5); 0: a quantum computer breaks it.</summary>
    public int QuantumCategory { get; init; }
    /// <summary>What the registry says where the site has decided nothing.</summary>
    public required AlgorithmStatus Status { get; init; }
    /// <summary>What we can use it for at all; no site's decision widens this.</summary>
    public required AlgorithmUses Uses { get; init; }
    /// <summary>The moment from which the registry refuses it (UTC), or null.</summary>
    public DateTimeOffset? NotAfter { get; init; }
    /// <summary>Bytes of a signature in the form that we take, or 0 where that depends on the key.</summary>
    public int SignatureSize { get; init; }
    /// <summary>Its name as JOSE's <c>alg</c> (RFC 7518, RFC 9864, RFC 9964), where it has one.</summary>
    public string? JoseName { get; init; }
    /// <summary>The OID of the subject public key's algorithm.</summary>
    public string? KeyOid { get; init; }
    /// <summary>The OID of the curve, for elliptic-curve keys.</summary>
    public string? CurveOid { get; init; }
    /// <summary>The OID of a certificate signature made with it.</summary>
    public string? SignatureOid { get; init; }
    /// <summary>The digest it signs, where it has one of its own choosing.</summary>
    internal HashAlgorithmName Hash { get; init; }
    /// <summary>C2SP's signed-note signature type byte, for checkpoints.</summary>
    internal byte NoteType { get; init; }
    /// <summary>Its place in <see cref="AlgorithmRegistry.All"/>.</summary>
    internal int Ordinal { get; init; } = -1;

    /// <summary>Whether a quantum computer does not break it.</summary>
    public bool IsPostQuantum => QuantumCategory > 0;

    /// <inheritdoc/>
    public override string ToString() => Id;
}
