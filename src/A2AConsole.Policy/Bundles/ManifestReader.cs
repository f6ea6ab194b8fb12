using System.Globalization;
using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Json;

namespace A2AConsole.Policy.Bundles;

/// <summary>Reads <c>bundle.json</c>.</summary>
internal static class ManifestReader
{
    public const string File = "bundle.json";
    private const int MaxLength = 64;

    public static BundleManifest Read(JsonNodeAt root)
    {
        root.Expect(JsonValueKind.Object, "the manifest").Only("name", "version", "currency", "rates", "approver");
        var name = root.Member("name", JsonValueKind.String);
        if (name.Text.Length is 0 or > MaxLength || !name.Text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw name.Fault($"a bundle's name is 1 to {MaxLength} lower-case letters, digits and '-'");
        var version = root.Member("version", JsonValueKind.String);
        if (version.Text.Length is 0 or > MaxLength || version.Text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw version.Fault($"a version is 1 to {MaxLength} printable characters without spaces");
        var approver = root.Member("approver", JsonValueKind.Object).Only("type", "attributes");
        var type = approver.Member("type", JsonValueKind.String);
        if (EntityUid.Check(type.Text, "x") is { } broken)
            throw type.Fault(broken);
        return new BundleManifest(name.Text, version.Text, Currency(root.Member("currency", JsonValueKind.String)),
            (root.Optional("rates", JsonValueKind.Object)?.Members ?? new Dictionary<string, JsonNodeAt>()).ToDictionary(r => CurrencyName(r.Key, r.Value), r => Rate(r.Value), StringComparer.Ordinal),
            type.Text, approver.Optional("attributes", JsonValueKind.Object) is { } attributes ? PolicyValueReader.Fields(attributes).Members : new Dictionary<string, PolicyValue>());
    }

    private static string Currency(JsonNodeAt node) => CurrencyName(node.Text, node);

    private static string CurrencyName(string text, JsonNodeAt at)
        => CurrencyUnits.Digits(text) is null ? throw at.Fault($"'{text}' is no currency that we know (ISO 4217: three capital letters)") : text;

    private static decimal Rate(JsonNodeAt node)
        => decimal.TryParse(node.Expect(JsonValueKind.String, "a rate").Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate > 0
            ? rate : throw node.Fault("a rate is a decimal number above 0 in a text, for example \"0.95\"");
}
