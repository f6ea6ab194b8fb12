using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Trust.Custody;

/// <summary>Signs the ledger's checkpoints (C2SP signed-note, Ed25519 type 0x01) with a key that stays in custody.</summary>
public sealed class CustodyNoteSigner : INoteSigner
{
    private const byte Ed25519Type = 0x01;
    private const int Ed25519KeySize = 32;
    private readonly ICustodyKey _key;
    private readonly byte[] _keyId;

    /// <summary>Takes the key name (the log's origin) and an Ed25519 key.</summary>
    public CustodyNoteSigner(string name, ICustodyKey key)
    {
        if (key.Kind != KeyKind.Ed25519)
            throw new ArgumentException("checkpoints are signed with Ed25519", nameof(key));
        Name = name;
        _key = key;
        byte[] typed = [Ed25519Type, .. key.SubjectPublicKeyInfo.Span[^Ed25519KeySize..]];
        _keyId = SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. typed])[..4];
        VerifierKey = string.Create(CultureInfo.InvariantCulture, $"{name}+{BinaryPrimitives.ReadUInt32BigEndian(_keyId):x8}+{Convert.ToBase64String(typed)}");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string VerifierKey { get; }

    /// <inheritdoc/>
    public string SignLine(string noteText)
        => $"— {Name} {Convert.ToBase64String([.. _keyId, .. _key.Sign(Encoding.UTF8.GetBytes(noteText))])}\n";
}
