using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using A2AConsole.Core.Provenance.Lineage;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Detection;

/// <summary>What an event's data says that detection looks at. For data that was admitted; data of another shape says less, never throws.</summary>
public sealed record EventContent
{
    /// <summary>What it is about: an item, a shipment, a supplier; its usual is learned apart from others'.</summary>
    public string? Item { get; init; }
    public (double Value, string Unit)? Quantity { get; init; }
    public EventMoney? Money { get; init; }
    /// <summary>How many pieces of evidence it cites.</summary>
    public int Evidence { get; init; }
    /// <summary>Names of fields that it asks for.</summary>
    public IReadOnlyList<string> Asks { get; init; } = [];
    /// <summary>The document that it introduces, as <c>document:id</c>.</summary>
    public string? Document { get; init; }
    /// <summary>Documents that it says it follows from.</summary>
    public IReadOnlyList<string> Follows { get; init; } = [];

    private const int MostText = 128, MostAsks = 32;

    private sealed record Places(string[] Item, string[]? Quantity);

    private static readonly FrozenDictionary<string, Places> ByType = new Dictionary<string, Places>
    {
        ["demand.signal"] = new(["gtin"], ["qty"]),
        ["forecast.published"] = new(["gtin"], ["points", "0", "p50"]),
        ["replenishment.proposed"] = new(["lines", "0", "gtin"], ["lines", "0", "qty"]),
        ["purchase.approved"] = new(["proposalId"], null),
        ["shipment.release"] = new(["approvalId"], null),
        ["route.quote"] = new(["shipmentId"], null),
        ["logistics.exception"] = new(["shipmentId"], null),
        ["customs.declaration"] = new(["shipmentId"], ["items", "0", "netMass"]),
        ["invoice.payment.requested"] = new(["poNumber"], null),
        ["supplier.terms.query"] = new(["supplier"], null),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Reads <paramref name="data"/> of an event of a type.</summary>
    public static EventContent Read(string type, ReadOnlyMemory<byte> data)
    {
        var lineage = LineageReader.Read(type, data);
        var content = new EventContent { Money = EventMoney.Of(type, data.Span), Document = lineage.Document, Follows = [.. lineage.References.Where(r => r.Kind == LineageKind.Reference).Select(r => r.Target)] };
        try
        {
            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return content;
            var places = ByType.GetValueOrDefault(type);
            return content with
            {
                Item = places is null ? null : Text(At(root, places.Item)),
                Quantity = places?.Quantity is { } path ? ReadQuantity(At(root, path)) : null,
                Evidence = root.TryGetProperty("evidence", out var evidence) && evidence.ValueKind == JsonValueKind.Array ? evidence.GetArrayLength() : 0,
                Asks = root.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array ? [.. fields.EnumerateArray().Take(MostAsks).Select(f => Text(f)).OfType<string>()] : [],
            };
        }
        catch (JsonException)
        {
            return content;
        }
    }

    private static JsonElement? At(JsonElement value, string[] path)
    {
        foreach (var step in path)
        {
            if (value.ValueKind == JsonValueKind.Array)
                value = value.GetArrayLength() > 0 ? value[0] : default;
            else if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(step, out value))
                return null;
        }
        return value;
    }

    private static (double, string)? ReadQuantity(JsonElement? value)
        => value is { ValueKind: JsonValueKind.Object } quantity && quantity.TryGetProperty("value", out var number) && Text(number) is { } text
            && double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed)
            && quantity.TryGetProperty("uom", out var unit) && Text(unit) is { } uom ? (parsed, uom) : null;

    private static string? Text(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 and <= MostText } s ? s : null;
}
