using System.Text.Json;
using A2AConsole.Core.Policies;
using A2AConsole.Policy.Json;

namespace A2AConsole.Policy.Bundles;

/// <summary>Reads <c>fields.json</c>: a list of <c>{role, type, fields: ["/terms/paymentDays", "/items/*/gtin"]}</c>.</summary>
internal static class FieldScopesReader
{
    public const string File = "fields.json";

    public static List<FieldScope> Read(JsonNodeAt root)
    {
        var scopes = new List<FieldScope>();
        foreach (var item in root.Expect(JsonValueKind.Array, "the field scopes").Items)
        {
            item.Expect(JsonValueKind.Object, "a field scope").Only("role", "type", "fields");
            var fields = new List<string>();
            foreach (var field in item.Member("fields", JsonValueKind.Array).Items)
            {
                var path = field.Expect(JsonValueKind.String, "a path").Text;
                if (FieldScopes.Check(path) is { } broken)
                    throw field.Fault($"'{path}': {broken}");
                fields.Add(path);
            }
            scopes.Add(new FieldScope(item.String("role"), item.String("type"), fields));
        }
        return scopes;
    }
}
