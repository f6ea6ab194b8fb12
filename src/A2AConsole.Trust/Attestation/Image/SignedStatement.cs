using System.Text;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Trust.Attestation.Image;

/// <summary>
/// An in-toto Statement v1 (in-toto Attestation Framework) out of a DSSE envelope whose signature one of the offered keys made.
/// What was verified is what is read: the statement is parsed from the very bytes that the signature covers.
/// </summary>
internal sealed record SignedStatement
{
    /// <summary>The longest envelope that is read, in bytes as received.</summary>
    public const int MaxSize = 256 * 1024;

    public const string PayloadType = "application/vnd.in-toto+json";
    public const string StatementType = "https://in-toto.io/Statement/v1";

    // Each try costs a verification; what a stranger sends must not cost more than a few.
    private const int MaxTried = 16;
    private const int MaxSubjects = 64;

    public required PinnedKey Signer { get; init; }
    /// <summary>Name and SHA-256 digest (lower-case hex) of each subject; the digest is null where it has none.</summary>
    public required IReadOnlyList<(string? Name, string? Sha256)> Subjects { get; init; }
    public required JsonElement Predicate { get; init; }

    /// <summary>
    /// Opens an envelope. <paramref name="what"/> names it in faults; <paramref name="unpinned"/> is the code when none of <paramref name="keys"/> signed,
    /// <paramref name="broken"/> when one is named and did not.
    /// </summary>
    public static SignedStatement? Open(JsonElement? envelope, string what, string predicateType, IReadOnlyList<PinnedKey> keys, string unpinned, string broken, out EvidenceFault? fault)
    {
        if (envelope is not { ValueKind: JsonValueKind.Object } json)
        {
            fault = new(ImageCodes.Malformed, $"The evidence lacks the {what}: a DSSE envelope.");
            return null;
        }
        var text = Encoding.UTF8.GetBytes(json.GetRawText());
        if (text.Length > MaxSize)
        {
            fault = new(ImageCodes.Malformed, $"The {what} has {text.Length} bytes; at most {MaxSize} are read.");
            return null;
        }
        if (!DsseEnvelopeReader.TryRead(text, out var opened, out var unread))
        {
            fault = new(ImageCodes.Malformed, $"The {what} is no DSSE envelope: {unread.Detail}");
            return null;
        }
        using (opened)
        {
            if (opened.PayloadType != PayloadType)
            {
                fault = new(ImageCodes.Type, $"The payload type of the {what} must be {PayloadType}.");
                return null;
            }
            if (SignerOf(opened, keys, out var isNamed) is not { } signer)
            {
                fault = isNamed
                    ? new(broken, $"The signature of the {what} does not verify with the key that it names: statement or signature was changed.")
                    : new(unpinned, $"The {what} was signed by none of the keys that may sign it ({(keys.Count == 0 ? "there are none" : string.Join(", ", keys.Select(k => k.Id[..16] + "…")))}).");
                return null;
            }
            return Read(opened.Payload, what, predicateType, signer, out fault);
        }
    }

    private static SignedStatement? Read(ReadOnlyMemory<byte> payload, string what, string predicateType, PinnedKey signer, out EvidenceFault? fault)
    {
        fault = null;
        if (StrictJson.Parse(payload) is not { } statement)
            fault = new(ImageCodes.Malformed, $"The {what} is signed, and not a JSON object without repeated members.");
        else if (statement.Text("_type") != StatementType)
            fault = new(ImageCodes.Type, $"The {what} must be an in-toto statement of _type {StatementType}.");
        else if (statement.Text("predicateType") != predicateType)
            fault = new(ImageCodes.Type, $"The predicateType of the {what} is {StrictJson.Printable(statement.Text("predicateType") ?? "missing")}; it must be {predicateType}.");
        else if (SubjectsOf(statement) is not { } subjects || statement.Member("predicate") is not { ValueKind: JsonValueKind.Object } predicate)
            fault = new(ImageCodes.Malformed, $"The {what} lacks a list of 1 to {MaxSubjects} subjects with digests, or its predicate.");
        else
            return new SignedStatement { Signer = signer, Subjects = subjects, Predicate = predicate };
        return null;
    }

    private static List<(string? Name, string? Sha256)>? SubjectsOf(JsonElement statement)
    {
        if (statement.Member("subject") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > MaxSubjects)
            return null;
        var subjects = new List<(string? Name, string? Sha256)>();
        foreach (var subject in list.EnumerateArray())
        {
            if (subject.Member("digest") is not { ValueKind: JsonValueKind.Object } digest)
                return null;
            subjects.Add((subject.Text("name"), digest.Text("sha256")));
        }
        return subjects;
    }

    /// <summary>The key that signed. A key id is a hint, as DSSE says: signatures that name one of ours are tried first, the others all the same.</summary>
    private static PinnedKey? SignerOf(UnverifiedEnvelope envelope, IReadOnlyList<PinnedKey> keys, out bool isNamed)
    {
        isNamed = false;
        var tries = envelope.Signatures
            .SelectMany(signature => keys, (signature, key) => (Signature: signature, Key: key, IsNamed: signature.IsBy(key.Id)))
            .OrderByDescending(t => t.IsNamed)
            .Take(MaxTried);
        foreach (var (signature, key, named) in tries)
        {
            if (key.Verify(envelope.Pae, signature.Value.Span))
                return key;
            isNamed |= named;
        }
        return null;
    }
}
