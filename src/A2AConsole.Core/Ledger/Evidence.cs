using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.Ledger;

/// <summary>
/// Everything that proves one event to somebody who has only the trust bundle and the ledger's verifier key: one JSON file,
/// <c>{"mediaType":…,"envelope":{…},"certificateChain":"PEM","leaf":"base64","proof":"tlog-proof text"}</c>.
/// <para><see cref="Envelope"/> is the DSSE envelope as it was received. An event of a signed batch has instead the batch object
/// of the ingest API with this one event, its index and its path: <c>{"batch":{…},"events":[{"payload":…,"index":…,"path":[…]}]}</c>.</para>
/// <para>Of a refused event, which need not be JSON at all, the file has <c>"received":"base64"</c> instead of an envelope: the bytes as
/// they came, and a leaf that says why they were refused.</para>
/// </summary>
/// <param name="Envelope">UTF-8 JSON: a DSSE envelope, or a batch object of one event. Its bytes are kept as they are.</param>
/// <param name="CertificateChain">The signer's certificate and its issuers, PEM, leaf first.</param>
/// <param name="Leaf">The ledger leaf's exact bytes.</param>
/// <param name="Proof">The receipt: a C2SP tlog-proof.</param>
public sealed record Evidence(ReadOnlyMemory<byte> Envelope, string CertificateChain, ReadOnlyMemory<byte> Leaf, string Proof)
{
    /// <summary>A refused event's bytes as they came; empty when the file is of an admitted one, whose <see cref="Envelope"/> it has.</summary>
    public ReadOnlyMemory<byte> Received { get; private init; }

    /// <summary>Evidence that something was refused. <paramref name="certificateChain"/> is that of the connection, or empty.</summary>
    public static Evidence OfRefused(ReadOnlyMemory<byte> received, string certificateChain, ReadOnlyMemory<byte> leaf, string proof)
        => new(ReadOnlyMemory<byte>.Empty, certificateChain, leaf, proof) { Received = received };

    /// <summary>The file's media type.</summary>
    public const string MediaType = "application/vnd.a2aconsole.evidence+json";

    /// <summary>The file's extension.</summary>
    public const string FileExtension = ".a2a-evidence.json";

    // A file for people and tools, never put into HTML as it is: PEM's plus signs stay readable.
    private static readonly JsonWriterOptions Written = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's bytes. Throws <see cref="JsonException"/> when <see cref="Envelope"/> is not JSON.</summary>
    public byte[] Format()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Written))
        {
            json.WriteStartObject();
            json.WriteString("mediaType", MediaType);
            if (Envelope.IsEmpty)
            {
                json.WriteBase64String("received", Received.Span);
            }
            else
            {
                json.WritePropertyName("envelope");
                json.WriteRawValue(Envelope.Span);
            }
            json.WriteString("certificateChain", CertificateChain);
            json.WriteBase64String("leaf", Leaf.Span);
            json.WriteString("proof", Proof);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a file. A member twice is refused, an unknown one ignored; what the members hold is not judged here.</summary>
    public static bool TryParse(ReadOnlySpan<byte> file, [NotNullWhen(true)] out Evidence? evidence, [NotNullWhen(false)] out string? error)
    {
        evidence = null;
        error = null;
        try
        {
            evidence = Read(file);
            return true;
        }
        // InvalidOperationException: an escaped lone surrogate or invalid UTF-8 within a string.
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            error = e.Message;
            return false;
        }
    }

    private static Evidence Read(ReadOnlySpan<byte> file)
    {
        var reader = new Utf8JsonReader(file);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("an evidence file is a JSON object");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        byte[]? envelope = null, received = null, leaf = null;
        string? mediaType = null, chain = null, proof = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!seen.Add(name))
                throw new FormatException($"the evidence has the member {name} twice");
            reader.Read();
            switch (name)
            {
                case "mediaType": mediaType = Text(ref reader, name); break;
                case "certificateChain": chain = Text(ref reader, name); break;
                case "proof": proof = Text(ref reader, name); break;
                case "leaf":
                    if (!StrictBase64.TryDecode(Text(ref reader, name), out leaf))
                        throw new FormatException("the evidence's leaf is base64");
                    break;
                case "received":
                    if (!StrictBase64.TryDecode(Text(ref reader, name), out received) || received.Length == 0)
                        throw new FormatException("the evidence's received is base64 of at least one byte");
                    break;
                case "envelope":
                    if (reader.TokenType != JsonTokenType.StartObject)
                        throw new FormatException("the evidence's envelope is a JSON object");
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    envelope = file[start..(int)reader.BytesConsumed].ToArray();
                    break;
                default: reader.Skip(); break;
            }
        }
        if (reader.Read())
            throw new FormatException("bytes follow the evidence's object");
        if (mediaType is not (null or MediaType))
            throw new FormatException($"the file is {mediaType}, not {MediaType}");
        if (envelope is not null && received is not null)
            throw new FormatException("the evidence has both an envelope and what was received of a refused event");
        if (received is not null)
            return OfRefused(received, chain ?? "", leaf ?? throw Missing("leaf"), proof ?? throw Missing("proof"));
        return new Evidence(
            envelope ?? throw Missing("envelope"), chain ?? throw Missing("certificateChain"), leaf ?? throw Missing("leaf"), proof ?? throw Missing("proof"));
    }

    private static string Text(ref Utf8JsonReader reader, string name)
        => reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new FormatException($"the evidence's {name} is a string");

    private static FormatException Missing(string member) => new($"the evidence lacks its {member}");
}
