using System.Text;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Tests.Schemas;

public sealed class SchemaTests
{
    private const string Header = "\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"$id\":\"urn:a2aconsole:schema:t:v1\"";

    public static TheoryData<string> Types => [.. SchemaRegistry.Default.All.Select(s => s.Type)];

    [Fact]
    public void The_ten_types_of_the_supply_chain_and_the_confirmation_of_messages_are_registered()
    {
        Assert.Equal(11, SchemaRegistry.Default.All.Count);
        Assert.Null(SchemaRegistry.Default.Find("common"));
        Assert.Same(SchemaRegistry.Default.Find("route.quote"), SchemaRegistry.Default.Find("route.quote"u8));
        Assert.Null(SchemaRegistry.Default.Find("\xff"u8));
        Assert.Equal("urn:a2aconsole:schema:route.quote:v1", SchemaRegistry.Default.Find("route.quote")!.Id);
    }

    [Theory, MemberData(nameof(Types))]
    public void Each_types_example_is_valid(string type) => Assert.Null(SchemaRegistry.Default.Find(type)!.Validate(Encoding.UTF8.GetBytes(TestEvents.Example(type))));

    [Theory]
    [InlineData("\"18450.00\"", "\"18450.00000\"", "/limit/amount must match ^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,4})?$")]
    [InlineData("\"18450.00\"", "18450.00", "/limit/amount must be of type string")]
    [InlineData("\"18450.00\"", "\"18450.00\\n\"", "/limit/amount must match ^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,4})?$")]
    [InlineData("\"EUR\"", "\"eur\"", "/limit/currency must match ^[A-Z]{3}$")]
    [InlineData("\"human\"", "\"robot\"", "/approver/kind must be one of human, policy")]
    [InlineData("\"human\"", "1", "/approver/kind must be one of human, policy")]
    [InlineData("\"singleUse\":true", "\"singleUse\":false", "/singleUse must be true")]
    [InlineData("\"singleUse\":true", "\"singleUse\":\"true\"", "/singleUse must be true")]
    [InlineData(",\"singleUse\":true", "", "/singleUse is required")]
    [InlineData("\"role\":", "\"a/b~c\":", "/approver/a~1b~0c is not a member that the schema knows")]
    [InlineData("\"limit\":{", "\"limit\":{\"amount\":\"1.00\",", "/limit/amount must appear once")]
    public void A_violation_says_where_and_what(string replace, string with, string violation)
    {
        Assert.Contains(replace, TestEvents.Data, StringComparison.Ordinal);
        var data = TestEvents.Data.Replace(replace, with, StringComparison.Ordinal);
        Assert.Equal(violation, SchemaRegistry.Default.Find("purchase.approved")!.Validate(Encoding.UTF8.GetBytes(data))?.ToString());
    }

    [Fact]
    public void Keywords_beside_a_reference_hold_too()
    {
        var schema = SchemaRegistry.Default.Find("logistics.exception")!;
        var example = System.Text.Json.Nodes.JsonNode.Parse(TestEvents.Example("logistics.exception"))!;
        example["evidence"]!.AsArray().Clear();
        Assert.Equal("/evidence must have at least 1 items", schema.Validate(Encoding.UTF8.GetBytes(example.ToJsonString()))?.ToString());
        example["evidence"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse("{\"ref\":\"x\"}"));
        Assert.Equal("/evidence/0/digest is required", schema.Validate(Encoding.UTF8.GetBytes(example.ToJsonString()))?.ToString());
    }

