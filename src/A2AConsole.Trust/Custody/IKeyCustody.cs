namespace A2AConsole.Trust.Custody;

/// <summary>
/// Keeps the authority's signing keys. The private half never leaves: callers get a handle that signs. Where the keys live
/// (encrypted files, a hardware module) is the implementation's business.
/// </summary>
public interface IKeyCustody
{
    /// <summary>Where the keys are, in words for people, e.g. "encrypted files".</summary>
    string Kind { get; }

    /// <summary>Whether a key of this name is kept here.</summary>
    bool Contains(string name);

    /// <summary>
    /// The key of this name, made when there is none. Throws <see cref="TrustStartupException"/> when it exists but cannot be
    /// opened, or is of another kind.
    /// </summary>
    ICustodyKey GetOrCreate(string name, KeyKind kind);
}

/// <summary>A key in custody. Safe for use by several threads at once.</summary>
public interface ICustodyKey
{
    /// <summary>Its name in custody, e.g. <c>issuing</c>.</summary>
    string Name { get; }

    KeyKind Kind { get; }

    /// <summary>The public half as SubjectPublicKeyInfo, DER.</summary>
    ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>
    /// Signs a message. <see cref="KeyKind.EcdsaP256"/>: over its SHA-256, as r ‖ s (IEEE P1363, 64 bytes);
    /// <see cref="KeyKind.Ed25519"/>: pure Ed25519 (RFC 8032), 64 bytes.
    /// </summary>
    byte[] Sign(ReadOnlySpan<byte> message);
}

/// <summary>The kinds of key that the authority uses for itself.</summary>
public enum KeyKind
{
    EcdsaP256,
    Ed25519,
}
