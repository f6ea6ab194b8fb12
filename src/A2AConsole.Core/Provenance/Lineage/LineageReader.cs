using System.Buffers;
using System.Text.Json;
using A2AConsole.Core.Crypto;

namespace A2AConsole.Core.Provenance.Lineage;

/// <summary>Reads a message's descent out of its data: evidence by digest, and the ids of earlier documents. For data that was admitted.</summary>
public static class LineageReader
{
    private const string DigestPrefix = "sha256:";
    private const int DigestHex = 64, MaxId = 64, MaxName = 200;
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>What <paramref name="data"/> says; data of another shape than its schema's says less, never throws.</summary>
    /// <param name="type">The event's type.</param>
    /// <param name="data">The bytes of the event's <c>data</c> as they were signed.</param>
    public static LineageFacts Read(string type, ReadOnlyMemory<byte> data)
    {
        var body = Convert.ToHexStringLower(Sha256.Hash(data.Span));
        try
        {
            using var document = JsonDocument.Parse(data);
            var ids = DocumentIds.OfType(type);
            return new(body, ids.Own is { } own ? Id(document.RootElement, own) : null, References(document.RootElement, ids));
        }
        catch (JsonException)
        {
            return new(body, null, []);
        }
    }

    private static List<LineageReference> References(JsonElement data, DocumentIds ids)
    {
        var found = new List<LineageReference>();
        if (data.ValueKind != JsonValueKind.Object)
            return found;
        if (data.TryGetProperty("evidence", out var evidence) && evidence.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in evidence.EnumerateArray())
                if (item.ValueKind == JsonValueKind.Object && Digest(item, "digest") is { } digest)
                    Add(found, new(LineageKind.Digest, digest, Text(item, "ref", MaxName) ?? "evidence"));
        }
        foreach (var (member, id) in ids.Digests)
            if (Digest(data, member) is { } digest)
                Add(found, new(LineageKind.Digest, digest, Text(data, id, MaxId) ?? member));
        foreach (var other in ids.Others)
            if (Id(data, other) is { } target)
                Add(found, new(LineageKind.Reference, target, target));
        return found;
    }

    private static void Add(List<LineageReference> found, LineageReference reference)
    {
        if (found.Count < LineageFacts.MostReferences && !found.Exists(f => f.Target == reference.Target))
            found.Add(reference);
    }

    private static string? Id(JsonElement data, DocumentId id)
    {
        foreach (var member in id.Path.Take(id.Path.Count - 1))
            if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(member, out data))
                return null;
        return Text(data, id.Path[^1], MaxId) is { } text ? $"{id.Document}:{text}" : null;
    }

    private static string? Digest(JsonElement value, string member)
        => Text(value, member, DigestPrefix.Length + DigestHex) is { Length: 71 } text && text.StartsWith(DigestPrefix, StringComparison.Ordinal)
            && !text.AsSpan(DigestPrefix.Length).ContainsAnyExcept(Hex) ? text[DigestPrefix.Length..] : null;

    private static string? Text(JsonElement value, string member, int most)
        => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } s && s.Length <= most ? s : null;
}
