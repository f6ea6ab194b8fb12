using System.Text.Json.Nodes;
using A2AConsole.Core.Policies;
using CsCheck;

namespace A2AConsole.Policy.Tests.Limits;

/// <summary>A role sees what its scope names, and nothing else.</summary>
public sealed class FieldScopeTests
{
    private const string Answer = """
        {"supplier":"kestrel","terms":{"paymentDays":30,"rebate":{"percent":"4.5","until":"2027-01-01"}},
         "items":[{"gtin":"1","price":"2.00","notes":["a","b"]},{"gtin":"2","price":"3.00"}],"a/b":1,"gone":null}
        """;

    private static ScopedAnswer See(string role, params string[] fields)
        => new FieldScopes([new FieldScope("support", "terms", fields)]).Apply(role, "terms", JsonNode.Parse(Answer));

    [Fact]
    public void Named_fields_are_seen_and_the_rest_is_listed()
    {
        var (seen, withheld) = See("support", "/supplier", "/terms/paymentDays", "/items/*/gtin");
        Assert.Equal("""{"supplier":"kestrel","terms":{"paymentDays":30},"items":[{"gtin":"1"},{"gtin":"2"}]}""", seen!.ToJsonString());
        Assert.Equal(["/terms/rebate", "/items/0/price", "/items/0/notes", "/items/1/price", "/a~1b", "/gone"], withheld);
    }

    [Fact]
    public void A_path_covers_what_is_below_it_and_a_name_may_hold_a_slash()
        => Assert.Equal("""{"terms":{"rebate":{"percent":"4.5","until":"2027-01-01"}},"items":[{"notes":["a","b"]},{}],"a/b":1}""", See("support", "/terms/rebate", "/items/*/notes", "/a~1b").Answer!.ToJsonString());

    [Theory]
    [InlineData("other", "/supplier")]
    [InlineData("support")]
    public void Without_a_scope_nothing_is_seen(string role, params string[] fields)
    {
        var (seen, withheld) = See(role, fields);
        Assert.True(seen is null or JsonObject { Count: 0 });
        Assert.NotEmpty(withheld);
    }

    [Fact]
    public void A_path_into_a_value_and_a_position_in_a_list_show_nothing()
        => Assert.Equal("""{"items":[]}""", See("support", "/supplier/name", "/items/0", "/gone/x").Answer!.ToJsonString());

    [Fact]
    public void Nothing_is_seen_that_no_path_covers() => Gen.OneOf("/supplier", "/terms", "/terms/*", "/terms/rebate/*", "/items", "/items/*/price", "/*/paymentDays", "/*/*", "/x").Array[0, 4].Sample(fields =>
    {
        var (seen, withheld) = See("support", fields);
        var paths = fields.Select(f => f[1..].Split('/')).ToList();
        foreach (var leaf in Leaves(JsonNode.Parse(Answer)!, []))
        {
            var covered = paths.Any(p => p.Length <= leaf.Length && p.Zip(leaf).All(x => x.First == "*" || x.First == x.Second));
            Assert.Equal(covered, Has(seen, leaf));
            Assert.NotEqual(covered, withheld.Any(w => w == "/" || ("/" + string.Join('/', leaf) + "/").StartsWith(w.Replace("~1", "/", StringComparison.Ordinal) + "/", StringComparison.Ordinal)));
        }
    }, iter: 300);

    [Theory]
    [InlineData("supplier")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/a//b")]
    public void Paths_that_are_none(string path) => Assert.NotNull(FieldScopes.Check(path));

    private static IEnumerable<string[]> Leaves(JsonNode? node, string[] at) => node switch
    {
        JsonObject members => members.SelectMany(m => Leaves(m.Value, [.. at, m.Key])),
        JsonArray items => items.SelectMany((item, i) => Leaves(item, [.. at, i.ToString(System.Globalization.CultureInfo.InvariantCulture)])),
        _ => [at],
    };

    private static bool Has(JsonNode? node, string[] path)
    {
        foreach (var (part, i) in path.Select((p, i) => (p, i)))
        {
            switch (node)
            {
                case JsonObject members when members.ContainsKey(part):
                    node = members[part];
                    break;
                case JsonArray items when int.Parse(part, System.Globalization.CultureInfo.InvariantCulture) is var n && n < items.Count:
                    node = items[n];
                    break;
                default:
                    return false;
            }
        }
        return true;
    }
}
