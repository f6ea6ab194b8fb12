using System.Text;
using A2AConsole.Core.Schemas;

namespace A2AConsole.Core.Tests.Schemas;

public sealed class EventMoneyTests
{
    /// <summary>Each type of the product whose schema has money as a member of its own, told from the schemas themselves.</summary>
    [Fact]
    public void Every_type_with_money_at_its_root_has_its_pointer_and_no_other_has_one()
    {
        var expected = SchemaRegistry.Default.All.SelectMany(s =>
        {
            using var json = System.Text.Json.JsonDocument.Parse(s.Json);
            return json.RootElement.GetProperty("properties").EnumerateObject()
                .Where(p => p.Value.TryGetProperty("$ref", out var reference) && reference.GetString()!.EndsWith("/money", StringComparison.Ordinal))
                .Select(p => (s.Type, "/" + p.Name)).ToList();
        }).ToList();
        Assert.Equal(expected.Order(), EventMoney.Pointers.Select(p => (p.Key, p.Value)).Order());
        Assert.Equal(expected.Count, expected.DistinctBy(e => e.Type).Count());
    }

    [Theory]
    [InlineData("invoice.payment.requested", """{"requestId":"i","amount":{"amount":"18450.00","currency":"EUR"},"dueDate":"x"}""", 184_500_000, "EUR")]
    [InlineData("replenishment.proposed", """{"lines":[{"unitPrice":{"amount":"12.30","currency":"EUR"}}],"total":{"currency":"USD","amount":"0.0001"}}""", 1, "USD")]
    [InlineData("customs.declaration", """{"items":[{"customsValue":{"amount":"1","currency":"EUR"}}],"customsValue":{"amount":"-7","currency":"CHF"}}""", -70_000, "CHF")]
    [InlineData("route.quote", """{"price":{"amount":"999999999999999.9999","currency":"JPY"}}""", EventMoney.Most, "JPY")]
    public void The_amount_is_read_where_the_type_has_it(string type, string data, long amount, string currency)
        => Assert.Equal(new EventMoney(amount, currency), EventMoney.Of(type, Encoding.UTF8.GetBytes(data)));

    [Theory]
    [InlineData("demand.signal", """{"amount":{"amount":"1","currency":"EUR"}}""")]
    [InlineData("invoice.payment.requested", """{"inner":{"amount":{"amount":"1","currency":"EUR"}}}""")]
    [InlineData("invoice.payment.requested", """{"amount":{"amount":"1"}}""")]
    [InlineData("invoice.payment.requested", """{"amount":{"amount":1,"currency":"EUR"}}""")]
    [InlineData("invoice.payment.requested", """{"amount":"1"}""")]
    [InlineData("invoice.payment.requested", """{"amount":{"amount":"1e3x","currency":"EUR"}}""")]
    [InlineData("invoice.payment.requested", "[]")]
    [InlineData("logistics.exception", "{}")]
    public void Where_none_is_named_none_is_read(string type, string data)
        => Assert.Null(EventMoney.Of(type, Encoding.UTF8.GetBytes(data)));

    [Fact]
    public void Sums_end_at_a_trillion_either_way()
    {
        Assert.Equal(EventMoney.Most, EventMoney.Add(EventMoney.Most, EventMoney.Most));
        Assert.Equal(-EventMoney.Most, EventMoney.Add(-EventMoney.Most, -1));
        Assert.Equal(3, EventMoney.Add(1, 2));
        // A row for each agent of ten thousand and day of a quarter, all at their end, still fits.
        Assert.True((decimal)EventMoney.Most / EventMoney.Unit * 10_000 * 92 < long.MaxValue);
    }

    [Fact]
    public void It_is_said_with_its_currency_first() => Assert.Equal("EUR 18,450.50", new EventMoney(184_505_000, "EUR").ToString());
}
