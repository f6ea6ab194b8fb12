using System.Text;
using System.Text.Json;
using A2AConsole.Ingest.Events;
using CsCheck;

namespace A2AConsole.Ingest.Tests.Events;

public class RequestItemsTests
{
    private static string[] Split(string json, out RequestItems items, int max = 1000)
    {
        items = RequestItems.OfJson(Encoding.UTF8.GetBytes(json), max);
        return [.. items.Items.Select(i => Encoding.UTF8.GetString(i.Span))];
    }

    [Theory]
    [InlineData("""[{"a":1},{"b":"]"}]""", """{"a":1}""", """{"b":"]"}""")]
    [InlineData(""" [ {"a":[1,2]} , {"b":"\"}"} ] """, """{"a":[1,2]}""", """{"b":"\"}"}""")]
    [InlineData("""[{"a":nonsense},{"b":1}]""", """{"a":nonsense}""", """{"b":1}""")]
    [InlineData("""[{"a":1} x,{"b":1}]""", """{"a":1} x""", """{"b":1}""")]
    [InlineData("""[{"a":1},,{"b":1}]""", """{"a":1}""", "", """{"b":1}""")]
    [InlineData("""[{"a":1},{"b":""", """{"a":1}""", """{"b":""")]
    [InlineData("""[{"a":1},{"b":"c\""", """{"a":1}""", """{"b":"c\""")]
    [InlineData("""[{"a":1}]tail""", """{"a":1}""", "tail")]
    [InlineData("""[{"a":1},]""", """{"a":1}""", "")]
    [InlineData("[]")]
    public void An_array_is_split_at_its_elements_and_a_bad_one_leaves_its_neighbours(string json, params string[] expected)
    {
        Assert.Equal(expected, Split(json, out var items));
        Assert.Equal(BodyShape.Several, items.Shape);
    }

    [Fact]
    public void Lines_are_split_and_blank_ones_skipped()
    {
        var items = RequestItems.OfLines("{\"a\":1}\r\n\n  \n{\"b\":2}"u8.ToArray(), 10);
        Assert.Equal(["""{"a":1}""", """{"b":2}"""], items.Items.Select(i => Encoding.UTF8.GetString(i.Span)));
    }

    [Fact]
    public void An_object_is_one_envelope()
    {
        Assert.Equal(["""{"payload":"x"}"""], Split("""{"payload":"x"}""", out var items));
        Assert.Equal(BodyShape.Single, items.Shape);
    }

    [Theory]
    [InlineData("""{"x":{"batch":1},"events":[{"payload":"1"}],"batch":{}}""", BodyShape.Batch)]
    [InlineData(""" { "batch" : 1 } """, BodyShape.Batch)]
    [InlineData("""{"x":{"batch":1},"payload":"batch"}""", BodyShape.Single)]
    [InlineData("""{"x" "batch":1}""", BodyShape.Single)]
    [InlineData("""{"batch""", BodyShape.Single)]
    [InlineData("17", BodyShape.Single)]
    public void An_object_with_a_batch_member_is_a_batch(string json, object shape)
    {
        Assert.Equal([json.Trim()], Split(json, out var items));
        Assert.Equal(shape, items.Shape);
    }

    [Fact]
    public void A_body_of_commas_does_not_become_a_list_of_millions()
    {
        Assert.Equal(11, RequestItems.OfJson(Encoding.UTF8.GetBytes("[" + new string(',', 1_000_000)), 10).Items.Count);
        Assert.Equal(11, RequestItems.OfLines(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x\n", 100_000))), 10).Items.Count);
    }

    [Fact]
    public void Any_well_formed_array_is_split_into_what_was_put_in()
    {
        var value = Gen.String[Gen.Char, 0, 20].Select(s => JsonSerializer.Serialize(new { a = s, b = new object[] { 1, s, new { c = s } } }));
        value.List[0, 8].Sample(values => Assert.Equal(values, Split("[" + string.Join(" ,", values) + "]", out _)), iter: 2000);
    }

    [Fact]
    public void Any_bytes_are_split_without_an_exception()
    {
        var alphabet = "[]{}\",:\\ \nab1"u8.ToArray();
        Gen.Int[0, alphabet.Length - 1].Select(i => alphabet[i]).Array[0, 60].Sample(bytes =>
        {
            RequestItems.OfJson(bytes, 20);
            RequestItems.OfLines(bytes, 20);
        }, iter: 20_000);
    }
}
