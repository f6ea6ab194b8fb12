namespace A2AConsole.Trust.Attestation.Image;

/// <summary>Why evidence of an image is not accepted: the stable codes, as logs, leaves and pages show them.</summary>
public static class ImageCodes
{
    /// <summary>The entry's reference values cannot be used.</summary>
    public const string Reference = "image-reference";
    /// <summary>Not two DSSE envelopes with in-toto statements.</summary>
    public const string Malformed = "image-malformed";
    /// <summary>An envelope's payload, statement or predicate is of another type than is called for.</summary>
    public const string Type = "image-type";

    /// <summary>The statement of what runs was signed by none of the platforms that the entry pins, or not by the agent's key.</summary>
    public const string RunningSigner = "image-running-signer";
    /// <summary>The statement of what runs names a key that may sign it, and the signature is not that key's over this statement.</summary>
    public const string RunningSignature = "image-running-signature";
    /// <summary>The statement of what runs is about another nonce, key or identity.</summary>
    public const string Binding = "image-binding";

    /// <summary>No pinned builder signed the provenance.</summary>
    public const string BuilderUnpinned = "image-builder-unpinned";
    /// <summary>The provenance names a pinned builder's key, and the signature is not that key's over this provenance.</summary>
    public const string ProvenanceSignature = "image-provenance-signature";
    /// <summary>The provenance is of another image than the one that runs.</summary>
    public const string ProvenanceSubject = "image-provenance-subject";
    /// <summary>The provenance names another builder than the one whose key signed it.</summary>
    public const string Builder = "image-builder";
    public const string BuildType = "image-build-type";
    /// <summary>Built from a source that the entry does not name, or from none that can be told.</summary>
    public const string Source = "image-source";

    /// <summary>The image is not on the entry's list.</summary>
    public const string Digest = "image-digest";
    /// <summary>The policy bundle is not on the entry's list, or there is none.</summary>
    public const string PolicyBundle = "image-policy-bundle";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Reference, Malformed, Type, RunningSigner, RunningSignature, Binding,
        BuilderUnpinned, ProvenanceSignature, ProvenanceSubject, Builder, BuildType, Source, Digest, PolicyBundle,
    ];
}