    [Fact]
    public void An_agents_name_is_of_our_form()
    {
        var schema = SchemaRegistry.Default.Find("shipment.release")!;
        var example = TestEvents.Example("shipment.release");
        const string good = "spiffe://nordship.example/env/partner/role/carrier/agent/carrier-portal";
        foreach (var bad in (string[])["spiffe://nordship.example/partner/agent/carrier-portal", "spiffe://nordship.example/env/dev/role/carrier/agent/x", "https://nordship.example", good + "/", good + "X"])
            Assert.NotNull(schema.Validate(Encoding.UTF8.GetBytes(example.Replace(good, bad, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("{\"type\":\"integer\",\"minimum\":0,\"maximum\":2160}", "0 2160 1.0 1e2 21.60e2 -0 0.0", "-1 2161 1.5 1e999999999999 2160.00000000000000000000000000001 -1e-9 \"1\" true null [] {}")]
    [InlineData("{\"type\":\"number\",\"minimum\":-0.5}", "-0.5 -5e-1 0 1e400", "-0.50000000000000000000001 -1e400")]
    [InlineData("{\"type\":[\"string\",\"null\"]}", "\"a\" null", "1 true {} []")]
    [InlineData("{\"type\":\"string\",\"minLength\":2,\"maxLength\":3}", "\"ab\" \"abc\" \"\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\" \"äöü\"", "\"a\" \"abcd\" \"\\ud83d\\ude00\"")]
    [InlineData("{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"uniqueItems\":true,\"minItems\":1,\"maxItems\":3}", "[\"a\"] [\"a\",\"b\",\"c\"]", "[] [\"a\",\"a\"] [\"a\",\"\\u0061\"] [\"a\",\"b\",\"c\",\"d\"] [1]")]
    [InlineData("{\"type\":\"boolean\",\"const\":false}", "false", "true 0 null \"false\"")]
    [InlineData("{\"type\":\"string\",\"const\":\"x\"}", "\"x\" \"\\u0078\"", "\"y\" 1")]
    [InlineData("{\"type\":\"object\",\"required\":[\"a\"]}", "{\"a\":1} {\"b\":{\"c\":[]},\"\\u0061\":null}", "{} {\"b\":1} []")]
    [InlineData("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},\"additionalProperties\":false}", "{} {\"a\":{\"a\":{}}}", "{\"a\":1} {\"a\":{\"b\":{}}}")]
    public void Each_keyword_means_what_the_standard_says(string schema, string valid, string invalid)
    {
        var compiled = Load(schema[1..^1]);
        foreach (var value in valid.Split(' '))
            Assert.True(compiled.Validate(Encoding.UTF8.GetBytes(value)) is null, $"{value} is valid");
        foreach (var value in invalid.Split(' '))
            Assert.True(compiled.Validate(Encoding.UTF8.GetBytes(value)) is not null, $"{value} is not valid");
    }

    [Theory]
    [InlineData("\"format\":\"date\"", "/format is outside of the supported subset")]
    [InlineData("\"properties\":{\"a\":{\"oneOf\":[]}}", "/properties/a/oneOf is outside of the supported subset")]
    [InlineData("\"patternProperties\":{}", "subset")]
    [InlineData("\"additionalProperties\":{}", "true or false")]
    [InlineData("\"properties\":{\"a\":true}", "true and false are not supported")]
    [InlineData("\"items\":[{}]", "must be an object")]
    [InlineData("\"enum\":[1]", "must be a string")]
    [InlineData("\"enum\":[]", "at least one")]
    [InlineData("\"const\":1", "subset")]
    [InlineData("\"const\":null", "subset")]
    [InlineData("\"minLength\":-1", "whole number")]
    [InlineData("\"minLength\":3,\"maxLength\":2", "minimum above its maximum")]
    [InlineData("\"uniqueItems\":true", "uniqueItems")]
    [InlineData("\"uniqueItems\":true,\"items\":{\"type\":\"number\"}", "uniqueItems")]
    [InlineData("\"required\":[\"a\"],\"additionalProperties\":false", "additionalProperties refuses")]
    [InlineData("\"$ref\":\"urn:nowhere\"", "not among the schemas")]
    [InlineData("\"$ref\":\"#/$defs/none\"", "no definition")]
    [InlineData("\"$ref\":\"#/properties/a\"", "no definition")]
    [InlineData("\"$ref\":\"#\"", "leads back to itself")]
    [InlineData("\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}", "leads back to itself")]
    [InlineData("\"properties\":{\"a\":{\"$defs\":{}}}", "subset")]
    [InlineData("\"properties\":{\"a\":{\"pattern\":\"a.b\"}}", "ASCII between ^ and $")]
    [InlineData("\"pattern\":\"^\\\\d+$\"", "subset")]
    [InlineData("\"$defs\":{\"a\":{\"x-extension\":1}}", "subset")]
    public void What_is_not_enforced_is_refused_at_load(string members, string message)
        => Assert.Contains(message, Assert.Throws<SchemaException>(() => Load($"\"type\":\"object\",{members}")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_document_that_is_no_schema_is_refused()
    {
        Assert.Throws<SchemaException>(() => SchemaRegistry.Load([("t", "{")]));
        Assert.Throws<SchemaException>(() => SchemaRegistry.Load([("t", "[]")]));
        Assert.Throws<SchemaException>(() => SchemaRegistry.Load([("t", "{\"$id\":\"urn:x\"}")]));
        Assert.Throws<SchemaException>(() => SchemaRegistry.Load([("t", $"{{{Header},\"type\":\"object\",\"type\":\"array\"}}")]));
        Assert.Throws<SchemaException>(() => SchemaRegistry.Load([("t", $"{{{Header}}}"), ("u", $"{{{Header}}}")]));
    }

    private static EventSchema Load(string members) => SchemaRegistry.Load([("t", $"{{{Header},{members}}}")]).Find("t")!;
}
