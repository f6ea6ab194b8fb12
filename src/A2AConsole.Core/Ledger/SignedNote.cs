using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.Ledger;

/// <summary>A signature line of a note: who signed (name and key id) and the signature's bytes.</summary>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Signature);

/// <summary>Verifies the signatures of one key.</summary>
public interface INoteVerifier
{
    string Name { get; }
    uint KeyId { get; }

    /// <summary>Whether the signature over the note's text (UTF-8) is this key's.</summary>
    bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature);
}

/// <summary>
/// A C2SP signed-note: text that ends in a newline, a blank line, and signature lines. Reading one says nothing of its
/// truth: that is <see cref="TryVerify"/>'s.
/// </summary>
public sealed class SignedNote
{
    private const string SignaturePrefix = "— ";
    private const int MaxSignatures = 64;
    private const int MaxLength = 1 << 20;

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures) => (Text, Signatures) = (text, signatures);

    /// <summary>What is signed, its final newline included.</summary>
    public string Text { get; }

    /// <summary>The signature lines in order, of known and unknown keys.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>The whole note: <paramref name="text"/> (which ends in a newline) with the signers' lines.</summary>
    public static string Sign(string text, params ReadOnlySpan<INoteSigner> signers)
    {
        if (!text.EndsWith('\n') || HasForbiddenCharacter(text))
            throw new ArgumentException("a note's text ends in a newline and has no other control characters", nameof(text));
        var note = new StringBuilder(text).Append('\n');
        foreach (var signer in signers)
            note.Append(signer.SignLine(text));
        return note.ToString();
    }

    /// <summary>The signature line for a key's signature, with its newline.</summary>
    public static string FormatLine(string name, uint keyId, ReadOnlySpan<byte> signature)
    {
        var bytes = new byte[sizeof(uint) + signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, keyId);
        signature.CopyTo(bytes.AsSpan(sizeof(uint)));
        return $"{SignaturePrefix}{name} {Convert.ToBase64String(bytes)}\n";
    }

    /// <summary>Reads a note strictly; <paramref name="error"/> says what is wrong.</summary>
    public static bool TryParse(string? note, [NotNullWhen(true)] out SignedNote? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        error = null;
        if (note is null || note.Length > MaxLength)
            error = "a note is at most 1 MiB long";
        else if (HasForbiddenCharacter(note))
            error = "a note is valid Unicode and has no control characters but newlines";
        else if (!note.EndsWith('\n'))
            error = "a note ends in a newline";
        if (error is not null)
            return false;

        var split = note!.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0)
        {
            error = "a note has a blank line before its signatures";
            return false;
        }
        var signatures = new List<NoteSignature>();
        var rest = note.AsSpan(split + 2);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('\n');
            if (!TryLine(rest[..end], out var signature))
            {
                error = "a signature line is an em dash, the key's name and the base64 of key id and signature";
                return false;
            }
            signatures.Add(signature);
            if (signatures.Count > MaxSignatures)
            {
                error = $"a note has at most {MaxSignatures} signatures";
                return false;
            }
            rest = rest[(end + 1)..];
        }
        if (signatures.Count == 0)
        {
            error = "a note has at least one signature";
            return false;
        }
        parsed = new SignedNote(note[..(split + 1)], signatures);
        return true;
    }

    /// <summary>
    /// Whether a known key signed the note. Signatures of unknown keys are ignored; a known key's that does not verify refuses
    /// the whole note.
    /// </summary>
    public bool TryVerify(IReadOnlyCollection<INoteVerifier> known, [NotNullWhen(false)] out string? error)
    {
        var text = Encoding.UTF8.GetBytes(Text);
        var verified = false;
        foreach (var signature in Signatures)
        {
            var key = known.FirstOrDefault(k => k.KeyId == signature.KeyId && string.Equals(k.Name, signature.Name, StringComparison.Ordinal));
            if (key is null)
                continue;
            if (!key.Verify(text, signature.Signature.Span))
            {
                error = $"the signature of {key.Name} does not verify";
                return false;
            }
            verified = true;
        }
        error = verified ? null : "no known key signed the note (known: " + string.Join(", ", known.Select(k => $"{k.Name}+{k.KeyId:x8}")) + ")";
        return verified;
    }

    /// <summary>Whether a text can be a key's name: not empty, no white space, no plus sign.</summary>
    public static bool IsKeyName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
            if (char.IsWhiteSpace(c) || char.IsControl(c) || c == '+')
                return false;
        return name.Length > 0;
    }

    private static bool TryLine(ReadOnlySpan<char> line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(SignaturePrefix, StringComparison.Ordinal))
            return false;
        line = line[SignaturePrefix.Length..];
        var space = line.IndexOf(' ');
        if (space < 0 || !IsKeyName(line[..space]) || !StrictBase64.TryDecode(line[(space + 1)..], out var bytes) || bytes.Length <= sizeof(uint))
            return false;
        signature = new NoteSignature(line[..space].ToString(), BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)));
        return true;
    }

    private static bool HasForbiddenCharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < 0x20 && text[i] != '\n')
                return true;
            // A lone surrogate has no UTF-8.
            if (char.IsSurrogate(text[i]) && (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i])))
                return true;
        }
        return false;
    }
}
