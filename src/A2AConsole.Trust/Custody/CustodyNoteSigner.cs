using System.Text;
using A2AConsole.Core.Ledger;

namespace A2AConsole.Trust.Custody;

/// <summary>Signs the ledger's checkpoints (C2SP signed-note, Ed25519 type 0x01) with a key that stays in custody.</summary>
public sealed class CustodyNoteSigner : INoteSigner
{
    private const int Ed25519KeySize = 32;
    private readonly ICustodyKey _key;
    private readonly Ed25519NoteVerifier _verifier;

    /// <summary>Takes the key name (the log's origin) and an Ed25519 key.</summary>
    public CustodyNoteSigner(string name, ICustodyKey key)
    {
        if (key.Kind != KeyKind.Ed25519)
            throw new ArgumentException("checkpoints are signed with Ed25519", nameof(key));
        _key = key;
        _verifier = new Ed25519NoteVerifier(name, key.SubjectPublicKeyInfo.Span[^Ed25519KeySize..]);
    }

    /// <inheritdoc/>
    public string Name => _verifier.Name;

    /// <inheritdoc/>
    public string VerifierKey => _verifier.VerifierKey;

    /// <inheritdoc/>
    public string SignLine(string noteText) => SignedNote.FormatLine(Name, _verifier.KeyId, _key.Sign(Encoding.UTF8.GetBytes(noteText)));
}
