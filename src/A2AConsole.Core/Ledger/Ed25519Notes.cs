using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using A2AConsole.Core.Encodings;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace A2AConsole.Core.Ledger;

/// <summary>Signs notes with Ed25519 (C2SP signed-note type 0x01, RFC 8032). Safe from any thread.</summary>
public sealed class Ed25519NoteSigner : INoteSigner
{
    /// <summary>Bytes of a private key.</summary>
    public const int SeedSize = 32;

    private readonly Ed25519PrivateKeyParameters _key;
    private readonly uint _keyId;

    /// <summary>Takes the 32-byte private key (RFC 8032's seed). Throws <see cref="ArgumentException"/> for an impossible name.</summary>
    public Ed25519NoteSigner(string name, ReadOnlySpan<byte> seed)
    {
        if (!SignedNote.IsKeyName(name))
            throw new ArgumentException("a key's name has no white space and no plus sign", nameof(name));
        if (seed.Length != SeedSize)
            throw new ArgumentException($"an Ed25519 private key is {SeedSize} bytes", nameof(seed));
        Name = name;
        _key = new Ed25519PrivateKeyParameters(seed);
        var verifier = new Ed25519NoteVerifier(name, _key.GeneratePublicKey().GetEncoded());
        VerifierKey = verifier.VerifierKey;
        _keyId = verifier.KeyId;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string VerifierKey { get; }

    /// <summary>A new random private key, 32 bytes.</summary>
    public static byte[] NewSeed() => RandomNumberGenerator.GetBytes(SeedSize);

    /// <inheritdoc/>
    public string SignLine(string noteText)
    {
        var text = Encoding.UTF8.GetBytes(noteText);
        var signature = new byte[Ed25519.SignatureSize];
        _key.Sign(Ed25519.Algorithm.Ed25519, null, text, 0, text.Length, signature, 0);
        return SignedNote.FormatLine(Name, _keyId, signature);
    }
}

/// <summary>
/// Verifies Ed25519 note signatures. Its text form is the verifier key ("vkey") of the Go and C2SP tools:
/// <c>name+hex key id+base64(0x01 ‖ public key)</c>.
/// </summary>
public sealed class Ed25519NoteVerifier : INoteVerifier
{
    private const byte SignatureType = 0x01;
    private readonly Ed25519PublicKeyParameters _key;

    /// <summary>Takes the 32-byte public key. Throws <see cref="ArgumentException"/> when it is no point of the curve.</summary>
    public Ed25519NoteVerifier(string name, ReadOnlySpan<byte> publicKey)
    {
        if (!SignedNote.IsKeyName(name))
            throw new ArgumentException("a key's name has no white space and no plus sign", nameof(name));
        if (publicKey.Length != Ed25519.PublicKeySize || !Ed25519.ValidatePublicKeyFull(publicKey))
            throw new ArgumentException("not an Ed25519 public key", nameof(publicKey));
        Name = name;
        _key = new Ed25519PublicKeyParameters(publicKey);
        byte[] typed = [SignatureType, .. publicKey];
        KeyId = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. typed]));
        VerifierKey = string.Create(CultureInfo.InvariantCulture, $"{name}+{KeyId:x8}+{Convert.ToBase64String(typed)}");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public uint KeyId { get; }

    /// <summary>The key as text.</summary>
    public string VerifierKey { get; }

    /// <summary>The public key, 32 bytes.</summary>
    public byte[] PublicKey => _key.GetEncoded();

    /// <summary>Reads a verifier key. Throws <see cref="FormatException"/> saying what is wrong.</summary>
    public static Ed25519NoteVerifier Parse(string verifierKey)
        => TryParse(verifierKey, out var verifier, out var error) ? verifier : throw new FormatException(error);

    /// <summary>Reads a verifier key; its key id must be the one that its name and public key give.</summary>
    public static bool TryParse(string? verifierKey, [NotNullWhen(true)] out Ed25519NoteVerifier? verifier, [NotNullWhen(false)] out string? error)
    {
        verifier = null;
        error = "a verifier key is name+key id (8 hex digits)+base64 key";
        // The base64 may hold plus signs, the name may not.
        var parts = (verifierKey ?? "").Split('+', 3);
        if (parts.Length != 3 || !SignedNote.IsKeyName(parts[0]) || !StrictBase64.TryDecode(parts[2], out var key) || key.Length == 0)
            return false;
        if (key[0] != SignatureType || key.Length != 1 + Ed25519.PublicKeySize)
        {
            error = "the verifier key is not an Ed25519 key (type 0x01)";
            return false;
        }
        if (!Ed25519.ValidatePublicKeyFull(key.AsSpan(1)))
        {
            error = "the verifier key is not a point of the curve";
            return false;
        }
        var candidate = new Ed25519NoteVerifier(parts[0], key.AsSpan(1));
        if (!string.Equals(candidate.VerifierKey, verifierKey, StringComparison.Ordinal))
        {
            error = "the verifier key's id does not fit its name and key";
            return false;
        }
        verifier = candidate;
        error = null;
        return true;
    }

    /// <inheritdoc/>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
        => signature.Length == Ed25519.SignatureSize
            && _key.Verify(Ed25519.Algorithm.Ed25519, null, text.ToArray(), 0, text.Length, signature.ToArray(), 0);
}
