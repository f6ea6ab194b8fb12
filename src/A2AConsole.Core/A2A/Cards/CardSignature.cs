using System.Text.Json;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.A2A.Cards;

/// <summary>
/// One signature of a card: a JWS in parts (RFC 7515; A2A 1.0 §8.4.2), read but not verified. <c>jku</c> and whatever else points to a
/// key is not looked at: which keys count is known beforehand, and nobody makes us fetch an address.
/// </summary>
public sealed record CardSignature
{
    private const int MaxProtected = 8192;
    private static readonly string[] Fields = ["protected", "signature", "header"];
    private static readonly string[] KeyPointers = ["jku", "x5u", "jwk", "x5c"];

    /// <summary>The protected header as it was encoded: a part of what is signed.</summary>
    public required string Protected { get; init; }
    /// <summary>JOSE's name of the algorithm.</summary>
    public required string Algorithm { get; init; }
    /// <summary>Which key made it, as the signer says.</summary>
    public required string KeyId { get; init; }
    public required ReadOnlyMemory<byte> Value { get; init; }
    /// <summary>Whether it points to keys of its own (<c>jku</c>, <c>x5u</c>, <c>jwk</c>, <c>x5c</c>), which are not used.</summary>
    public bool PointsToKeys { get; init; }

    /// <summary>The signatures of a card; null when one of them is malformed.</summary>
    internal static IReadOnlyList<CardSignature>? ReadAll(JsonElement card, out CardFault? fault)
    {
        fault = null;
        if (!card.TryGetProperty(CardSchema.Signatures, out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > AgentCard.MaxSignatures)
        {
            fault = CardFault.Of(CardCodes.Malformed, $"The card's signatures must be an array of at most {AgentCard.MaxSignatures}.", "/signatures");
            return null;
        }
        var signatures = new List<CardSignature>();
        foreach (var item in list.EnumerateArray())
        {
            if (Read(item, out var wrong) is not { } signature)
            {
                fault = CardFault.Of(CardCodes.SignatureMalformed, $"Signature {signatures.Count} of the card {wrong}.", $"/signatures/{signatures.Count}");
                return null;
            }
            signatures.Add(signature);
        }
        return signatures;
    }

    private static CardSignature? Read(JsonElement value, out string? wrong)
    {
        wrong = value.ValueKind != JsonValueKind.Object ? "must be a JSON object"
            : A2AJson.Lookalike(value, Fields) is { } twin ? $"has a member that some readers would take for \"{twin}\""
            : null;
        if (wrong is not null)
            return null;
        var encoded = Text(value, "protected");
        if (encoded is not { Length: > 0 and <= MaxProtected } || !StrictBase64Url.TryDecode(encoded, out var header))
        {
            wrong = "needs a protected header in base64url without padding";
            return null;
        }
        if (Text(value, "signature") is not { } text || !StrictBase64Url.TryDecode(text, out var bytes))
        {
            wrong = "needs a signature in base64url without padding";
            return null;
        }
        if (!A2AJson.TryParse(header, "its protected header", out var document, out _))
        {
            wrong = "has a protected header that is no JSON object, or one with a member twice";
            return null;
        }
        using (document)
            return ReadHeader(document.RootElement, value, encoded, bytes, out wrong);
    }

    private static CardSignature? ReadHeader(JsonElement header, JsonElement signature, string encoded, byte[] bytes, out string? wrong)
    {
        wrong = header.ValueKind != JsonValueKind.Object ? "has a protected header that is no JSON object"
            : header.TryGetProperty("crit", out _) ? "marks header parameters critical (crit), none of which is understood here"
            : header.TryGetProperty("b64", out _) ? "has an unencoded payload (b64), which is not taken"
            : Text(header, "alg") is null or "" ? "names no algorithm (alg) in its protected header"
            : Text(header, "kid") is null or "" ? "names no key (kid) in its protected header"
            : header.TryGetProperty("typ", out var typ) && !(typ.ValueKind == JsonValueKind.String && string.Equals(typ.GetString(), "JOSE", StringComparison.OrdinalIgnoreCase)) ? "is of another typ than JOSE"
            : CheckUnprotected(header, signature);
        return wrong is not null ? null : new CardSignature
        {
            Protected = encoded, Algorithm = Text(header, "alg")!, KeyId = Text(header, "kid")!, Value = bytes,
            PointsToKeys = KeyPointers.Any(n => header.TryGetProperty(n, out _)),
        };
    }

    // RFC 7515 §4: the two headers must not share a name; and nothing that matters may stand where it is not signed.
    private static string? CheckUnprotected(JsonElement header, JsonElement signature)
    {
        if (!signature.TryGetProperty("header", out var open) || open.ValueKind == JsonValueKind.Null)
            return null;
        if (open.ValueKind != JsonValueKind.Object)
            return "has a header that is no JSON object";
        foreach (var member in open.EnumerateObject())
        {
            if (header.TryGetProperty(member.Name, out _) || member.Name is "alg" or "kid" or "crit" or "b64")
                return $"says {(member.Name.Length <= 20 ? member.Name : "something")} in its unprotected header, which only the protected one may";
        }
        return null;
    }

    private static string? Text(JsonElement value, string name) => value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
