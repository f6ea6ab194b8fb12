using A2AConsole.Core.Crypto;

namespace A2AConsole.Sdk;

/// <summary>
/// With which keys an agent signs its events. The key of certificate and connection is ECDSA P-256 in any case; the others are a
/// further key, made here, proven at enrolment and renewal, and carried in the certificate's alternative-key extension.
/// </summary>
public enum EventSigning
{
    /// <summary>With the certificate's own key.</summary>
    Ecdsa,
    /// <summary>With a further key: Ed25519 (RFC 8032).</summary>
    Ed25519,
    /// <summary>With a further key: ML-DSA-44 (FIPS 204), signatures of 2,420 bytes. A batch carries them best.</summary>
    MlDsa44,
    /// <summary>With a further key: ML-DSA-65 (FIPS 204), signatures of 3,309 bytes.</summary>
    MlDsa65,
    /// <summary>With both, ECDSA and ML-DSA-44; the certificate says that either alone does not count.</summary>
    DualMlDsa44,
    /// <summary>With both, ECDSA and ML-DSA-65; the certificate says that either alone does not count.</summary>
    DualMlDsa65,
}

internal static class EventSignings
{
    /// <summary>Whether both keys sign.</summary>
    public static bool IsDual(this EventSigning signing) => signing is EventSigning.DualMlDsa44 or EventSigning.DualMlDsa65;

    /// <summary>A new further key for it, or null when none is needed.</summary>
    public static SigningKey? NewAlternativeKey(this EventSigning signing) => signing switch
    {
        EventSigning.Ecdsa => null,
        EventSigning.Ed25519 => SigningKey.Generate(AlgorithmRegistry.Ed25519),
        EventSigning.MlDsa44 or EventSigning.DualMlDsa44 => SigningKey.Generate(AlgorithmRegistry.MlDsa44),
        EventSigning.MlDsa65 or EventSigning.DualMlDsa65 => SigningKey.Generate(AlgorithmRegistry.MlDsa65),
        _ => throw new ArgumentOutOfRangeException(nameof(signing)),
    };
}
