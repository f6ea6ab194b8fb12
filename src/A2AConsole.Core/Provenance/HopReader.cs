using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.A2A;
using A2AConsole.Core.Envelopes;

namespace A2AConsole.Core.Provenance;

/// <summary>Reads hops' statements, strictly: a member that we don't know could change what the others mean, so there is none.</summary>
public static class HopReader
{
    private const int MaxName = 255;
    private const int MaxId = 128;
    private const int MaxSerial = 64;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> NameParts = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>Reads a statement; <paramref name="wrong"/> says what is wrong with it.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> statement, [NotNullWhen(true)] out Hop? hop, [NotNullWhen(false)] out string? wrong)
    {
        hop = null;
        if (!A2AJson.TryParse(statement, "The hop's statement", out var document, out var fault))
        {
            wrong = fault.Detail;
            return false;
        }
        using (document)
        {
            hop = Read(document.RootElement);
            wrong = hop is null ? $"The hop's statement is no in-toto statement of {Hop.PredicateType} with exactly its members." : null;
            return hop is not null;
        }
    }

    private static Hop? Read(JsonElement root)
    {
        if (!HasExactly(root, ["_type", "subject", "predicateType", "predicate"], []) || Text(root, "_type") != Hop.StatementType || Text(root, "predicateType") != Hop.PredicateType)
            return null;
        var subjects = root.GetProperty("subject");
        if (subjects.ValueKind != JsonValueKind.Array || subjects.GetArrayLength() != 1 || !HasExactly(subjects[0], ["name", "digest"], []) || !HasExactly(subjects[0].GetProperty("digest"), ["sha256"], []))
            return null;
        var predicate = root.GetProperty("predicate");
        if (!HasExactly(predicate, ["message", "index", "by", "from", "to", "at"], ["certificate", "leaf"]))
            return null;
        var previous = Text(subjects[0].GetProperty("digest"), "sha256");
        var message = Text(predicate, "message");
        var (id, by, from, to, at) = (Text(subjects[0], "name"), Text(predicate, "by"), Text(predicate, "from"), Text(predicate, "to"), Text(predicate, "at"));
        string? certificate = null;
        long? leaf = null;
        if (predicate.TryGetProperty("certificate", out _) && (certificate = Text(predicate, "certificate")) is null)
            return null;
        if (predicate.TryGetProperty("leaf", out var number))
        {
            if (number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out var index))
                return null;
            leaf = index;
        }
        if (predicate.GetProperty("index") is not { ValueKind: JsonValueKind.Number } place || !place.TryGetInt32(out var i)
            || id is null || message is null || previous is null || by is null || from is null || to is null || at is null || !UtcTime.TryParse(Encoding.UTF8.GetBytes(at), out var time))
            return null;
        var hop = new Hop { MessageId = id, Message = message, Previous = previous, Index = i, By = by, From = from, To = to, At = time, Certificate = certificate, Leaf = leaf };
        return Accepts(hop) ? hop : null;
    }

    /// <summary>Whether these are values that a hop may have: what is written is held to the same as what is read.</summary>
    internal static bool Accepts(Hop hop)
        => hop.Index is >= 0 and < CarriedEnvelope.MaxHops && IsDigest(hop.Previous) && IsDigest(hop.Message) && hop.MessageId.Length is > 0 and <= MaxId && IsParty(hop.By) && IsParty(hop.From) && IsParty(hop.To)
            && hop.Leaf is null or >= 0 && hop.Certificate is null or { Length: > 0 and <= MaxSerial } && (hop.Certificate is not { } certificate || !certificate.AsSpan().ContainsAnyExcept(Hex));

    private static bool HasExactly(JsonElement value, ReadOnlySpan<string> required, ReadOnlySpan<string> optional)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return false;
        var found = 0;
        foreach (var member in value.EnumerateObject())
        {
            if (required.Contains(member.Name))
                found++;
            else if (!optional.Contains(member.Name))
                return false;
        }
        return found == required.Length;
    }

    private static string? Text(JsonElement value, string name) => value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static bool IsDigest(string text) => text.Length == 64 && !text.AsSpan().ContainsAnyExcept(Hex);

    // An agent, or an authority of a trust domain (spiffe://acme.example/authority/gateway), which no agent's certificate can name.
    private static bool IsParty(string text)
    {
        if (text.Length is <= 9 or > MaxName || !text.StartsWith("spiffe://", StringComparison.Ordinal))
            return false;
        var rest = text.AsSpan(9);
        if (rest.ContainsAnyExcept(NameParts))
            return false;
        var segments = 0;
        foreach (var segment in rest.Split('/'))
        {
            if (rest[segment] is "" or "." or "..")
                return false;
            segments++;
        }
        return segments > 1;
    }
}
