using System.Security.Cryptography;

namespace A2AConsole.Trust.Custody;

/// <summary>A P-256 key held in this process' memory.</summary>
public sealed class EcdsaCustodyKey(string name, ECDsa key) : ICustodyKey, IDisposable
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public KeyKind Kind => KeyKind.EcdsaP256;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; } = key.ExportSubjectPublicKeyInfo();

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> message)
        => key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
