using System.Text;
using System.Text.Json.Nodes;
using A2AConsole.Core.Encodings;

namespace A2AConsole.Core.Tests.A2A;

/// <summary>RFC 8785, with the RFC's own examples.</summary>
public sealed class CanonicalJsonTests
{
    private static string Write(string json) => Encoding.UTF8.GetString(CanonicalJson.Write(JsonNode.Parse(json)));

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("-1.50", "-1.5")]
    [InlineData("4.50", "4.5")]
    [InlineData("2e-3", "0.002")]
    [InlineData("1E30", "1e+30")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1.5e-7", "1.5e-7")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1.25e21", "1.25e+21")]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("333333333.3333333", "333333333.3333333")]
    public void Numbers_are_written_as_ECMAScript_writes_them(string given, string written) => Assert.Equal(written, CanonicalJson.Number(given));

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("333333333.33333329")]
    [InlineData("0.1000000000000000055511151231257827")]
    [InlineData("1e400")]
    [InlineData("1e-400")]
    [InlineData("1e999999999999")]
    public void A_number_that_a_double_would_change_is_refused(string given) => Assert.Throws<InexactNumberException>(() => CanonicalJson.Number(given));

    [Fact]
    public void Members_are_ordered_by_utf16_units_as_in_the_rfc()
    {
        const string given = "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin\"}";
        Assert.Equal("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin\",\"€\":\"Euro Sign\",\"😀\":\"Emoji\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}", Write(given));
    }

    [Fact]
    public void Strings_have_the_fewest_escapes()
        => Assert.Equal("{\"a\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\u007f\"}".Replace("\\u007f", "\u007f", StringComparison.Ordinal), Write("{ \"a\" : \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\\u007f\" }"));

    [Fact]
    public void Literals_and_nesting_are_kept() => Assert.Equal("{\"a\":[null,true,false,{},[]],\"b\":{\"x\":1}}", Write(" { \"b\" : {\"x\":1.0} , \"a\" : [ null , true, false, {} , [] ] } "));
}
